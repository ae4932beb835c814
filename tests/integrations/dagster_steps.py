"""Steps that `test_dagster.py` runs: `python -m tests.integrations.dagster_steps NAME`.

Each run prints its id, if it may be waited for, and how it ended. Dagster reads the annotations, so
they are not put off.
"""

import itertools
import json
import os
import signal
import sys
import time
import uuid
from dataclasses import replace
from typing import Any

import dagster as dg

from jobsync import current_job
from jobsync.integrations.dagster import JobsyncResource, hooks
from tests.contract.pipelines import LEASE


class Jobs(JobsyncResource):
    def describe(self, run: Any) -> Any:
        return replace(run, owner="org-1", tags=("nightly",))


@dg.asset(hooks=hooks())
def book(context: dg.AssetExecutionContext, jobsync: Jobs) -> dg.MaterializeResult:
    with jobsync.follow(context) as job:
        job.progress(50, stage="drawing")
        job.result = {"pages": 7}
        metadata = {"pages": 7, "path": dg.MetadataValue.path("/books/1")}
        return dg.MaterializeResult(metadata=metadata)


@dg.op
def broken(context: dg.OpExecutionContext, jobsync: Jobs) -> None:
    with jobsync.follow(context):
        raise ValueError("no ink")


@dg.op(retry_policy=dg.RetryPolicy(max_retries=2))
def flaky(context: dg.OpExecutionContext, jobsync: Jobs) -> None:
    with jobsync.follow(context) as job:
        if job.attempt == 1:
            raise ValueError("out of paper")
        if job.attempt == 2:
            raise dg.RetryRequested(max_retries=2, seconds_to_wait=0.1)


@dg.op
def plain() -> None:
    """Know nothing of jobs."""


@dg.op
def stuck(context: dg.OpExecutionContext, jobsync: Jobs) -> None:
    with jobsync.follow(context):
        current_job().progress(stage="stuck", message=str(os.getpid()))
        signal.pause()


@dg.op
def obedient(context: dg.OpExecutionContext, jobsync: Jobs) -> None:
    with jobsync.follow(context) as job:
        for _ in job.track(itertools.count(), stage="working"):
            time.sleep(0.01)


def say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


def main(name: str) -> None:
    resources = {"jobsync": Jobs(webserver_url="http://dagster.example", lease=LEASE)}
    if name == "book":
        result = dg.materialize(
            [book], resources=resources, instance=dg.DagsterInstance.ephemeral()
        )
        (made,) = result.asset_materializations_for_node("book")
        run_id, said = result.run_id, {"metadata": made.metadata["jobsync_job"].value}
    else:
        graph = dg.GraphDefinition(name=f"{name}_job", node_defs=[globals()[name]])
        job = graph.to_job(resource_defs=resources, hooks=hooks())
        run_id, said = str(uuid.uuid4()), {}
        say(run=run_id)
        result = job.execute_in_process(run_id=run_id, raise_on_error=False)
    say(end={"run": run_id, "success": result.success, **said})


if __name__ == "__main__":
    for name in sys.argv[1:]:
        main(name)
