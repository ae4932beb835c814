"""The part of `ConvexSync` that takes jobs through their lives: as blocks, or one call a move."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from contextlib import suppress
from functools import wraps
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast

from . import _commands, _lifecycle
from ._block import JobBlock
from .errors import InvalidFieldError, JobNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from typing_extensions import Unpack

    from ._attempt import Connection, Mode
    from ._commands import Command
    from .models import Receipt

F = TypeVar("F", bound="Callable[..., Any]")

LEASE = 60.0


class JobFields(TypedDict, total=False):
    """What may be said of a job when it is made."""

    source: str | None
    """What it is about, for example a document's id."""
    owner: str | None
    name: str | None
    tags: Iterable[str]
    parent: str | None
    """The id of the job that it is a part of."""
    max_attempts: int
    """How often it may be tried, if it fails."""
    visibility: str
    """`private` or `public`."""
    record: Mapping[str, Any] | None
    """Fields of the caller's own, as with `upsert_job`."""


class LifecycleCalls(ABC):
    """Each call returns when the deployment has answered; a late one is answered as `stale`.

    Those that name a job raise `JobNotFoundError` if it does not exist. Durations are seconds.
    With `delivery="background"` it returns at once (`queued`). An `attempt` that is given makes a
    call late once the job is in a newer one.
    """

    @abstractmethod
    def _apply(self, command: Command) -> Receipt: ...

    @abstractmethod
    def _mutate(self, path: str, args: dict[str, Any]) -> Any: ...

    @abstractmethod
    def _connection(self) -> Connection: ...

    @abstractmethod
    def _mode(self, delivery: Mode | None) -> Mode: ...

    def job(
        self,
        type: str,  # noqa: A002 (the field's name)
        *,
        job_id: str | None = None,
        attempt: int | None = None,
        lease: float = LEASE,
        delivery: Mode | None = None,
        **fields: Unpack[JobFields],
    ) -> JobBlock:
        """Make a block a job: it succeeds when the block is left, and fails with an exception.

        Left with Ctrl-C or by an exit it is canceled. While it runs its lease, of 60 seconds, is
        kept alive; a process that dies loses it, and with that the job. A job that exists already
        (`job_id`) goes on. Inside another job's block it becomes a child of it, unless `parent`
        says otherwise. What the job says, and its files, are sent in the background, whether the
        deployment can be reached or not. `delivery="strict"`, the default of the client, waits for
        the beginning and the end; an end that cannot be delivered in time is kept and sent later.
        With `"background"` nothing waits.

        Whoever counts attempts says which `attempt` this is, from 1. One that is newer than the
        job's begins, even if the one before seems to be at work still or has failed for good; one
        that is older does not (`JobEndedError`).
        """
        fields_of_job = {"type": type, "job_id": job_id, **fields}
        return JobBlock(self._connection(), fields_of_job, lease, self._mode(delivery), attempt)

    def tracked(
        self,
        type: str | None = None,  # noqa: A002 (the field's name)
        *,
        lease: float = LEASE,
        delivery: Mode | None = None,
        **fields: Unpack[JobFields],
    ) -> Callable[[F], F]:
        """Make each call of a function a job, whose type is the function's name if none is given.

        Inside, `jobsync.current_job()` is the job.
        """

        def decorate(function: F) -> F:
            def block() -> JobBlock:
                kind = function.__name__ if type is None else type
                return self.job(kind, lease=lease, delivery=delivery, **fields)

            return _within(block, function)

        return decorate

    def create_job(
        self,
        type: str,  # noqa: A002 (the field's name)
        *,
        job_id: str | None = None,
        **fields: Unpack[JobFields],
    ) -> Receipt:
        """Create a queued job, unless there is one with this id (`unchanged`).

        The receipt has the id, which is a new one if none is given.
        """
        return self._apply(_lifecycle.create(type, job_id=job_id, **fields))

    def start_job(
        self, job_id: str, *, attempt: int | None = None, lease: float | None = None
    ) -> Receipt:
        """Begin the attempt of a queued job, or a newer `attempt` than it has, whatever it does.

        With a `lease`, in seconds, it is lost unless something is heard of it before that is over.
        """
        return self._apply(_lifecycle.start(job_id, attempt, lease))

    def update_progress(
        self,
        job_id: str,
        percent: float | None = None,
        *,
        completed: float | None = None,
        total: float | None = None,
        message: str | None = None,
        stage: str | None = None,
        attempt: int | None = None,
    ) -> Receipt:
        """Say how far a running job is, in percent (0 to 100) or as `completed` of `total`.

        What is not given stays as it is. `JobNotFoundError` if there is no such job.
        """
        fields = _lifecycle.advance(
            percent, completed=completed, total=total, message=message, stage=stage
        )
        return self._apply(_lifecycle.progress(job_id, attempt, fields))

    def complete_job(
        self, job_id: str, result: Any = None, *, attempt: int | None = None
    ) -> Receipt:
        """End a job as succeeded; `result` is plain JSON, of any size."""
        return self._apply(_lifecycle.complete(job_id, attempt, result))

    def fail_job(
        self,
        job_id: str,
        error: BaseException | str | Mapping[str, Any] | None = None,
        *,
        retryable: bool = True,
        retry_after: float | None = None,
        attempt: int | None = None,
    ) -> Receipt:
        """End an attempt as failed; with attempts left the job is queued again.

        It may be tried again after a while that grows (up to 5 minutes), or after `retry_after`
        seconds. `error` is an exception, whose traceback is kept apart from what the public sees,
        a text, or a mapping with a `message`.
        """
        return self._apply(
            _lifecycle.fail(job_id, attempt, error, retryable=retryable, retry_after=retry_after)
        )

    def cancel_job(
        self,
        job_id: str,
        reason: str | None = None,
        *,
        done: bool = False,
        attempt: int | None = None,
    ) -> Receipt:
        """Cancel a job; one that is running is asked to stop, which is told at its next report.

        Whoever runs a job without a block says with `done` that it has stopped.
        """
        return self._apply(_lifecycle.cancel(job_id, attempt, reason, done=done))

    def retry_job(self, job_id: str) -> Receipt:
        """Queue a job that failed, was canceled or is lost for another attempt."""
        return self._apply(_lifecycle.retry(job_id))

    def delete_job(self, job_id: str) -> None:
        """Delete a job that is not running, with its events and files.

        One that does not exist is no error: what was asked for is so already.
        """
        with suppress(JobNotFoundError):
            self._mutate("jobs:remove", {"jobId": _commands.text(job_id, "job_id")})

    def set_run(
        self,
        job_id: str,
        *,
        system: str | None = None,
        id: str | None = None,  # noqa: A002 (the field's name)
        url: str | None = None,
    ) -> Receipt:
        """Link a job to the run of an orchestrator that works on it."""
        return self._apply(_lifecycle.set_run(job_id, {"system": system, "id": id, "url": url}))


def _within(block: Callable[[], JobBlock], function: F) -> F:
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise InvalidFieldError.of(
            function.__name__,
            "is a generator, whose work is done after the call; use `with sync.job(...)` inside",
        )
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            with block():
                return await function(*args, **kwargs)

        return cast("F", run_async)

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with block():
            return function(*args, **kwargs)

    return cast("F", run)
