"""Delivery in the background, as callers see it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from jobsync import ConnectionFailedError, NotDeliveredError
from jobsync._report import Report
from jobsync.outbox.awaited import Awaited
from jobsync.outbox.limits import Limits
from tests.unit.answering import GUARD, Answering, receipt
from tests.unit.outbox.opened import event, said

if TYPE_CHECKING:
    from collections.abc import Iterator

DOWN = ConnectionFailedError("down")


@pytest.fixture
def there() -> Iterator[Answering]:
    there = Answering()
    yield there
    there.stop()


def report(there: Answering, lease: float = 3600.0) -> Report:
    job = Report("a", 1, lease, there.connection.clock.monotonic())
    job.learn(receipt())
    there.courier.open(job)
    return job


def test_the_latest_progress_is_sent(there: Answering) -> None:
    """However often something was said."""
    job = report(there)
    for percent in range(1000):
        there.courier.say(job, {"progress": percent})
    assert there.courier.flush(GUARD)
    sent = [command["progress"] for command in there.commands if command["kind"] == "progress"]

    assert sent[-1] == 999
    assert sent == sorted(sent)
    assert there.courier.stats().coalesced == 1000 - len(sent)


def test_progress_is_put_together_though_no_block_says_it(there: Answering) -> None:
    """As with `update_progress` in the background."""
    there.down = DOWN
    for percent in range(10):
        there.courier.update({"kind": "progress", "jobId": "a", "progress": percent})
    there.down = None
    assert there.courier.flush(GUARD)

    assert [batch for _, batch in there.batches][-1][-1]["progress"] == 9
    assert len(there.commands) < 10


def test_a_silent_job_is_kept_alive(there: Answering) -> None:
    """By heartbeats, one after the other; a job that only records events is silent."""
    job = report(there, lease=0.003)
    there.wait_until(lambda: len(there.commands) >= 3)
    there.courier.end(job, [])

    assert {command["kind"] for command in there.commands} == {"heartbeat"}


def test_an_outage_is_told_once(there: Answering, caplog: pytest.LogCaptureFixture) -> None:
    """What was said meanwhile arrives in its order."""
    job = report(there)
    there.down = DOWN
    for n in range(10):
        there.courier.append([event(n)])
        there.courier.say(job, {"progress": n})
    assert not there.courier.flush(0.01)
    there.down = None
    assert there.courier.flush(GUARD)

    assert [each["n"] for each in there.commands if each["kind"] == "event"] == list(range(10))
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_whoever_waits_too_long_is_told_that_it_is_kept(there: Answering) -> None:
    """And may wait again."""
    there.down = DOWN
    awaited = Awaited()
    there.courier.append([event(1)], awaited)
    with pytest.raises(NotDeliveredError, match="kept in memory"):
        there.courier.wait_for(awaited, 0.01)
    there.down = None

    assert there.courier.wait_for(awaited, GUARD)["outcome"] == "applied"


def test_threads_say_things_at_once(there: Answering) -> None:
    """Each in its order, and each once."""

    def work(number: int) -> None:
        for n in range(200):
            there.courier.append([said("event", job=str(number), n=n)])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert there.courier.flush(GUARD)

    for number in range(8):
        numbers = [each["n"] for each in there.commands if each["jobId"] == str(number)]
        assert numbers == list(range(200))


def test_room_is_made_for_whoever_waits() -> None:
    """As soon as something was delivered."""
    there = Answering(limits=Limits(rows=5))
    for n in range(50):
        there.courier.append([event(n)])
    assert there.courier.flush(GUARD)
    there.stop()

    assert [each["n"] for each in there.commands] == list(range(50))


def test_where_no_thread_can_be_had_whoever_waits_delivers(
    there: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the interpreter shuts down, the end of a program is still delivered."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    there.courier.append([event(1)])

    assert there.courier.flush(GUARD)
    assert there.kinds() == ["event"]


def test_the_threads_end_with_the_last_job(there: Answering) -> None:
    """A client that runs no jobs costs nothing."""
    job = report(there)
    there.courier.say(job, {"progress": 1})
    threads = [each for each in threading.enumerate() if each.name.startswith("jobsync-")]
    there.courier.end(job, [])
    there.courier.flush(GUARD)
    for thread in threads:
        thread.join(GUARD)

    assert threads
    assert not any(thread.is_alive() for thread in threads)


def test_what_is_left_at_the_end_is_told(
    there: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    """In memory it ends with the process."""
    there.down = DOWN
    there.courier.append([event(1), event(2)])
    there.courier.stop(0.0)

    assert "2 commands are lost" in caplog.text
