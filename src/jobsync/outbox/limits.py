"""How much may wait to be sent, and what happens when that much does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from jobsync.errors import InvalidFieldError, OutboxFullError

WhenFull = Literal["block", "drop_progress", "raise"]


@dataclass(frozen=True)
class Limits:
    """The bounds of an outbox."""

    rows: int = 1_000_000
    bytes: int = 1 << 30
    when_full: WhenFull = "block"
    patience: float = 60.0
    """Seconds that a caller waits for room, where it waits."""

    def check(self) -> Limits:
        """Raise if these cannot be bounds."""
        if self.when_full not in get_args(WhenFull):
            raise InvalidFieldError.of("when_full", 'must be "block", "drop_progress" or "raise"')
        for field, value in (("max_queued", self.rows), ("max_queued_bytes", self.bytes)):
            if value < 1:
                raise InvalidFieldError.of(field, f"is {value!r}; pass a whole number from 1")
        return self

    def have_room(self, rows: int, size: int) -> bool:
        """Return whether so much may wait; one row alone always may."""
        return rows <= 1 or (rows <= self.rows and size <= self.bytes)

    def full(self, rows: int, size: int) -> OutboxFullError:
        """Build the error for a caller that finds no room."""
        return OutboxFullError(
            f"{rows:,} commands ({size:,} bytes) wait to be sent, which is as many as may. Is the "
            "deployment reachable? Raise max_queued or max_queued_bytes to keep more."
        )
