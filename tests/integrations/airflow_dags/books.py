"""The DAGs that `test_airflow.py` runs; each has the task that it is named after."""

from __future__ import annotations

import itertools
import os
import signal
import time
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, get_current_context, task

from jobsync import current_job
from jobsync.integrations.airflow import callbacks
from tests.contract.pipelines import LEASE

AT_ONCE = {"retry_delay": timedelta(seconds=0)}


def job() -> Any:
    return current_job()


@task
def draw() -> int:
    job().progress(50, stage="drawing")
    job().result = {"pages": 7}
    return 7


@task
def broken() -> None:
    raise ValueError("no ink")


@task(retries=2, **AT_ONCE)
def flaky() -> None:
    if get_current_context()["ti"].try_number < 3:
        raise ConnectionError("printer is away")


@task(retries=2, **AT_ONCE)
def obedient() -> None:
    for _ in job().track(itertools.count(), stage="working"):
        time.sleep(0.01)


@task
def stuck() -> None:
    job().progress(stage="stuck", message=str(os.getpid()))
    signal.pause()


@task(retries=1, **AT_ONCE)
def stuck_once() -> None:
    if job().attempt == 1:
        stuck.function()
    job().result = {"attempt": job().attempt}


ALL = []
for each in (draw, broken, flaky, obedient, stuck, stuck_once):
    with DAG(f"books-{each.function.__name__}", schedule=None, tags=["nightly"]) as dag:
        each()
    ALL.append(dag)

for each in (flaky, obedient):
    name = f"books-callbacks-{each.function.__name__}"
    with DAG(name, schedule=None, default_args=callbacks(lease=LEASE)) as dag:
        each()
    ALL.append(dag)
