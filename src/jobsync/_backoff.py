"""How long to wait before a call is tried again."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

FIRST_DELAY = 0.25
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0


def delay(retry: int, chance: float, retry_after: float | None = None) -> float:
    """Return the seconds before retry number `retry` (0 is the first).

    Twice as long each time up to a limit, shortened by up to a half (`chance` is between 0 and 1)
    so that clients that failed together do not come back together. A server that names a time
    gets it.
    """
    grown = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(retry, 16))
    jittered = grown * (1.0 - 0.5 * chance)
    if retry_after is None:
        return jittered
    return max(jittered, min(retry_after, LONGEST_RETRY_AFTER))


def parse_retry_after(header: str | None, now: float) -> float | None:
    """Read a Retry-After header: seconds, or a date. What cannot be read says nothing."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except ValueError:
        return None
