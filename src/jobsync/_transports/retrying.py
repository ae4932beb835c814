"""One way to try again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from jobsync._backoff import delay
from jobsync._clock import Deadline
from jobsync.errors import JobsyncError, TemporaryServerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync._clock import Clock

T = TypeVar("T")


@dataclass(frozen=True)
class Retrying:
    """Calls an operation until it works, fails for good, or has had its chances."""

    max_retries: int
    clock: Clock

    def run(self, operation: Callable[[], T], deadline: Deadline | None = None) -> T:
        """Return what the operation returns; do not wait for a retry that comes too late."""
        deadline = deadline or Deadline(None, self.clock)
        retry = 0
        while True:
            try:
                return operation()
            except JobsyncError as error:
                pause = delay(retry, random.random(), _retry_after(error))  # noqa: S311 (spreads load)
                left = deadline.remaining()
                out_of_time = left is not None and left <= pause
                if not error.retryable or retry >= self.max_retries or out_of_time:
                    raise
            retry += 1
            self.clock.sleep(pause)


def _retry_after(error: JobsyncError) -> float | None:
    return error.retry_after if isinstance(error, TemporaryServerError) else None
