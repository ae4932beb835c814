"""What becomes known of commands that were refused for good, as the caller has chosen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Literal

from jobsync.errors import InvalidFieldError, JobsyncError, ParkedError

from .rows import Parked

OnError = Literal["park", "raise"] | Callable[[Parked], object]

logger = logging.getLogger("jobsync")


class Refusals:
    """Tells of what is parked: in the log, at the next flush, or to the caller's function."""

    def __init__(self, on_error: OnError) -> None:
        if not callable(on_error) and on_error not in {"park", "raise"}:
            raise InvalidFieldError.of(
                "on_error", 'must be "park", "raise" or a function that takes a Parked'
            )
        self.count = 0
        self._on_error = on_error
        self._unraised: list[Parked] = []
        self._lock = threading.Lock()

    @property
    def raises(self) -> bool:
        """Whether what goes wrong in the background is raised."""
        return self._on_error == "raise"

    def add(self, parked: Parked, error: JobsyncError) -> None:
        """Note that something was parked."""
        with self._lock:
            self.count += 1
            is_first = self.count == 1
            if self.raises:
                self._unraised.append(parked)
        if is_first:
            logger.warning(
                "A command of the job %r (%s) was refused and is parked, as `jobsync outbox list` "
                "shows: %s",
                parked.job_id,
                parked.kind,
                error,
            )
        if callable(self._on_error):
            self._tell(self._on_error, parked)

    def check(self) -> None:
        """Raise if something was parked since the last time, where that is wanted."""
        with self._lock:
            unraised, self._unraised = self._unraised, []
        if unraised:
            first = unraised[0]
            others = f" (and {len(unraised) - 1} more)" if len(unraised) > 1 else ""
            raise ParkedError(
                f"A command of the job {first.job_id!r} ({first.kind}) was refused and is parked"
                f"{others}: {first.reason}",
                {"code": first.code},
            )

    @staticmethod
    def _tell(on_error: Callable[[Parked], object], parked: Parked) -> None:
        try:
            on_error(parked)
        except Exception:
            logger.exception("The function given as on_error failed.")
