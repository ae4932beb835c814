"""What a pipeline does for one job: each thing it says has a number, and is accounted for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jobsync import JobsyncError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jobsync import ConvexSync, Receipt
    from tests.faults.truth import Account

ATTEMPTS = 1_000


@dataclass(frozen=True)
class Surroundings:
    """What the jobs of a pipeline share."""

    sync: ConvexSync
    owner: str
    account: Account
    folder: Path


class Work(ABC):
    """One job; `kinds` are the things it may say on the way, and how often."""

    kinds: ClassVar[dict[str, int]]

    def __init__(self, around: Surroundings, job_id: str, number: int) -> None:
        self.job_id = job_id
        self._around = around
        self._sync = around.sync
        self._number = number

    @abstractmethod
    def begin(self) -> None: ...

    @abstractmethod
    def end(self) -> None: ...

    def step(self, kind: str) -> None:
        """Say something of a kind."""
        self._say(kind, getattr(self, f"_{kind}"))

    def _field(self) -> Receipt:
        # If creating it failed, this creates it.
        made = {"id": self.job_id, "owner": self._around.owner, "max_attempts": ATTEMPTS}
        return self._sync.upsert_job({**made, "number": self._number})

    def _say(self, kind: str, command: Callable[[], Receipt | None]) -> None:
        self._around.account.begun(self.job_id, kind, self._number)
        # What raises may have been done or not.
        with suppress(JobsyncError):
            receipt = command()
            if receipt is None or receipt.outcome != "stale":
                self._around.account.said(self.job_id, kind, self._number)
        self._number += 1
