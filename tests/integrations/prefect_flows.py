"""Flows that `test_prefect.py` runs: `python -m tests.integrations.prefect_flows NAME...`.

Each prints the ids of its jobs, which are what the test waits for, and how it ended.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import sys
import time
from dataclasses import replace
from typing import Any

from prefect import flow, task

from jobsync import current_job
from jobsync.integrations.prefect import tracked
from tests.contract.pipelines import LEASE

SAID: list[str] = []
"""The jobs of the flow that is run."""


def describe(run: Any) -> Any:
    return replace(run, owner=run.params.get("owner"), tags=(*run.tags, "nightly"))


def job() -> Any:
    return current_job()


def say() -> None:
    SAID.append(job().job_id)
    print(json.dumps({"job_id": SAID[-1]}), flush=True)


@tracked(lease=LEASE, describe=describe)
@task(name="draw")
def draw(page: int) -> int:
    job().progress(50, stage="drawing")
    return page


@tracked(lease=LEASE, describe=describe)
@flow(name="render")
def render(owner: str = "org-1") -> int:
    del owner
    page = draw.submit(7).result()
    job().result = {"page": page}
    say()
    return page


@tracked(lease=LEASE)
@flow(name="broken")
def broken() -> None:
    say()
    raise ValueError("no ink")


@tracked(lease=LEASE)
@task(name="flaky-task", retries=2)
def flaky_task() -> None:
    say()
    if job().attempt == 1:
        raise ValueError("out of paper")


@tracked(lease=LEASE)
@flow(name="flaky", retries=1)
def flaky() -> None:
    if job().attempt == 1:
        flaky_task()
        raise ConnectionError("printer is away")
    say()


@tracked(lease=LEASE)
@flow(name="in-a-loop")
async def in_a_loop() -> None:
    await asyncio.sleep(0)
    say()


@tracked(lease=LEASE)
@flow(name="stuck")
def stuck() -> None:
    job().progress(stage="stuck", message=str(os.getpid()))
    say()
    signal.pause()


@tracked(lease=LEASE)
@task(name="stuck-task")
def stuck_task() -> None:
    job().progress(stage="stuck", message=str(os.getpid()))
    say()
    signal.pause()


@tracked(lease=LEASE)
@flow(name="holding")
def holding() -> None:
    say()
    stuck_task()


@tracked(lease=LEASE)
@task(name="broken-task")
def broken_task() -> None:
    say()
    raise ValueError("no ink")


@tracked(lease=LEASE)
@flow(name="breaking")
def breaking() -> None:
    broken_task()


@tracked(lease=LEASE)
@task(name="obedient-task", retries=2)
def obedient_task() -> None:
    say()
    for _ in job().track(itertools.count(), stage="working"):
        time.sleep(0.01)


@tracked(lease=LEASE)
@flow(name="obeying")
def obeying() -> None:
    obedient_task()


@tracked(lease=LEASE)
@flow(name="obedient")
def obedient() -> None:
    say()
    for _ in job().track(itertools.count(), stage="working"):
        time.sleep(0.01)


def main(name: str) -> None:
    if name == "serve":
        stuck.serve(name="served")
        return
    state = globals()[name](return_state=True)
    if asyncio.iscoroutine(state):
        state = asyncio.run(state)
    print(json.dumps({"end": {"state": state.type.value, "jobs": SAID}}), flush=True)
    SAID.clear()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        main(name)
