"""Claiming from a queue, and hearing of what waits in it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import InvalidFieldError, PermissionDeniedError
from jobsync._queue import SAFETY_NET, UNHEARD_OF, News
from jobsync._transports.feed import Feed
from tests.unit.queues import claimed, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync._queue import Queue

NONE = {"outcome": "none"}


@pytest.fixture
def queue() -> Iterator[Queue]:
    with opened([]) as queue, closing(queue.live):
        yield queue


@pytest.fixture
def feed() -> Feed:
    return Feed("a:b", dict)


def test_as_many_claims_are_sent_as_jobs_are_wanted() -> None:
    """What the others got nothing for is known to be all there is."""
    with opened([claimed("a"), claimed("b"), {**NONE, "readyInMs": 1500}]) as queue:
        got = queue.claim(3)

    assert [block.job.job_id for block in got.blocks] == ["a", "b"]
    assert (got.is_all, got.ready_in) == (True, 1.5)


def test_a_claim_whose_answer_was_lost_is_neither_a_job_nor_the_end() -> None:
    """The job that it began is lost in time, and comes back."""
    with opened([{"outcome": "duplicate"}]) as queue:
        got = queue.claim(1)

    assert (got.blocks, got.is_all) == ([], False)


def test_a_claim_that_is_refused_raises() -> None:
    """The error is the deployment's, and names the field."""
    error = {"code": "invalid_field", "message": "leaseMs is too short", "field": "leaseMs"}
    with (
        opened([{"outcome": "refused", "error": error}]) as queue,
        pytest.raises(InvalidFieldError, match="leaseMs"),
    ):
        queue.claim(1)


def test_news_that_come_are_relied_on_until_they_fail(queue: Queue, feed: Feed) -> None:
    """A broken connection is made good for by asking more often."""
    news = News(queue, feed)
    before = news.patience
    feed.put({"value": None})
    news.take()
    working = news.patience
    feed.put({"error": {"message": "Server Error", "data": None}})
    news.take()

    assert (before, working) == (UNHEARD_OF, SAFETY_NET)
    assert news.patience < UNHEARD_OF


@pytest.mark.parametrize("code", ["forbidden", "token_expired"])
def test_news_that_are_refused_raise(queue: Queue, feed: Feed, code: str) -> None:
    """A token that was given cannot be signed anew."""
    data: dict[str, Any] = {"code": code, "message": "no"}
    feed.put({"error": {"message": "no", "data": data}})

    with pytest.raises(Exception, match="no") as raised:
        News(queue, feed).take()
    assert isinstance(raised.value, PermissionDeniedError) is (code == "forbidden")
