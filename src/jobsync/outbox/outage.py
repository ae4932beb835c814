"""An outage is told once, however many lanes and files it holds up."""

from __future__ import annotations

import logging
import threading

logger = logging.getLogger("jobsync")


class Outage:
    """Whether the deployment is known not to take anything. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_told = False

    def tell(self, error: Exception) -> None:
        """Warn, unless that was done since it was last over."""
        with self._lock:
            is_news, self._is_told = not self._is_told, True
        if is_news:
            logger.warning("What waits to be sent is kept and sent later: %s", error)

    def is_over(self) -> None:
        """Note that the deployment has taken something."""
        self._is_told = False
