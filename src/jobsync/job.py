"""A job that is worked on here and now: what `ConvexSync.job` gives to its block."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sized
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from . import _commands, _lifecycle, _live_card
from ._bar import shown
from ._card import Card
from ._upload import Upload
from ._wire.plain import to_plain
from .errors import JobCanceled
from .outbox.awaited import Awaited
from .outbox.pending_file import IfChanged, pending
from .outbox.rows import NewRow

if TYPE_CHECKING:
    import os

    from ._attempt import Attempt
    from ._bar import Bar
    from .models import Level, State

T = TypeVar("T")

_SHOWN = ("stage", "message", "progress", "completed", "total")


class TrackedJob:
    """A running job. What it says is sent in the background and never holds the work up.

    Once somebody has asked the job to stop, `progress`, `stage`, `track` and `heartbeat` raise
    `JobCanceled`; they do not for the clean-up that this sets off (in `except` and `finally`).
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._result: Any = None
        self._said: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.job_id!r}, attempt {self.attempt}, {self.state}>"

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self._attempt.report.job_id

    @property
    def url(self) -> str:
        """The address of the deployment that has the job."""
        return self._attempt.url

    @property
    def attempt(self) -> int | None:
        """Which attempt this is; the first is 1."""
        return self._attempt.report.attempt

    @property
    def state(self) -> State | None:
        """The job's state, as the deployment said last."""
        return self._attempt.report.state

    @property
    def cancel_requested(self) -> bool:
        """Whether somebody has asked the job to stop."""
        return self._attempt.report.cancel_requested

    @property
    def result(self) -> Any:
        """What the job leaves behind when it succeeds: plain JSON."""
        return self._result

    @result.setter
    def result(self, value: Any) -> None:
        self._result = to_plain(value, "result")

    def progress(
        self,
        percent: float | None = None,
        *,
        completed: float | None = None,
        total: float | None = None,
        message: str | None = None,
        stage: str | None = None,
    ) -> None:
        """Say how far the job is; what is not given stays as it is, and the latest wins.

        `percent` is from 0 to 100; without it, it follows from `completed` and `total`. Going back
        is allowed. Takes microseconds and waits for nothing. Raises `JobCanceled` once somebody has
        asked the job to stop.
        """
        fields = _lifecycle.advance(
            percent, completed=completed, total=total, message=message, stage=stage
        )
        self._check_canceled()
        self._said |= fields
        self._attempt.say(fields)

    def stage(self, name: str) -> None:
        """Say which part of the work begins, in up to 256 characters."""
        self.progress(stage=name)

    def track(
        self,
        iterable: Iterable[T],
        *,
        stage: str | None = None,
        total: int | None = None,
        bar: Bar = False,
    ) -> Iterator[T]:
        """Go through something, and say after each item how much of it is done.

        A `bar` shows that here, too: `True` with tqdm if it is installed, else with rich.
        """
        if total is None and isinstance(iterable, Sized):
            total = len(iterable)
        self.progress(completed=0, total=total, stage=stage)
        with shown(bar, stage or self.job_id, total) as advance:
            for done, item in enumerate(iterable, start=1):
                yield item
                self.progress(completed=done, total=total)
                advance()

    def heartbeat(self) -> None:
        """Say that the job is alive. This happens by itself while its block runs."""
        self._check_canceled()
        self._attempt.beat()

    def event(self, kind: str, payload: Any = None, *, level: Level = "info") -> None:
        """Record that something happened, now; events are sent in their order.

        `kind` has up to 100 characters, `payload` is plain JSON. It is in the outbox, and so
        outlives the process, when this returns.
        """
        now = datetime.now(timezone.utc)
        event = _commands.event(self.job_id, kind, payload, level=level, time=now, event_id=None)
        if self.attempt is not None:
            event["attempt"] = self.attempt
        self._attempt.append(NewRow.of(event))

    def upload(
        self,
        path: str | os.PathLike[str],
        *,
        role: str = "output",
        filename: str | None = None,
        content_type: str | None = None,
        public: bool | None = None,
        if_changed: IfChanged = "park",
    ) -> Upload:
        """Give a file to the job. It is sent in the background, before the job ends.

        What it says of the file is as with `ConvexSync.upload_asset`. The file has to stay as it is
        until it is sent; one that has changed is not, unless `if_changed` is `upload`.
        """
        awaited = Awaited()
        file = pending(
            self.job_id,
            path,
            role=role,
            filename=filename,
            content_type=content_type,
            public=public,
            if_changed=if_changed,
        )
        self._attempt.append(file.to_row(), awaited)
        return Upload(file.path, awaited, self._attempt.connection.courier)

    def fail(
        self,
        error: BaseException | str | Mapping[str, Any],
        *,
        retryable: bool = True,
        retry_after: float | None = None,
    ) -> None:
        """End the attempt as failed, now; leaving the block then changes nothing more.

        If attempts are left the next is due after `retry_after` seconds, or when the deployment
        says.
        """
        command = _lifecycle.fail(
            self.job_id, self.attempt, error, retryable=retryable, retry_after=retry_after
        )
        self._attempt.end(command)

    def _card(self) -> Card:
        """Return the job as this process knows it."""
        said = {key: self._said.get(key) for key in _SHOWN}
        return Card(self.job_id, self.state or "running", attempt=self.attempt, **said)

    def _repr_html_(self) -> str:
        return self._card().html()

    def _ipython_display_(self) -> None:
        _live_card.show(self._card, lambda: not self._attempt.is_tracked)

    def _check_canceled(self) -> None:
        if self.cancel_requested and self._attempt.is_tracked and not _is_cleaning_up():
            raise JobCanceled(f"The job {self.job_id!r} was asked to stop.")


current: ContextVar[TrackedJob | None] = ContextVar("jobsync_current_job", default=None)


def current_job() -> TrackedJob | None:
    """Return the job whose block or tracked function this code runs in: the innermost one."""
    return current.get()


def _is_cleaning_up() -> bool:
    """Whether this code runs because of a `JobCanceled` that was raised before."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, JobCanceled):
        error = error.__context__
    return error is not None
