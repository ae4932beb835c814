"""What `watch` knows: the jobs as they were seen last, and whether the deployment answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobsync.cli._exit_codes import ExitCode
from jobsync.cli._following import Lost, Missing, Refused, Seen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobsync import Job, JobsyncError
    from jobsync.cli._following import News


class Board:
    """Takes news in, and says what to show and when it is over."""

    def __init__(self, job_ids: Iterable[str], *, until_stopped: bool = False) -> None:
        self.jobs: dict[str, Job | None] = dict.fromkeys(job_ids)
        self.missing: dict[str, JobsyncError] = {}
        self.refusal: Exception | None = None
        self.lost: JobsyncError | None = None
        self.lost_at = 0.0
        self._named = bool(self.jobs)
        self._until_stopped = until_stopped
        self._active: tuple[str, ...] | None = None

    def take(self, news: News, now: float) -> None:
        """Note what was heard at a moment, in seconds of a clock that only grows."""
        if isinstance(news, Seen):
            self.jobs[news.job.job_id] = news.job
        elif isinstance(news, Missing):
            self.missing[news.job_id] = news.error
        elif isinstance(news, Refused):
            self.refusal = news.error
        elif isinstance(news, Lost):
            if self.lost is None:
                self.lost_at = now
            self.lost = news.error
        else:
            self.lost = None
            self._active = news.active

    @property
    def over(self) -> bool:
        """Whether nothing more is to come."""
        if self.refusal is not None:
            return True
        if self._until_stopped or (not self._named and self._active is None):
            return False
        waiting = [job_id for job_id in self._active or () if job_id not in self.jobs]
        return not waiting and all(self._is_over(job_id) for job_id in self.jobs)

    def exit_code(self) -> ExitCode:
        """Return what to tell a script: the worst of what was seen."""
        if self.missing:
            return ExitCode.NOT_FOUND
        succeeded = all(job is not None and job.state == "succeeded" for job in self.jobs.values())
        return ExitCode.OK if succeeded else ExitCode.FAILED

    def _is_over(self, job_id: str) -> bool:
        job = self.jobs[job_id]
        return job_id in self.missing or (job is not None and job.finished)
