"""Workers that tests run as processes: `python -m tests.contract.workers NAME TYPE`.

They print a line when they are ready for something, which is what the tests wait for.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from jobsync import ClaimedJob, ConvexSync

LEASE = 5.0


def say(line: str) -> None:
    # In one piece: `print` would let another thread come between the words.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def brief(sync: ConvexSync, type: str) -> None:  # noqa: A002 (the field's name)
    """Run all that is queued, and say which jobs that were."""

    @sync.worker(type, concurrency=2, lease=LEASE)
    def work(job: ClaimedJob) -> None:
        say(f"{job.job_id} {job.attempt}")

    work.run(until_idle=True)


def waiting(sync: ConvexSync, type: str) -> None:  # noqa: A002
    """Hold each job until something is written to the pipe that its record names."""

    @sync.worker(type, lease=LEASE)
    def work(job: ClaimedJob) -> None:
        say(job.job_id)
        Path(job.record["pipe"]).read_text()
        job.result = "whole"

    work.run()
    say("stopped")


def stubborn(sync: ConvexSync, type: str) -> None:  # noqa: A002
    """Take no notice of anything, and get no grace."""

    @sync.worker(type, lease=LEASE, grace=0.0)
    def work(job: ClaimedJob) -> None:
        say(job.job_id)
        signal.sigwait(())

    work.run()


if __name__ == "__main__":
    _, name, type_ = sys.argv
    with ConvexSync() as sync:
        globals()[name](sync, type_)
