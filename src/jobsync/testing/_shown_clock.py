"""What a deployment's clock shows, remembered for when it is started again."""

from __future__ import annotations

import time


class ShownClock:
    """How far the clock is ahead of this machine's, and where it was stopped."""

    frozen_at: float | None = None
    _ahead = 0.0

    def shows(self, now: float, *, frozen: bool | None) -> None:
        """Take what it shows now; `frozen` of `None` is as before."""
        stands = self.frozen_at is not None if frozen is None else frozen
        self.frozen_at = now if stands else None
        self._ahead = now - time.time()

    def ahead(self) -> float:
        """Return by how many seconds it has to be ahead to go on from where it was."""
        return self._ahead if self.frozen_at is None else self.frozen_at - time.time()
