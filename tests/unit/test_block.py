"""A block that is a job."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import (
    ConnectionFailedError,
    InvalidFieldError,
    JobCanceled,
)
from jobsync._block import JobBlock
from jobsync.job import current_job
from tests.unit.answering import Answering, receipt

if TYPE_CHECKING:
    from collections.abc import Iterator

LEASE = 3600.0


@pytest.fixture
def there() -> Iterator[Answering]:
    there = Answering()
    yield there
    there.stop()


def block(there: Answering, **fields: Any) -> JobBlock:
    return JobBlock(there.connection, {"type": "t", **fields}, LEASE, "strict")


def test_a_block_that_is_left_has_succeeded_with_its_result(there: Answering) -> None:
    """The result is what was set last."""
    with block(there) as job:
        job.result = {"pages": 1}
        job.result = {"pages": 3}

    assert there.kinds() == ["create", "start", "complete"]
    assert there.last("complete")["result"] == {"pages": 3}
    assert job.state == "succeeded"


def test_an_exception_fails_the_job_and_goes_on(there: Answering) -> None:
    """The traceback begins where the work was, not in this package."""
    with pytest.raises(ZeroDivisionError), block(there):
        _ = 1 / 0
    error = there.last("fail")["error"]

    assert (error["type"], error["message"]) == ("ZeroDivisionError", "division by zero")
    assert "src/jobsync" not in error["traceback"]
    assert there.last("fail")["retryable"] is True


def test_an_error_that_no_attempt_can_help_is_not_retried(there: Answering) -> None:
    """The errors of this package say so themselves."""
    with pytest.raises(InvalidFieldError), block(there) as job:
        job.progress(101)

    assert there.last("fail")["retryable"] is False


@pytest.mark.parametrize(
    ("error", "reason"),
    [(KeyboardInterrupt, "Ctrl-C"), (SystemExit, "code 0"), (GeneratorExit, "GeneratorExit")],
)
def test_a_block_that_is_stopped_is_canceled(
    there: Answering, error: type[BaseException], reason: str
) -> None:
    """It has neither succeeded nor failed; even an exit with 0 comes before the work is done."""
    with pytest.raises(error), block(there):
        raise error
    canceled = there.last("cancel")

    assert canceled["done"] is True
    assert reason in canceled["reason"]


def test_a_job_that_was_asked_to_stop_is_canceled_after_its_clean_up(there: Answering) -> None:
    """The reason stays that of whoever asked."""
    there.answers["progress"] = receipt(cancelRequested=True)

    def work() -> None:
        with block(there) as job:
            try:
                while True:
                    job.progress(2)
            finally:
                job.progress(message="cleaning up")

    with pytest.raises(JobCanceled):
        work()

    assert there.kinds()[-1] == "cancel"
    assert there.last("cancel")["done"] is True
    assert "reason" not in there.last("cancel")
    assert there.last("progress")["message"] == "cleaning up"


def test_a_job_that_was_failed_by_word_stays_so(there: Answering) -> None:
    """Leaving the block in either way adds nothing."""
    with block(there) as job:
        job.fail("no such document", retryable=False)

    def work() -> None:
        with block(there) as job:
            job.fail("first", retry_after=2.5)
            raise ValueError("late")

    with pytest.raises(ValueError, match="late"):
        work()

    assert there.kinds().count("fail") == 2
    assert "complete" not in there.kinds()
    assert there.last("fail")["error"] == "first"
    assert there.last("fail")["retryAfterMs"] == 2500


def test_an_outage_does_not_hide_what_went_wrong(caplog: pytest.LogCaptureFixture) -> None:
    """The work's own exception is what comes out; the log tells the rest."""
    there = Answering(on_error="raise", timeout=0.01)

    def work() -> None:
        with block(there):
            there.down = ConnectionFailedError("down")
            raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        work()
    there.stop()

    assert "not stored" in caplog.text


def test_a_block_inside_a_block_is_a_child(there: Answering) -> None:
    """A parent that was named, or `None`, wins."""
    with block(there, job_id="outer"):
        with block(there, job_id="child"), block(there):
            assert there.last("create")["record"]["parent"] == "child"
        with block(there, parent="other"):
            assert there.last("create")["record"]["parent"] == "other"
        with block(there, parent=None):
            assert "parent" not in there.last("create")["record"]
    with block(there):
        assert "parent" not in there.last("create")["record"]


def test_a_job_of_another_deployment_is_no_parent(there: Answering) -> None:
    """Its id means nothing there."""
    elsewhere = Answering()
    elsewhere.connection = replace(elsewhere.connection, url="http://elsewhere")
    with block(there), block(elsewhere):
        assert "parent" not in elsewhere.last("create")["record"]


def test_the_current_job_is_that_of_the_innermost_block(there: Answering) -> None:
    """However the block is left."""

    def work() -> None:
        with block(there) as inner:
            assert current_job() is inner
            raise ValueError("x")

    assert current_job() is None
    with block(there) as outer:
        with pytest.raises(ValueError, match="x"):
            work()
        assert current_job() is outer
    assert current_job() is None
