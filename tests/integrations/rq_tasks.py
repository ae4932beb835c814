"""What the jobs of RQ do that `test_rq.py` enqueues, and the worker that runs them."""

from __future__ import annotations

import itertools
import os
import signal
import time
from dataclasses import replace
from typing import Any

from jobsync import current_job
from tests.contract.pipelines import LEASE


def job() -> Any:
    return current_job()


def draw(pages: int, owner: str) -> None:
    del owner
    for _ in job().track(range(pages), stage="drawing"):
        pass
    job().result = {"pages": pages}


def broken() -> None:
    raise ValueError("no ink")


def flaky() -> None:
    if job().attempt < 3:
        raise ConnectionError("printer is away")


def stuck() -> None:
    job().progress(stage="stuck", message=str(os.getpid()))
    signal.pause()


def stuck_once() -> None:
    if job().attempt == 1:
        stuck()
    job().result = {"attempt": job().attempt}


def obedient() -> None:
    for _ in job().track(itertools.count(), stage="working"):
        time.sleep(0.01)


def main() -> None:
    from redis import Redis

    from jobsync.integrations.rq import JobsyncWorker

    class Worker(JobsyncWorker):
        lease = LEASE

        def describe(self, run: Any) -> Any:
            return replace(run, owner=run.params.get("owner"), tags=("nightly",))

    Worker(["default"], connection=Redis.from_url(os.environ["TEST_BROKER"])).work(
        with_scheduler=True
    )


if __name__ == "__main__":
    main()
