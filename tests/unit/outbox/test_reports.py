"""Who speaks, and who is spoken to."""

from __future__ import annotations

import math

import pytest

from jobsync._report import Report
from jobsync.outbox.reports import Reports
from jobsync.outbox.rows import Row
from tests.unit.answering import receipt
from tests.unit.outbox.opened import said


@pytest.fixture
def reports() -> Reports:
    return Reports()


def report(job_id: str = "a", attempt: int | None = 1) -> Report:
    return Report(job_id, attempt, 60.0, 0.0)


def row(kind: str, **fields: object) -> Row:
    new = said(kind, **fields)
    return Row(1, new.job, new.kind, len(new.body), new.body, 1)


def test_only_the_first_word_is_news(reports: Reports) -> None:
    """Until it was taken; what is said over it wins."""
    job = report()
    assert [reports.say(job, {"progress": n}) for n in range(3)] == [True, False, False]
    assert reports.take() == [(job, {"progress": 2})]
    assert reports.say(job, {"progress": 3})


def test_what_could_not_be_kept_is_taken_again(reports: Reports) -> None:
    """Unless the job has ended meanwhile, which takes it along."""
    job = report()
    reports.say(job, {"progress": 1, "stage": "s"})
    ((_, taken),) = reports.take()
    reports.say(job, {"progress": 2})
    reports.put_back(job, taken)
    assert reports.take() == [(job, {"progress": 2, "stage": "s"})]
    reports.say(job, {"progress": 3})
    assert reports.remove(job) == {"progress": 3}
    reports.put_back(job, {"progress": 3})

    assert reports.take() == []


def test_what_is_said_after_the_end_is_no_news(reports: Reports) -> None:
    """A thread that goes on after its job does not bring it back to life."""
    job = report()
    reports.remove(job)

    assert not reports.say(job, {"progress": 1})
    assert len(reports) == 0


def test_an_answer_reaches_the_attempt_that_asked(reports: Reports) -> None:
    """And no other of the same job in this process."""
    first, second, unknown = report(attempt=1), report(attempt=2), report(attempt=None)
    for each in (first, second, unknown):
        reports.add(each)
    reports.answered(row("progress", attempt=2), receipt(), 5.0)
    reports.answered(row("progress", job="b"), receipt(), 5.0)

    assert [each.state for each in (first, second, unknown)] == [None, "running", "running"]
    assert unknown.attempt is None


def test_a_start_tells_the_attempt(reports: Reports) -> None:
    """Where it was not known before."""
    job = report(attempt=None)
    reports.add(job)
    reports.answered(row("start"), receipt(attempt=4), 5.0)

    assert job.attempt == 4


def test_progress_is_a_sign_of_life_and_an_event_is_none(reports: Reports) -> None:
    """As the deployment sees it."""
    job = report()
    reports.add(job)
    reports.answered(row("event"), receipt(), 10.0)
    assert reports.next_beat() == 20.0
    reports.answered(row("progress"), receipt(), 10.0)

    assert reports.next_beat() == 30.0
    assert reports.silent(29.0) == []
    assert reports.silent(30.0) == [job]


def test_a_job_is_known_once_it_was_answered(reports: Reports) -> None:
    """Before that the deployment may not have it."""
    job = report()
    reports.add(job)
    assert not reports.know("a")
    job.learn(receipt())

    assert reports.know("a")
    assert not reports.know("b")


def test_nobody_has_to_be_heard_of_where_nobody_speaks(reports: Reports) -> None:
    """And a child leaves the signs of life to its parent."""
    assert reports.next_beat() == math.inf
    job = report()
    reports.add(job)
    job.learn(receipt())
    reports.forget()

    assert reports.next_beat() == math.inf
