"""What an integration does when a job cannot be kept: it warns, or raises where that was asked."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jobsync import JobCanceled

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger("jobsync")


@contextmanager
def tolerated(consequence: str, *, strict: bool) -> Iterator[None]:
    """Let no failure out, but a warning; all of them if `strict`. A cancellation is no failure."""
    try:
        yield
    except JobCanceled:
        raise
    except Exception as error:
        # A task must not fail because it is followed, whatever the reason.
        if strict:
            raise
        logger.warning("%s: %s", consequence, error)
