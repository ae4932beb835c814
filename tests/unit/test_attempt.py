"""How an attempt begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobsync import (
    AuthenticationError,
    ConnectionFailedError,
    InvalidFieldError,
    JobCanceled,
    JobEndedError,
    JobsyncError,
    Receipt,
    TemporaryServerError,
    _lifecycle,
)
from jobsync._attempt import Attempt, begin
from tests.unit.answering import Answering
from tests.unit.test_fork import in_child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync._attempt import OnError

LEASE = 3600.0


@pytest.fixture
def there() -> Iterator[Answering]:
    there = Answering()
    yield there
    there.reporter.stop()


def begun(there: Answering, on_error: OnError = "raise") -> Attempt:
    return begin(there.connection, _lifecycle.create("t", job_id="a"), LEASE, on_error)


def complete() -> dict[str, Any]:
    return _lifecycle.complete("a", 1)


def test_a_job_is_created_and_started_at_once(there: Answering) -> None:
    """One call does both, and the attempt is the one that the deployment names."""
    there.answers["start"] = Receipt(outcome="applied", job_id="a", state="running", attempt=3)
    attempt = begun(there)

    assert there.kinds() == ["create", "start"]
    assert there.last("start")["leaseMs"] == LEASE * 1000
    assert (attempt.report.attempt, attempt.report.state) == (3, "running")


@pytest.mark.parametrize("refused", ["create", "start"])
@pytest.mark.parametrize("on_error", ["raise", "warn"])
def test_a_job_that_cannot_be_is_an_error(
    there: Answering, refused: str, on_error: OnError
) -> None:
    """A mistake in what was passed raises, whatever an outage may do."""
    there.answers[refused] = InvalidFieldError("type: too long")
    with pytest.raises(InvalidFieldError, match="too long"):
        begun(there, on_error)


@pytest.mark.parametrize(
    ("state", "error"), [("succeeded", JobEndedError), ("canceled", JobCanceled)]
)
def test_a_job_that_has_ended_is_not_run(
    there: Answering, state: Any, error: type[JobsyncError]
) -> None:
    """The error says how it ended, and a job that was canceled is not begun."""
    there.answers["start"] = Receipt(outcome="stale", job_id="a", state=state, attempt=1)
    with pytest.raises(error, match=state):
        begun(there)


def test_the_end_comes_after_all_that_was_reported(there: Answering) -> None:
    """What was said last is stored before the job ends, in its order."""
    attempt = begun(there)
    for name in "xyz":
        attempt.add({"kind": "event", "jobId": "a", "event": name})
    attempt.say({"progress": 99})
    attempt.end(complete())

    assert there.kinds()[-2:] == ["progress", "complete"]
    assert attempt.report.state == "succeeded"
    assert not attempt.is_tracked


def test_an_end_with_many_events_is_sent_in_parts(there: Answering) -> None:
    """The deployment takes 500 commands at once; the end is in the last part."""
    attempt = begun(there)
    there.down = ConnectionFailedError("down")
    for number in range(1000):
        attempt.add({"kind": "event", "jobId": "a", "event": str(number)})
    there.down = None
    attempt.end(complete())

    events = [each["event"] for each in there.commands if each["kind"] == "event"]
    assert set(events) == {str(number) for number in range(1000)}
    assert there.kinds()[-1] == "complete"


def test_an_attempt_ends_once(there: Answering) -> None:
    """What comes second changes nothing."""
    attempt = begun(there)
    attempt.end(_lifecycle.fail("a", 1, "no"))
    attempt.end(complete())

    assert there.kinds()[-1] == "fail"


def test_a_refused_end_is_an_error(there: Answering) -> None:
    """A result that the deployment does not take is the caller's to know."""
    there.answers["complete"] = InvalidFieldError("result: too large")
    attempt = begun(there)
    with pytest.raises(InvalidFieldError, match="too large"):
        attempt.end(complete())


def test_a_refused_report_does_not_hold_up_the_end(
    there: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told in the log."""
    there.answers["event"] = InvalidFieldError("kind: too long")
    attempt = begun(there)
    attempt.add({"kind": "event", "jobId": "a", "event": "x"})
    attempt.end(complete())

    assert attempt.report.state == "succeeded"
    assert "kind: too long" in caplog.text


def test_an_end_that_comes_too_late_is_told(
    there: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    """Another attempt has begun, so this one changes nothing; that is no error."""
    there.answers["complete"] = Receipt(outcome="stale", job_id="a", state="running", attempt=2)
    attempt = begun(there)
    attempt.end(complete())

    assert attempt.report.state == "running"
    assert "attempt 2" in caplog.text


OUTAGES = [ConnectionFailedError("down"), TemporaryServerError("down"), AuthenticationError("down")]


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_at_either_end_is_an_error(there: Answering, outage: JobsyncError) -> None:
    """A job is not run untracked, nor its end forgotten, unless that is asked for."""
    there.down = outage
    with pytest.raises(type(outage)):
        begun(there)
    there.down = None
    attempt = begun(there)
    there.down = outage
    with pytest.raises(type(outage)):
        attempt.end(complete())


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_at_either_end_may_be_a_warning(
    there: Answering, outage: JobsyncError, caplog: pytest.LogCaptureFixture
) -> None:
    """The work goes on; what cannot be told is in the log."""
    attempt = begun(there, "warn")
    there.down = outage
    attempt.end(complete())
    assert "not stored" in caplog.text
    untracked = begun(there, "warn")
    there.down = None
    untracked.say({"progress": 1})
    untracked.end(complete())

    assert (untracked.report.state, untracked.is_tracked) == (None, False)
    assert "not tracked" in caplog.text
    assert there.kinds() == ["create", "start"]


def test_a_forked_child_does_not_end_the_job_of_its_parent(there: Answering) -> None:
    """What the child said is sent; how the job ends is for the parent to say."""
    attempt = begun(there)
    here = len(there.commands)

    def child() -> int:
        there.reporter.renew()
        attempt.end(complete())
        return len(there.commands) - here

    assert in_child(child) == 0
