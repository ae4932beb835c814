"""The thread that sends what jobs report."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import ConnectionFailedError, InvalidFieldError, Receipt
from jobsync._batches import MOST_COMMANDS
from jobsync._clock import SystemClock
from jobsync._reporter import Reporter
from tests.unit.test_fork import in_child

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GUARD = 30
APPLIED = Receipt(outcome="applied", job_id="a", state="running", attempt=1)
AGES = 3600.0


class Line:
    """What lies behind the reporter: answers each batch when, and as, the test says."""

    def __init__(self) -> None:
        self.batches: queue.Queue[list[dict[str, Any]]] = queue.Queue()
        self.answers: queue.Queue[Any] = queue.Queue()

    def send(self, commands: Sequence[dict[str, Any]]) -> list[Any]:
        self.batches.put(list(commands))
        answer = self.answers.get(timeout=GUARD)
        if isinstance(answer, Exception):
            raise answer
        return [answer] * len(commands)

    def sent(self) -> list[dict[str, Any]]:
        """Return the next batch, which is on its way until it is answered."""
        return self.batches.get(timeout=GUARD)

    def answer(self, answer: Any = APPLIED) -> None:
        self.answers.put(answer)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def reporter(line: Line) -> Iterator[Reporter]:
    reporter = Reporter(line.send, SystemClock(), flush_interval=0.0)
    yield reporter
    line.answer()
    reporter.stop()


def kinds(batch: list[dict[str, Any]]) -> list[Any]:
    return [command.get("progress", command["kind"]) for command in batch]


def test_what_is_said_while_something_is_on_its_way_is_sent_as_one(
    reporter: Reporter, line: Line
) -> None:
    """The caller never waits, and the last word is the one that counts."""
    job = reporter.open(APPLIED, AGES)
    reporter.say(job, {"progress": 0})
    assert kinds(line.sent()) == [0]
    for percent in range(1, 100):
        reporter.say(job, {"progress": percent})
    line.answer()

    assert kinds(line.sent()) == [99]


def test_a_silent_job_is_kept_alive(reporter: Reporter, line: Line) -> None:
    """Heartbeats go out by themselves, one after the other."""
    reporter.open(APPLIED, 0.003)
    for _ in range(3):
        assert kinds(line.sent()) == ["heartbeat"]
        line.answer()


def test_jobs_share_a_batch_and_a_thread(reporter: Reporter, line: Line) -> None:
    """Many jobs cost as many calls as one."""
    jobs = [reporter.open(APPLIED, AGES) for _ in range(20)]
    reporter.say(jobs[0], {"progress": 0})
    line.sent()
    for number, job in enumerate(jobs):
        reporter.say(job, {"progress": number})
    line.answer()

    assert kinds(line.sent()) == list(range(20))
    assert sum(thread.name == "jobsync-report" for thread in threading.enumerate()) == 1


def test_a_batch_does_not_grow_without_end(reporter: Reporter, line: Line) -> None:
    """The deployment takes only so many commands at once; the rest follows."""
    jobs = [reporter.open(APPLIED, AGES) for _ in range(10)]
    reporter.say(jobs[0], {"progress": 0})
    line.sent()
    for job in jobs:
        for number in range(100):
            reporter.add(job, {"kind": "event", "event": str(number)})
    line.answer()
    sizes = []
    while sum(sizes) < 1000:
        sizes.append(len(line.sent()))
        line.answer()

    assert sum(sizes) == 1000
    assert max(sizes) <= MOST_COMMANDS


@pytest.mark.parametrize("down", [ConnectionFailedError("down"), RuntimeError("down")])
def test_an_outage_loses_nothing_and_warns_once(
    reporter: Reporter, line: Line, caplog: pytest.LogCaptureFixture, down: Exception
) -> None:
    """Events and the latest progress are sent again until they arrive, whatever it was."""
    job = reporter.open(APPLIED, AGES)
    reporter.add(job, {"kind": "event", "event": "e"})
    for _ in range(2):
        line.sent()
        line.answer(down)
    reporter.say(job, {"progress": 7})
    batch = line.sent()
    if "progress" not in batch[-1]:
        line.answer()
        batch += line.sent()

    assert kinds(batch) == ["event", 7]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "down" in caplog.text


def test_what_is_refused_is_not_sent_again_and_is_told(
    reporter: Reporter, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    """A report that the deployment does not take holds up no other."""
    job = reporter.open(APPLIED, AGES)
    reporter.say(job, {"stage": "x"})
    line.sent()
    line.answer(InvalidFieldError("stage: too long"))
    reporter.say(job, {"progress": 1})

    assert kinds(line.sent()) == [1]
    assert "stage: too long" in caplog.text


def test_a_job_that_was_taken_over_is_told_of_once(
    reporter: Reporter, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    """A process that was thought dead learns that another attempt has begun."""
    job = reporter.open(APPLIED, 0.003)
    for _ in range(3):
        line.sent()
        line.answer(Receipt(outcome="stale", state="running", attempt=2))
    line.sent()

    assert job.moved_on
    assert len(caplog.records) == 1
    assert "attempt 2" in caplog.text


def test_the_end_of_a_job_takes_along_what_has_not_arrived(reporter: Reporter, line: Line) -> None:
    """What is on its way is taken along too, since nobody knows whether it arrives."""
    job = reporter.open(APPLIED, AGES)
    reporter.say(job, {"progress": 1, "message": "m"})
    line.sent()
    reporter.say(job, {"progress": 2})
    (rest,) = reporter.close(job)

    assert (rest["progress"], rest["message"]) == (2, "m")


def test_what_is_said_after_the_end_is_not_sent(reporter: Reporter, line: Line) -> None:
    """A thread that goes on after its job does not bring it back to life."""
    late, other = (reporter.open(APPLIED, AGES) for _ in range(2))
    reporter.close(late)
    reporter.say(late, {"progress": 50})
    reporter.say(other, {"progress": 99})

    assert kinds(line.sent()) == [99]


def test_an_answer_that_comes_after_the_end_is_no_news(
    reporter: Reporter, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    """A report that the end overtook is found to be late, which says nothing of the job."""
    job, other = (reporter.open(APPLIED, AGES) for _ in range(2))
    reporter.say(job, {"progress": 1})
    line.sent()
    reporter.close(job)
    job.learn(Receipt(outcome="applied", state="succeeded", attempt=1))
    line.answer(Receipt(outcome="stale", state="running", attempt=1))
    reporter.say(other, {"progress": 2})
    line.sent()

    assert job.state == "succeeded"
    assert caplog.records == []


def test_the_thread_ends_with_the_last_job(reporter: Reporter) -> None:
    """A client that runs no jobs costs nothing."""
    job = reporter.open(APPLIED, AGES)
    (thread,) = (each for each in threading.enumerate() if each.name == "jobsync-report")
    reporter.close(job)
    thread.join(GUARD)

    assert not thread.is_alive()


def test_after_the_last_job_another_can_begin(reporter: Reporter, line: Line) -> None:
    """The thread comes back when there is something to do."""
    for percent in range(20):
        job = reporter.open(APPLIED, AGES)
        reporter.say(job, {"progress": percent})
        assert kinds(line.sent()) == [percent]
        line.answer()
        reporter.close(job)


def test_where_no_thread_can_be_had_the_end_takes_everything_along(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the interpreter shuts down, a report must not be what breaks."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    job = reporter.open(APPLIED, AGES)
    reporter.say(job, {"progress": 1})

    assert kinds(reporter.close(job)) == [1]


def test_a_forked_child_reports_for_itself(reporter: Reporter, line: Line) -> None:
    """Its thread sends what it says, though the parent's was in the middle of something."""
    job = reporter.open(APPLIED, AGES)
    reporter.say(job, {"progress": 1})
    line.sent()

    def child() -> int:
        reporter.renew()
        reporter.say(job, {"progress": 2})
        return int(line.sent()[0]["progress"])

    assert in_child(child) == 2
