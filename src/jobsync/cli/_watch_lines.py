"""What `watch` writes where nobody looks at a terminal: a line for each change, or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobsync.cli._following import Lost, Reached, Seen
from jobsync.cli._job_text import percent
from jobsync.cli._output import print_json, print_row, remark
from jobsync.cli._times import now

if TYPE_CHECKING:
    from jobsync import Job
    from jobsync.cli._board import Board
    from jobsync.cli._following import News


class _Written:
    """What stays once it is written; an outage is said beside it, once when it begins and ends."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_lost = False

    def heard(self, news: News) -> None:
        """Say whether the deployment can be reached, where that has changed."""
        if isinstance(news, Lost) and not self._is_lost:
            self._is_lost = True
            remark(f"Lost connection to {self._url}: {news.error} Trying again.")
        elif isinstance(news, Reached) and self._is_lost:
            self._is_lost = False
            remark(f"Connected to {self._url} again.")

    def refresh(self, board: Board) -> None:
        """Do nothing: there is no picture."""

    def end(self, board: Board) -> None:
        """Do nothing: all is written."""


class Lines(_Written):
    """A line when a job's state, stage or message changes, or its percentage."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._said: dict[str, tuple[Any, ...]] = {}

    def heard(self, news: News) -> None:
        """Write what is new."""
        super().heard(news)
        if isinstance(news, Seen):
            row = _row(news.job)
            if self._said.get(news.job.job_id) != row:
                self._said[news.job.job_id] = row
                print_row(f"{now().astimezone():%H:%M:%S}", *row)


class JsonLines(_Written):
    """A document for each snapshot of a job."""

    def heard(self, news: News) -> None:
        """Write a snapshot."""
        super().heard(news)
        if isinstance(news, Seen):
            print_json(news.job.to_record(), on_one_line=True)


class Documents(_Written):
    """One document at the end: the jobs as they were seen last."""

    def end(self, board: Board) -> None:
        """Write the jobs."""
        print_json([job.to_record() for job in board.jobs.values() if job is not None])


def _row(job: Job) -> tuple[Any, ...]:
    return job.job_id, job.state, percent(job), job.stage, job.message
