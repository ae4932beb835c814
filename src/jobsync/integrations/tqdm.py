"""`from jobsync.integrations.tqdm import tqdm`: a bar that also moves on the page of the job."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from jobsync import JobCanceled, current_job

from ._tools import need

LONGEST_STAGE = 256

_Bar: Any = need("tqdm.auto", "tqdm").tqdm


class tqdm(_Bar):  # type: ignore[misc]  # noqa: N801 (its name is the tool's, and what it is made of is untyped)
    """A `tqdm` that tells the job that it is made in how far it is, as often as it is drawn.

    The description is the stage. Only the outermost of nested bars speaks, and a bar that is
    disabled does not. A job that was asked to stop stops at `update` or the next item, with
    `JobCanceled`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._job = current_job()
        super().__init__(*args, **kwargs)
        if not self.disable:
            self._tell()

    def update(self, n: float | None = 1) -> bool | None:
        """Move on; return whether the bar was drawn."""
        drawn: bool | None = super().update(n)
        if drawn:
            self._tell()
        return drawn

    def close(self) -> None:
        """Draw for the last time."""
        # The work of the bar is over: whoever was to be stopped is, at the next bar.
        with suppress(JobCanceled):
            if not self.disable:
                self._tell()
        super().close()

    def _tell(self) -> None:
        if self._job is None or self.pos:
            return
        stage = (self.desc or "").removesuffix(": ")[:LONGEST_STAGE] or None
        self._job.progress(completed=max(self.n, 0), total=self.total, stage=stage)


def trange(*args: int, **kwargs: Any) -> tqdm:
    """Return a bar over a `range`."""
    return tqdm(range(*args), **kwargs)
