"""A job that is a block, with files."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tests.faults.said_work import ATTEMPTS, Work

if TYPE_CHECKING:
    from jobsync import TrackedJob

BYTES_OF_A_NUMBER = 200


class BlockWork(Work):
    """The block is entered and left by hand, since several are open at once."""

    kinds: ClassVar = {"event": 8, "field": 4, "progress": 6, "file": 1}

    def begin(self) -> None:
        self._block = self._sync.job(
            "fault", job_id=self.job_id, owner=self._around.owner, max_attempts=ATTEMPTS
        )
        self._say("create", self._enter)

    def end(self) -> None:
        self._say("end", self._leave)

    def _enter(self) -> None:
        self._job: TrackedJob = self._block.__enter__()

    def _leave(self) -> None:
        self._job.result = {"number": self._number}
        self._block.__exit__(None, None, None)

    def _event(self) -> None:
        self._job.event("step", self._number)

    def _progress(self) -> None:
        self._job.progress(completed=self._number)

    def _file(self) -> None:
        path = self._around.folder / f"{self.job_id}-{self._number}.bin"
        path.write_bytes(f"{path.name} ".encode() * BYTES_OF_A_NUMBER)
        self._job.upload(path, filename=str(self._number))
