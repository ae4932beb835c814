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


class Lines:
    """A line when a job's state, stage or message changes, or its percentage."""

    def __init__(self, url: str) -> None:
        self._connection = ConnectionRemarks(url)
        self._said: dict[str, tuple[Any, ...]] = {}

    def heard(self, news: News) -> None:
        """Write what is new."""
        self._connection.heard(news)
        if isinstance(news, Seen):
            row = _row(news.job)
            if self._said.get(news.job.job_id) != row:
                self._said[news.job.job_id] = row
                print_row(f"{now().astimezone():%H:%M:%S}", *row)

    def refresh(self, board: Board) -> None:
        """Do nothing: what is written stays."""

    def end(self, board: Board) -> None:
        """Do nothing: all is written."""


class JsonLines:
    """A document for each snapshot of a job."""

    def heard(self, news: News) -> None:
        """Write a snapshot."""
        if isinstance(news, Seen):
            print_json(news.job.to_record(), on_one_line=True)

    def refresh(self, board: Board) -> None:
        """Do nothing."""

    def end(self, board: Board) -> None:
        """Do nothing."""


class Documents:
    """One document at the end: the jobs as they were seen last."""

    def heard(self, news: News) -> None:
        """Do nothing yet."""

    def refresh(self, board: Board) -> None:
        """Do nothing yet."""

    def end(self, board: Board) -> None:
        """Write the jobs."""
        print_json([job.to_record() for job in board.jobs.values() if job is not None])


class ConnectionRemarks:
    """Says once that the connection was lost, and once that it is back."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_lost = False

    def heard(self, news: News) -> None:
        """Say what has changed."""
        if isinstance(news, Lost) and not self._is_lost:
            self._is_lost = True
            remark(f"Lost connection to {self._url}: {news.error} Trying again.")
        elif isinstance(news, Reached) and self._is_lost:
            self._is_lost = False
            remark(f"Connected to {self._url} again.")


def _row(job: Job) -> tuple[Any, ...]:
    return job.job_id, job.state, percent(job), job.stage, job.message
