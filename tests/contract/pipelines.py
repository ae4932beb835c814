"""Pipelines that tests run as processes: `python -m tests.contract.pipelines NAME JOB_ID`.

Where the deployment is they find as every pipeline does, in the environment.
"""

from __future__ import annotations

import itertools
import multiprocessing
import signal
import sys
import time

from jobsync import ConvexSync, current_job

LEASE = 5.0


def stuck(sync: ConvexSync, job_id: str) -> None:
    """Run until somebody ends it, with a second attempt to spare if the job is new."""
    with sync.job("stuck", job_id=job_id, lease=LEASE, max_attempts=2) as job:
        job.stage("stuck")
        signal.pause()


def stuck_once(sync: ConvexSync, job_id: str) -> None:
    """Run until somebody ends it, with no attempt after that."""
    with sync.job("stuck", job_id=job_id, lease=LEASE) as job:
        job.stage("stuck")
        signal.pause()


def whole(sync: ConvexSync, job_id: str) -> None:
    """Get done with whatever attempt it is."""
    with sync.job("stuck", job_id=job_id) as job:
        job.result = {"attempt": job.attempt}


def obedient(sync: ConvexSync, job_id: str) -> None:
    """Work until asked to stop, then clean up."""
    with sync.job("endless", job_id=job_id) as job:
        try:
            for _ in job.track(itertools.count(), stage="working"):
                time.sleep(0.01)
        finally:
            job.stage("cleaning up")
            job.event("cleaned up")


def leaving(sync: ConvexSync, job_id: str) -> None:
    """Exit in the middle, as if all was well."""
    with sync.job("leaving", job_id=job_id):
        sys.exit(0)


def forking(sync: ConvexSync, job_id: str) -> None:
    """Let child processes report for the job and leave its block."""
    with sync.job("forking", job_id=job_id) as job:
        fork = multiprocessing.get_context("fork")
        for number in range(3):
            child = fork.Process(target=_child, args=(number,))
            child.start()
            child.join()
            if child.exitcode != 0:
                sys.exit(1)
        job.event("parent")


def _child(number: int) -> None:
    job = current_job()
    if job is None:
        sys.exit(2)
    job.upload(__file__, role="log", filename=f"{number}.log")
    job.progress(number)


if __name__ == "__main__":
    _, name, job_id = sys.argv
    with ConvexSync() as sync:
        globals()[name](sync, job_id)
