"""The trace of one job: each step as an event in Convex, and all of them as a file."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobsync import ConvexSync


class Trace:
    """Records what a job did, and when, in seconds since the trace began."""

    def __init__(self, job_id: str, sync: ConvexSync) -> None:
        self._job_id = job_id
        self._sync = sync
        self._began = time.perf_counter()
        self._steps: list[dict[str, Any]] = []

    def step(self, stage: str, found: dict[str, Any]) -> None:
        """Note that `stage` begins, with what the stages before it found."""
        step = {"stage": stage, "at": self.seconds(), **found}
        self._steps.append(step)
        self._sync.record_event(self._job_id, "trace", step)

    def seconds(self) -> float:
        """Time since the trace began."""
        return round(time.perf_counter() - self._began, 4)

    def document(self) -> dict[str, Any]:
        """Give the whole trace, for `trace.json`."""
        return {"job": self._job_id, "steps": self._steps}
