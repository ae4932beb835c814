"""A queue whose claims are answered from a script, where no live updates come."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from jobsync._backend import Backend
from jobsync._clock import SystemClock
from jobsync._queue import Queue
from jobsync._tokens import GivenToken
from jobsync._transports.http import HttpTransport
from jobsync._transports.live import LiveUpdates
from jobsync.errors import JobsyncError
from tests.unit.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOWHERE = "http://127.0.0.1:1"


def claimed(job_id: str) -> dict[str, Any]:
    """Answer a claim with a job."""
    status = {"status": "running", "state": "running", "attempt": 1}
    return {"outcome": "applied", "jobId": job_id, **status}


@contextmanager
def opened(
    script: Sequence[dict[str, Any] | JobsyncError], there: Answering | None = None
) -> Iterator[Queue]:
    """Open a queue: each claim takes the next line of the script, and after it there is nothing."""
    there = there or Answering()
    lines = list(script)

    def deliver(commands: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        answers = []
        for _ in commands:
            answer = lines.pop(0) if lines else {"outcome": "none"}
            if isinstance(answer, JobsyncError):
                raise answer
            answers.append(answer)
        return answers

    transport = HttpTransport(NOWHERE, max_retries=0, clock=SystemClock())
    with closing(transport), closing(LiveUpdates(NOWHERE)) as live:
        backend = Backend(transport, GivenToken("t"))
        yield Queue("t", 3600.0, there.connection, backend, live, deliver, lambda _: None)
        there.stop()
