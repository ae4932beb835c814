"""What becomes of one row, for somebody who waits for it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from jobsync.errors import JobsyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Awaited:
    """The answer to a row: a receipt, or why there is none.

    Who `minds` a refusal hears of it instead of having the row parked. `then` is called with the
    answer by whoever brings it.
    """

    def __init__(
        self,
        *,
        minds: bool = False,
        then: Callable[[Mapping[str, Any] | JobsyncError], None] | None = None,
    ) -> None:
        self.minds = minds
        self._then = then
        self._answer: Mapping[str, Any] | JobsyncError | None = None
        self._known = threading.Event()

    @property
    def known(self) -> bool:
        """Whether the answer is there."""
        return self._known.is_set()

    def tell(self, answer: Mapping[str, Any] | JobsyncError) -> None:
        """Bring the answer."""
        self._answer = answer
        self._known.set()
        if self._then is not None:
            self._then(answer)

    def wait(self, timeout: float | None) -> bool:
        """Wait for the answer, and return whether it is there."""
        return self._known.wait(timeout)

    def receipt(self) -> Mapping[str, Any]:
        """Return the receipt, or raise why there is none."""
        if self._answer is None:
            raise RuntimeError("There is no answer yet.")
        if isinstance(self._answer, JobsyncError):
            raise self._answer
        return self._answer
