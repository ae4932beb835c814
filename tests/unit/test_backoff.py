"""When a call is tried again."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import format_datetime

import pytest

from jobsync import _backoff

NOW = 1_800_000_000.0


def test_the_delay_doubles_up_to_a_limit() -> None:
    """Without chance the delays are a doubling row that ends at the longest."""
    delays = [_backoff.delay(retry, 0.0) for retry in range(8)]

    assert delays == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_chance_shortens_a_delay_by_up_to_a_half() -> None:
    """Clients that failed together spread."""
    assert tuple(_backoff.delay(3, chance) for chance in (0.0, 0.5, 1.0)) == (2.0, 1.5, 1.0)


def test_the_server_may_ask_for_a_longer_delay_up_to_a_limit() -> None:
    """`Retry-After` lengthens a delay, never shortens it, and cannot park a caller for an hour."""
    assert _backoff.delay(0, 0.0, retry_after=5.0) == 5.0
    assert _backoff.delay(9, 0.0, retry_after=1.0) == 8.0
    assert _backoff.delay(0, 0.0, retry_after=3600.0) == _backoff.LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        (format_datetime(datetime.fromtimestamp(NOW + 30, timezone.utc), usegmt=True), 30.0),
        (format_datetime(datetime.fromtimestamp(NOW - 30, timezone.utc), usegmt=True), 0.0),
        ("soon", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    """Both forms of the header are understood; anything else says nothing."""
    assert seconds == _backoff.parse_retry_after(header, NOW)
