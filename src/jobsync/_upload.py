"""A file that was given to a job and is on its way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ._wire import names
from .errors import UnexpectedResponseError

if TYPE_CHECKING:
    from .models import Asset
    from .outbox.awaited import Awaited
    from .outbox.courier import Courier


class Upload:
    """What `TrackedJob.upload` gives back at once."""

    def __init__(self, path: str, awaited: Awaited, courier: Courier) -> None:
        self._path = path
        self._awaited = awaited
        self._courier = courier

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path!r}, {'done' if self.done else 'on its way'}>"

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self._path)

    @property
    def done(self) -> bool:
        """Whether it is stored, or was given up."""
        return self._awaited.known

    def wait(self, timeout: float | None = None) -> Asset:
        """Return the asset once the job has it, or raise why it cannot.

        If nothing moves for `timeout` seconds, `NotDeliveredError`; it is kept, and sent later.
        """
        asset = self._courier.wait_for(self._awaited, timeout).get("asset")
        if asset is None:
            raise UnexpectedResponseError("The deployment has taken the file but shows no asset.")
        return names.asset(asset)
