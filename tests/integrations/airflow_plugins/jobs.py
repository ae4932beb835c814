"""The plugin of the Airflow that the tests run, as its owner would write it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.contract.pipelines import LEASE

from jobsync.integrations.airflow import plugin


def describe(run: Any) -> Any:
    return replace(run, owner=run.params.get("owner"))


Jobs = plugin(lease=LEASE, describe=describe)
