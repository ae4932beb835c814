"""The worker process, seen from the process that starts it."""

from __future__ import annotations

import sys
import threading
from contextlib import closing

import pytest

from jobsync._transports.feed import Feed
from jobsync._transports.live import LiveUpdates
from jobsync.errors import LiveUpdatesError


def feed() -> Feed:
    return Feed("a:b", dict)


def test_a_feed_holds_the_newest_message() -> None:
    """Whoever is slow misses what is old, never what is newest."""
    news = feed()
    news.put({"value": 1})
    news.put({"value": 2})

    assert news.take(0) == {"value": 2}
    assert news.take(0) is None


def test_a_feed_wakes_who_waits() -> None:
    """A message ends a wait that has no end of its own."""
    news = feed()
    threading.Timer(0.01, news.put, [{"value": 1}]).start()

    assert news.take(None) == {"value": 1}


def test_a_feed_that_failed_gives_its_last_message_first() -> None:
    """Nothing that came in time is lost."""
    news = feed()
    news.put({"value": 1})
    news.fail(LiveUpdatesError("gone"))

    assert news.take(None) == {"value": 1}
    with pytest.raises(LiveUpdatesError, match="gone"):
        news.take(None)


def test_a_worker_that_never_starts_is_an_error() -> None:
    """Whoever follows is told what to try, and does not wait for ever."""
    command = (sys.executable, "-c", "raise SystemExit(1)")
    updates = LiveUpdates("http://127.0.0.1:1", command=command)
    with (
        closing(updates),
        updates.follow("a:b", dict) as news,
        pytest.raises(LiveUpdatesError, match="does not start"),
    ):
        news.take(30.0)
