"""The block of a job that was claimed."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from jobsync import Job, JobCanceled, JobNotFoundError, TooLargeError, current_job
from jobsync._claimed import ClaimedBlock
from tests.unit.answering import Answering, receipt, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

LEASE = 3600.0
NOW = datetime.now(timezone.utc)
STORED = Job(job_id="a", status="running", state="running", created_at=NOW, updated_at=NOW)


@pytest.fixture
def there() -> Iterator[Answering]:
    there = Answering()
    yield there
    there.stop()


def block(
    there: Answering, stored: Job | None = STORED, *, cancel_requested: bool = False
) -> ClaimedBlock:
    claimed = receipt(attempt=2, cancelRequested=cancel_requested)
    return ClaimedBlock(there.connection, claimed, LEASE, lambda _: stored)


def give_back_at_work(claimed: ClaimedBlock) -> None:
    with claimed as job:
        claimed.give_back()
        job.heartbeat()


def test_the_claim_was_the_beginning(there: Answering) -> None:
    """Nothing is created or started; the end is that of the attempt that was claimed."""
    with block(there) as job:
        assert current_job() is job
        job.result = 1

    assert there.kinds() == ["complete"]
    assert there.last("complete")["attempt"] == 2


def test_the_record_is_read_once(there: Answering) -> None:
    """What the work is about does not change under it."""
    with block(there):
        job = current_job()
        assert job is not None
        assert job.record is job.record is STORED  # type: ignore[attr-defined]


def test_a_job_that_was_deleted_has_no_record(there: Answering) -> None:
    """The error says which job, and ends the attempt."""
    gone = block(there, None)
    with pytest.raises(JobNotFoundError, match="'a'"), gone:
        _ = gone.job.record

    assert there.kinds() == ["fail"]


def test_what_is_given_back_is_queued_again_at_once(there: Answering) -> None:
    """The function is asked to stop as by a cancellation, but the job is not canceled."""
    with pytest.raises(JobCanceled):
        give_back_at_work(block(there))
    failed = there.last("fail")

    assert (failed["error"]["reason"], failed["retryAfterMs"]) == ("stopped", 0)
    assert failed["retryable"] is True


def test_what_was_to_be_canceled_is_not_given_back(there: Answering) -> None:
    """Whoever asked for the cancellation is not overruled by a worker that stops."""
    with pytest.raises(JobCanceled):
        give_back_at_work(block(there, cancel_requested=True))

    assert there.kinds() == ["cancel"]


def test_an_abandoned_function_can_say_nothing_more(there: Answering) -> None:
    """The attempt has ended; what the function does later is not heard."""
    claimed = block(there)
    with claimed as job:
        claimed.give_back()
        claimed.abandon()
        job.progress(50)

    assert there.kinds() == ["fail"]


def test_a_result_that_cannot_be_stored_fails_the_job_for_good(there: Answering) -> None:
    """Without a word it would be lost, and the work done again for the same result."""
    there.answers["complete"] = refused("too_large")
    with pytest.raises(TooLargeError), block(there):
        pass
    there.wait_for(kind="fail", retryable=False)

    assert there.kinds() == ["complete", "fail"]
