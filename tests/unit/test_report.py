"""What a job has said and the deployment has not acknowledged."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from jobsync import Receipt
from jobsync._report import MOST_EVENTS_AT_ONCE, MOST_EVENTS_KEPT, Report

INTERVAL = 1.0


def report(lease: float = 60.0) -> Report:
    return Report("a", 1, lease, 0.0)


def event(number: int) -> dict[str, Any]:
    return {"kind": "event", "eventId": str(number)}


def progress(**fields: Any) -> dict[str, Any]:
    return {"kind": "progress", "jobId": "a", "attempt": 1, **fields}


def test_only_the_latest_progress_is_sent_each_field_of_its_own() -> None:
    """A message that was said once stays while the numbers change."""
    job = report()
    job.say({"progress": 1, "message": "m"})
    job.say({"progress": 2})

    assert job.take(0.0, INTERVAL) == [progress(progress=2, message="m")]


def test_events_are_all_sent_in_order_before_the_progress() -> None:
    """None is left out, however many there are; a batch has an end."""
    job = report()
    count = MOST_EVENTS_AT_ONCE + 1
    for number in range(count):
        assert job.add(event(number))
    first = job.take(0.0, INTERVAL)
    job.arrived()
    job.say({"stage": "s"})
    second = job.take(1.0, INTERVAL)

    assert [*first, *second] == [*map(event, range(count)), progress(stage="s")]


def test_there_is_room_for_so_many_events() -> None:
    """Whoever says more than can be sent is told."""
    job = report()

    assert all(job.add(event(number)) for number in range(MOST_EVENTS_KEPT))
    assert not job.add(event(-1))


def test_the_first_word_is_due_at_once_and_the_next_after_the_interval() -> None:
    """Nothing is due while something is on its way."""
    job = report()
    job.say({"progress": 1})
    assert job.due_at() == 0.0
    job.take(5.0, INTERVAL)
    job.say({"progress": 2})
    assert job.due_at() == math.inf
    job.arrived()
    assert job.due_at() == 6.0


def test_a_silent_job_has_a_heartbeat_three_times_a_lease() -> None:
    """What is said counts as a sign of life too."""
    job = report(lease=60.0)
    assert job.due_at() == 20.0
    assert job.take(20.0, INTERVAL) == [{"kind": "heartbeat", "jobId": "a", "attempt": 1}]
    job.arrived()
    assert job.due_at() == 40.0
    job.say({"progress": 1})
    job.take(30.0, INTERVAL)
    job.arrived()
    assert job.due_at() == 50.0


def test_a_heartbeat_can_be_asked_for_but_not_too_often() -> None:
    """It is due now, yet no sooner than the interval allows."""
    job = report()
    job.take(10.0, INTERVAL)
    job.arrived()
    job.beat()

    assert job.due_at() == 11.0


def test_what_did_not_arrive_is_sent_again_under_what_was_said_since() -> None:
    """Nothing is lost, and nothing old wins."""
    job = report()
    job.add(event(1))
    job.say({"progress": 1, "message": "m"})
    job.take(0.0, INTERVAL)
    job.say({"progress": 2})
    job.add(event(2))
    job.put_back(9.0)

    assert job.due_at() == 9.0
    assert job.take(9.0, INTERVAL) == [event(1), event(2), progress(progress=2, message="m")]


def test_a_heartbeat_that_did_not_arrive_is_sent_again() -> None:
    """It does not wait for the next third of the lease."""
    job = report(lease=60.0)
    job.take(20.0, INTERVAL)
    job.put_back(21.0)

    assert job.due_at() == 21.0


def test_the_rest_is_all_that_has_no_receipt() -> None:
    """What is on its way is among it, since it may not arrive."""
    job = report()
    job.add(event(1))
    job.say({"progress": 1, "message": "m"})
    job.take(0.0, INTERVAL)
    job.add(event(2))
    job.say({"progress": 2})
    assert job.rest() == [event(1), event(2), progress(progress=2, message="m")]
    job.arrived()
    assert job.rest() == [event(2), progress(progress=2)]


@pytest.mark.parametrize(
    ("receipt", "state", "canceled", "moved_on"),
    [
        (Receipt(outcome="applied", state="running"), "running", False, False),
        (
            Receipt(outcome="applied", state="running", cancel_requested=True),
            "running",
            True,
            False,
        ),
        (Receipt(outcome="stale", state="canceled"), "canceled", True, True),
        (Receipt(outcome="stale", state="queued", attempt=2), "queued", False, True),
        (Receipt(outcome="duplicate"), None, False, False),
    ],
)
def test_a_receipt_tells_how_the_job_is(
    receipt: Receipt, state: str | None, canceled: bool, moved_on: bool
) -> None:
    """A job that was canceled outright counts as asked to stop."""
    job = report()
    job.learn(receipt)

    assert (job.state, job.cancel_requested, job.moved_on) == (state, canceled, moved_on)


def test_a_request_to_stop_is_not_taken_back() -> None:
    """Receipts may arrive out of order."""
    job = report()
    job.learn(Receipt(outcome="applied", state="running", cancel_requested=True))
    job.learn(Receipt(outcome="applied", state="running"))

    assert job.cancel_requested


def test_a_forked_child_sends_only_what_it_says_itself() -> None:
    """The parent sends what was said before, and the signs of life."""
    job = report()
    job.add(event(1))
    job.say({"progress": 1})
    job.forget()
    assert job.due_at() == math.inf
    job.say({"stage": "child"})

    assert job.take(0.0, INTERVAL) == [progress(stage="child")]
    job.arrived()
    assert job.due_at() == math.inf


class Reporting(RuleBasedStateMachine):
    """A job that reports over a line that loses calls and answers, and ends at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.job = report()
        self.now = 0.0
        self.on_its_way: list[dict[str, Any]] = []
        self.said: dict[str, Any] = {}
        self.events = 0
        self.stored: dict[str, Any] = {}
        self.stored_events: list[str] = []

    @rule(field=st.sampled_from(["progress", "stage", "message"]), value=st.integers(0, 100))
    def say(self, field: str, value: int) -> None:
        self.job.say({field: value})
        self.said[field] = value

    @rule()
    def add(self) -> None:
        self.job.add(event(self.events))
        self.events += 1

    @precondition(lambda self: not self.on_its_way)
    @rule()
    def take(self) -> None:
        self.now = max(self.now, self.job.due_at())
        self.on_its_way = self.job.take(self.now, INTERVAL)

    @precondition(lambda self: self.on_its_way)
    @rule()
    def arrive(self) -> None:
        self.store(self.on_its_way)
        self.job.arrived()
        self.on_its_way = []

    @precondition(lambda self: self.on_its_way)
    @rule(was_stored=st.booleans())
    def break_off(self, *, was_stored: bool) -> None:
        if was_stored:
            self.store(self.on_its_way)
        self.job.put_back(self.now)
        self.on_its_way = []

    def store(self, commands: list[dict[str, Any]]) -> None:
        """Do what the deployment does, which knows events by their ids."""
        for command in commands:
            if command["kind"] == "progress":
                self.stored.update(command)
            elif command["kind"] == "event" and command["eventId"] not in self.stored_events:
                self.stored_events.append(command["eventId"])

    def teardown(self) -> None:
        """End the job, which leaves everything that was said, in order, the latest on top."""
        self.store(self.job.rest())
        assert self.said.items() <= self.stored.items()
        assert self.stored_events == [str(number) for number in range(self.events)]


TestReporting = Reporting.TestCase
