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
    NotDeliveredError,
    ParkedError,
    TemporaryServerError,
    TooLargeError,
    _lifecycle,
)
from jobsync._attempt import Attempt, begin, check_mode
from jobsync.outbox.rows import NewRow
from tests.unit.answering import Answering, receipt, refused
from tests.unit.test_fork import in_child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync._attempt import Mode

LEASE = 3600.0
DOWN = ConnectionFailedError("down")


@pytest.fixture
def there() -> Iterator[Answering]:
    there = Answering()
    yield there
    there.stop()


def begun(there: Answering, mode: Mode = "strict", *, attempt: int | None = None) -> Attempt:
    create = _lifecycle.create("t", job_id="a")
    return begin(there.connection, create, attempt, LEASE, mode)


def complete() -> dict[str, Any]:
    return _lifecycle.complete("a", 1)


def event(n: int) -> NewRow:
    return NewRow.of({"kind": "event", "jobId": "a", "n": n})


def test_a_job_is_created_and_started_at_once(there: Answering) -> None:
    """One call does both, and the attempt is the one that the deployment names."""
    there.answers["start"] = receipt(attempt=3)
    attempt = begun(there)

    assert there.kinds() == ["create", "start"]
    assert there.last("start")["leaseMs"] == LEASE * 1000
    assert (attempt.report.attempt, attempt.report.state) == (3, "running")


@pytest.mark.parametrize("kind", ["create", "start"])
def test_a_job_that_cannot_be_is_an_error(there: Answering, kind: str) -> None:
    """A mistake in what was passed is told where it was made."""
    there.answers[kind] = refused("invalid_field", "type: too long")
    with pytest.raises(InvalidFieldError, match="too long"):
        begun(there)


def test_an_attempt_that_another_one_has_overtaken_does_not_begin(there: Answering) -> None:
    """Two would do the same work otherwise."""
    there.answers["start"] = receipt("stale", "running", attempt=3)
    with pytest.raises(JobEndedError, match=r"attempt of the job 'a' is over: attempt 3 has begun"):
        begun(there, attempt=2)


@pytest.mark.parametrize(
    ("state", "error"), [("succeeded", JobEndedError), ("canceled", JobCanceled)]
)
def test_a_job_that_has_ended_is_not_run(
    there: Answering, state: str, error: type[JobsyncError]
) -> None:
    """The error says how it ended, and a job that was canceled is not begun."""
    there.answers["start"] = receipt("stale", state)
    with pytest.raises(error, match=state):
        begun(there)


@pytest.mark.parametrize("mode", ["strict", "background"])
def test_the_end_comes_after_all_that_was_reported(there: Answering, mode: Mode) -> None:
    """What was said last is stored before the job ends, in its order."""
    attempt = begun(there, mode)
    for n in range(1000):
        attempt.append(event(n))
    attempt.say({"progress": 99})
    attempt.end(complete())
    there.courier.flush()

    assert [each["n"] for each in there.commands if each["kind"] == "event"] == list(range(1000))
    assert there.kinds()[-1] == "complete"
    assert there.last("progress")["progress"] == 99
    assert not attempt.is_tracked


def test_an_attempt_ends_once(there: Answering) -> None:
    """What comes second changes nothing."""
    attempt = begun(there)
    attempt.end(_lifecycle.fail("a", 1, "no"))
    attempt.end(complete())

    assert there.kinds()[-1] == "fail"
    assert attempt.report.state == "failed"


def test_a_result_that_is_refused_is_an_error_and_fails_the_job(there: Answering) -> None:
    """It is the caller's to know; in silence the work would be done again, to the same end."""
    there.answers["complete"] = refused("too_large", "result: too large")
    attempt = begun(there)
    with pytest.raises(TooLargeError, match="too large"):
        attempt.end(complete())
    there.wait_for(kind="fail", retryable=False)

    assert there.courier.stats().parked == 0


def test_a_result_that_is_refused_in_the_background_fails_the_job_too(there: Answering) -> None:
    """And is parked, as nobody was there to hear of it."""
    there.answers["complete"] = refused("too_large", "result: too large")
    begun(there, "background").end(complete())
    there.wait_for(kind="fail", retryable=False)

    assert there.courier.stats().parked == 1


def test_a_refused_report_does_not_hold_up_the_end(
    there: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    """It is parked, and told in the log."""
    there.answers["event"] = refused("invalid_field", "kind: too long")
    attempt = begun(there)
    attempt.append(event(1))
    attempt.end(complete())

    assert attempt.report.state == "succeeded"
    assert "kind: too long" in caplog.text
    assert there.courier.stats().parked == 1


def test_a_refused_report_may_be_an_error_at_the_end() -> None:
    """For whoever wants to hear of it."""
    there = Answering(on_error="raise")
    there.answers["event"] = refused("invalid_field", "kind: too long")
    attempt = begun(there)
    attempt.append(event(1))
    with pytest.raises(ParkedError, match="kind: too long"):
        attempt.end(complete())
    there.stop()

    assert there.kinds()[-1] == "complete"


def test_an_end_that_comes_too_late_is_told(
    there: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    """Another attempt has begun, so this one changes nothing; that is no error."""
    there.answers["complete"] = receipt("stale", attempt=2)
    attempt = begun(there)
    attempt.end(complete())

    assert attempt.report.state == "running"
    assert "attempt 2" in caplog.text


@pytest.mark.parametrize(
    "outage", [DOWN, TemporaryServerError("down"), AuthenticationError("down")]
)
def test_a_strict_job_is_not_run_where_it_cannot_begin(
    there: Answering, outage: JobsyncError
) -> None:
    """It would be run untracked."""
    there.down = outage
    with pytest.raises(type(outage)):
        begun(there)


def test_an_end_that_cannot_be_delivered_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    """The log says so, and it arrives when the deployment is back."""
    there = Answering(timeout=0.01)
    attempt = begun(there)
    there.down = DOWN
    attempt.end(complete())
    assert "will be sent later" in caplog.text
    there.down = None
    there.wait_for(kind="complete")
    there.stop()


def test_an_end_that_cannot_be_delivered_may_be_an_error() -> None:
    """For whoever wants to hear of it; it is kept all the same."""
    there = Answering(timeout=0.01, on_error="raise")
    attempt = begun(there)
    there.down = DOWN
    with pytest.raises(NotDeliveredError, match="will be sent later"):
        attempt.end(complete())
    there.down = None
    there.wait_for(kind="complete")
    there.stop()


def test_in_the_background_nothing_waits_for_the_deployment(there: Answering) -> None:
    """All of it arrives when the deployment is there."""
    there.down = DOWN
    attempt = begun(there, "background", attempt=1)
    attempt.append(event(1))
    attempt.end(complete())
    there.down = None
    there.courier.flush()

    assert there.kinds() == ["create", "start", "event", "complete"]
    assert there.last("start")["attempt"] == 1


def test_in_the_background_the_attempt_of_an_older_job_is_learned(there: Answering) -> None:
    """Until then nobody can know it, and what is said goes out without."""
    there.answers["start"] = receipt(attempt=3)
    attempt = begun(there, "background")
    there.courier.flush()
    attempt.end(_lifecycle.complete("a", attempt.report.attempt))
    there.courier.flush()

    assert "attempt" not in there.last("start")
    assert there.last("complete")["attempt"] == 3


def test_a_forked_child_does_not_end_the_job_of_its_parent(there: Answering) -> None:
    """What the child said is sent; how the job ends is for the parent to say."""
    attempt = begun(there)
    here = len(there.commands)

    def child() -> int:
        there.courier.renew()
        attempt.append(event(1))
        attempt.end(complete())
        there.courier.flush()
        return len(there.commands) - here

    there.courier.hold()
    sent = in_child(child)
    there.courier.unhold()

    assert sent == 1


def test_a_word_for_delivery_that_is_none_is_refused() -> None:
    """The error says which there are."""
    with pytest.raises(InvalidFieldError, match='must be "strict" or "background"'):
        check_mode("later")
