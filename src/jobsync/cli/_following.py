"""Follows several jobs at once, and whether the deployment answers."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from jobsync import JobsyncError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from typing_extensions import Self

    from jobsync import ConvexSync, Job, JobSummary

    Active = Callable[[ConvexSync], Iterable[JobSummary]]

PULSE = 2.0
"""Seconds between two plain calls. Live updates reconnect in silence; these notice an outage."""

MOST_FOLLOWED = 100
"""How many jobs have a thread each; more are taken up as those end."""


@dataclass(frozen=True)
class Seen:
    """A job as it is now."""

    job: Job


@dataclass(frozen=True)
class Missing:
    """A job that does not exist, or does no more."""

    job_id: str
    error: JobsyncError


@dataclass(frozen=True)
class Refused:
    """The deployment answers, but will not show what is asked for; or we have a fault."""

    error: Exception


@dataclass(frozen=True)
class Lost:
    """The deployment cannot be reached."""

    error: JobsyncError


@dataclass(frozen=True)
class Reached:
    """The deployment answers; `active` is what it has, if that is what is followed."""

    active: tuple[str, ...] | None = None


News = Seen | Missing | Refused | Lost | Reached


class Following:
    """Threads that follow jobs for the length of a `with` block.

    `pulse` is a client that gives up soon; `active`, where the jobs are not named, finds them.
    """

    def __init__(
        self, live: ConvexSync, pulse: ConvexSync, job_ids: Iterable[str], active: Active | None
    ) -> None:
        self._live = live
        self._pulse = pulse
        self._active = active
        self._not_begun = list(job_ids)
        self._unfinished: set[str] = set()
        self._lock = threading.Lock()
        self._news: queue.Queue[News] = queue.Queue()
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()

    def take(self, timeout: float) -> list[News]:
        """Wait for news and return all there are, in their order; none if the time is over."""
        try:
            news = [self._news.get(timeout=timeout)]
        except queue.Empty:
            return []
        while not self._news.empty():
            news.append(self._news.get())
        return news

    def _follow(self, job_id: str) -> bool:
        """Follow a job, unless that is so already; return whether there was room for it."""
        with self._lock:
            if job_id in self._unfinished:
                return True
            if len(self._unfinished) >= MOST_FOLLOWED:
                return False
            self._unfinished.add(job_id)
        threading.Thread(target=self._snapshots, args=(job_id,), daemon=True).start()
        return True

    def _snapshots(self, job_id: str) -> None:
        while not self._closed.is_set():
            try:
                for job in self._live.watch(job_id):
                    self._news.put(Seen(job))
                break
            except NotFoundError as error:
                self._news.put(Missing(job_id, error))
                break
            except JobsyncError as error:
                if not error.retryable:
                    self._news.put(Refused(error))
                    break
                self._closed.wait(PULSE)
            except Exception as error:  # noqa: BLE001 (told by who waits, in the place for it)
                self._news.put(Refused(error))
                break
        with self._lock:
            self._unfinished.discard(job_id)

    def _beat(self) -> None:
        reachable = True
        while not self._closed.is_set():
            try:
                self._news.put(Reached(self._ask()))
                if not reachable:
                    self._catch_up()
                reachable = True
            except JobsyncError as error:
                self._news.put(Lost(error) if error.retryable else Refused(error))
                reachable = False
            except Exception as error:  # noqa: BLE001 (as above)
                self._news.put(Refused(error))
            self._closed.wait(PULSE)

    def _ask(self) -> tuple[str, ...] | None:
        """Ask for something small, or for the jobs that are active."""
        if self._active is not None:
            ids = tuple(job.job_id for job in islice(self._active(self._pulse), MOST_FOLLOWED))
            for job_id in ids:
                self._follow(job_id)
            return ids
        while self._not_begun and self._follow(self._not_begun[0]):
            self._not_begun.pop(0)
        self._pulse.handshake()
        return None

    def _catch_up(self) -> None:
        """Look at the jobs now: live updates may take a while to come back."""
        with self._lock:
            unfinished = tuple(self._unfinished)
        for job_id in unfinished:
            job = self._pulse.fetch_job(job_id)
            if job is not None:
                self._news.put(Seen(job))
