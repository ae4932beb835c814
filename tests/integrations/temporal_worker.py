"""The worker that `test_temporal.py` starts, as its owner would write it."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from jobsync import current_job
from jobsync.integrations.temporal import JobsyncInterceptor
from tests.contract.pipelines import LEASE
from tests.integrations.temporal_workflows import QUEUE, Book

WAIT = 4.0
"""How long `patient` waits before it is tried again."""


def describe(run: Any) -> Any:
    return replace(run, owner=next(iter(run.params["args"]), None), tags=("nightly",))


def job() -> Any:
    return current_job()


@activity.defn
def draw(owner: str) -> str:
    activity.heartbeat({"stage": "drawing", "current": 4, "total": 4})
    job().result = {"pages": 4}
    return owner


@activity.defn
async def draw_in_a_loop(owner: str) -> str:
    await asyncio.sleep(0)
    job().progress(50, stage="drawing")
    return owner


@activity.defn
def broken() -> None:
    raise ValueError("no ink")


@activity.defn
def refused() -> None:
    raise ApplicationError("no such book", type="NoSuchBook", non_retryable=True)


@activity.defn
def flaky() -> None:
    if activity.info().attempt < 3:
        raise ConnectionError("printer is away")


@activity.defn
def patient() -> None:
    if activity.info().attempt == 1:
        raise ApplicationError("printer is away", next_retry_delay=timedelta(seconds=WAIT))
    job().stage("again")


@activity.defn
def stuck() -> None:
    """Hold on to the first attempt, with nothing said to Temporal."""
    if job().attempt == 1:
        job().progress(stage="stuck", message=str(os.getpid()))
        while True:
            time.sleep(0.01)
    job().result = {"attempt": job().attempt}


@activity.defn
def obedient() -> None:
    for _ in job().track(itertools.count(), stage="working"):
        time.sleep(0.01)


@activity.defn
def elsewhere() -> None:
    activity.raise_complete_async()


async def main() -> None:
    client = await Client.connect(os.environ["TEST_TEMPORAL"])
    interceptor = JobsyncInterceptor(
        lease=LEASE, web="http://temporal.example", heartbeats=True, describe=describe
    )
    activities = [draw, draw_in_a_loop, broken, refused, flaky, patient, stuck, obedient, elsewhere]
    with ThreadPoolExecutor(8) as threads:
        await Worker(
            client,
            task_queue=QUEUE,
            workflows=[Book],
            activities=activities,
            activity_executor=threads,
            interceptors=[interceptor],
        ).run()


if __name__ == "__main__":
    asyncio.run(main())
