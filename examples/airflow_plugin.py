"""All tasks of an Airflow as jobs: put this file into its folder `plugins`.

CONVEX_URL and JOBSYNC_API_KEY, as `jobsync dev` prints them, belong to the environment of whatever
runs tasks. For the tasks of one DAG alone: `DAG(..., default_args=callbacks())`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jobsync.integrations.airflow import plugin

if TYPE_CHECKING:
    from jobsync.integrations.airflow import ForeignRun


def describe(run: ForeignRun) -> ForeignRun:
    """Say whose job it is: the conf that the DAG was triggered with knows."""
    return replace(run, owner=run.params.get("owner"))


Jobs = plugin(describe=describe)
