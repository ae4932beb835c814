"""The Celery app that `test_celery.py` starts a worker of, as its owner would write it."""

from __future__ import annotations

import itertools
import os
import signal
import time
from dataclasses import replace
from typing import Any

from celery import Celery

from jobsync import current_job
from jobsync.integrations.celery import track
from tests.contract.pipelines import LEASE

BROKER = os.environ["TEST_BROKER"]


def describe(run: Any) -> Any:
    return replace(run, owner=run.params.get("owner"), tags=("nightly",))


app = Celery("tests", broker=BROKER, backend=BROKER)
app.conf.broker_connection_retry_on_startup = True
track(app, lease=LEASE, flower="http://flower.example", describe=describe)


def job() -> Any:
    return current_job()


@app.task(bind=True, name="films.render")
def render(self: Any, pages: int, owner: str) -> str:
    del owner
    for page in range(pages):
        self.update_state(state="RENDERING", meta={"current": page + 1, "total": pages})
    job().result = {"pages": pages}
    return "rendered"


@app.task(name="films.broken")
def broken() -> None:
    raise ValueError("no ink")


@app.task(bind=True, name="films.flaky", max_retries=3)
def flaky(self: Any) -> None:
    if self.request.retries < 2:
        raise self.retry(exc=ConnectionError("printer is away"), countdown=0)


@app.task(name="films.hopeless", autoretry_for=(ValueError,), max_retries=1, default_retry_delay=0)
def hopeless() -> None:
    raise ValueError("no ink")


@app.task(name="films.stuck")
def stuck() -> None:
    job().progress(stage="stuck", message=str(os.getpid()))
    signal.pause()


@app.task(name="films.redelivered", acks_late=True, reject_on_worker_lost=True)
def redelivered() -> None:
    if job().attempt == 1:
        job().progress(stage="stuck", message=str(os.getpid()))
        signal.pause()
    job().result = {"attempt": job().attempt}


@app.task(name="films.obedient")
def obedient() -> None:
    for _ in job().track(itertools.count(), stage="working"):
        time.sleep(0.01)
