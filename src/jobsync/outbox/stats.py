"""What delivery in the background has done so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class DeliveryStats:
    """The counters of one client, in this process."""

    queued: int
    """Commands that wait to be sent."""
    queued_bytes: int
    sent: int
    """Commands that the deployment has answered."""
    coalesced: int
    """Reports of progress that were not sent, since a later one said more."""
    parked: int
    """Commands that the deployment refused for good; `jobsync outbox list` shows them."""
    dropped_progress: int
    """Progress that was thrown away to make room."""
    outbox: Path | None
    """The file that they wait in, or `None` if that is only memory."""
