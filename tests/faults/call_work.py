"""A job of which everything is said by a call of the client."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, ClassVar

from tests.faults.said_work import ATTEMPTS, Work

if TYPE_CHECKING:
    from jobsync import Receipt

# Events are listed by time, and those of one moment in the order in which they were stored: only
# that shows the order in which they arrived.
MOMENT = datetime(2026, 1, 1, tzinfo=timezone.utc)


class CallWork(Work):
    """Also fails and starts again: done twice, that would be one attempt too many."""

    kinds: ClassVar = {"event": 8, "field": 6, "progress": 4, "again": 2}

    def begin(self) -> None:
        self._say("create", self._create)
        self._say("start", self._start)

    def end(self) -> None:
        result = {"number": self._number}
        self._say("end", lambda: self._sync.complete_job(self.job_id, result))

    def _create(self) -> Receipt:
        return self._sync.create_job(
            "fault", job_id=self.job_id, owner=self._around.owner, max_attempts=ATTEMPTS
        )

    def _start(self) -> Receipt:
        return self._sync.start_job(self.job_id)

    def _event(self) -> Receipt:
        return self._sync.record_event(self.job_id, "step", self._number, time=MOMENT)

    def _progress(self) -> Receipt:
        return self._sync.update_progress(self.job_id, completed=self._number)

    def _again(self) -> Receipt:
        self._sync.fail_job(self.job_id, "once more", retry_after=0.0)
        return self._start()
