"""What goes wrong because a test says so, as a client meets it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

from jobsync import (
    ConnectionFailedError,
    ConvexSync,
    InvalidFieldError,
    ServerError,
    TemporaryServerError,
    UploadError,
)

if TYPE_CHECKING:
    from jobsync.testing import LocalDeployment

RUNNING = {"id": "a", "status": "running"}


@pytest.fixture
def once(jobsync_deployment: LocalDeployment):
    """Return a client that tries nothing twice."""
    with jobsync_deployment.sync(max_retries=0) as sync:
        yield sync


def test_a_refusal_is_met_as_often_as_was_said(
    jobsync_deployment: LocalDeployment, jobsync_sync: ConvexSync
) -> None:
    """A client that tries again gets through, and the test can tell how often it did."""
    refusal = jobsync_deployment.faults.refuse(503, times=2)

    jobsync_sync.upsert_job(RUNNING)

    assert refusal.met == 2


@pytest.mark.parametrize(("status", "error"), [(429, TemporaryServerError), (400, ServerError)])
def test_a_status_becomes_its_error(
    jobsync_deployment: LocalDeployment, once: ConvexSync, status, error
) -> None:
    """With the time after which to come back, if one was given."""
    jobsync_deployment.faults.refuse(status, retry_after=1.5)

    with pytest.raises(error) as caught:
        once.upsert_job(RUNNING)

    assert caught.value.status_code == status
    if status == 429:
        assert caught.value.retry_after == 1.5


def test_a_code_becomes_its_error(jobsync_deployment: LocalDeployment, once: ConvexSync) -> None:
    """As if the function had thrown it, for a query, a change and a file."""
    faults = jobsync_deployment.faults
    with faults.refuse("invalid_field", calls="jobs:getByJobId"), pytest.raises(InvalidFieldError):
        once.fetch_job("a")
    with faults.refuse("busy", calls="ingest:apply"), pytest.raises(TemporaryServerError):
        once.upsert_job(RUNNING)
    assert once.fetch_job("a") is None


def test_one_kind_of_change_is_refused_while_the_others_go_through(
    jobsync_deployment: LocalDeployment, jobsync_sync: ConvexSync
) -> None:
    """A job goes on without the event that was refused for good, and that is told."""
    jobsync_deployment.faults.refuse("too_large", calls="event")

    with jobsync_deployment.sync() as sync:
        with sync.job("render", job_id="a") as job:
            job.event("trace")
            job.progress(50)
        assert sync.delivery_stats().parked == 1

    assert jobsync_sync.fetch_job("a").state == "succeeded"
    assert list(jobsync_sync.list_events("a")) == []


def test_a_dropped_request_has_no_effect(
    jobsync_deployment: LocalDeployment, once: ConvexSync
) -> None:
    """The connection breaks before anything happened."""
    with jobsync_deployment.faults.drop("request"), pytest.raises(ConnectionFailedError):
        once.upsert_job(RUNNING)

    assert once.fetch_job("a") is None


def test_a_dropped_answer_does_not_undo_what_happened(
    jobsync_deployment: LocalDeployment, once: ConvexSync
) -> None:
    """The connection breaks after the commit: the client cannot know, and the job is there."""
    with jobsync_deployment.faults.drop("answer"), pytest.raises(ConnectionFailedError):
        once.upsert_job(RUNNING)

    assert once.fetch_job("a").state == "running"


def test_an_event_whose_answer_was_lost_is_recorded_once(
    jobsync_deployment: LocalDeployment, jobsync_sync: ConvexSync
) -> None:
    """What is sent again for a lost answer has no second effect."""
    jobsync_sync.upsert_job(RUNNING)
    lost = jobsync_deployment.faults.drop("answer", calls="event", times=1)

    jobsync_sync.record_event("a", "trace")

    assert lost.met == 1
    assert len(list(jobsync_sync.list_events("a"))) == 1


def test_bytes_of_files_are_met_by_their_names(
    jobsync_deployment: LocalDeployment, once: ConvexSync, tmp_path
) -> None:
    """An upload that is refused is an error of its own; the job's other calls go through."""
    file = tmp_path / "out.bin"
    file.write_bytes(bytes(1 << 20))
    once.upsert_job(RUNNING)

    faults = jobsync_deployment.faults
    with faults.refuse(403, calls="upload"), pytest.raises(UploadError):
        once.upload_asset("a", file)
    once.upload_asset("a", file)
    with faults.drop("request", calls="download"), pytest.raises(ConnectionFailedError):
        once.download_asset("a", filename="out.bin", to=tmp_path / "back.bin")


def test_a_delay_is_over_when_its_block_is(jobsync_deployment: LocalDeployment) -> None:
    """A call that waits out its patience fails; the delayed one then goes on at once."""
    with jobsync_deployment.sync(max_retries=0, timeout=0.2) as hasty:
        with jobsync_deployment.faults.delay(3600, calls="upsert") as delay:
            with pytest.raises(Exception, match="in time"):
                hasty.upsert_job(RUNNING)
            assert delay.met == 1
        began = time.monotonic()
        while hasty.fetch_job("a") is None:
            assert time.monotonic() < began + 30
            time.sleep(0.01)


def test_routes_are_met_by_method_and_path(jobsync_deployment: LocalDeployment) -> None:
    """Whoever posts to the HTTP routes meets faults as well."""
    headers = {"Authorization": f"Bearer {jobsync_deployment.api_key}"}
    jobsync_deployment.faults.refuse(503, calls="GET /api/*", retry_after=7)

    answer = requests.get(f"{jobsync_deployment.site_url}/api/health", headers=headers, timeout=30)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


def test_an_ended_fault_is_met_no_more(
    jobsync_deployment: LocalDeployment, once: ConvexSync
) -> None:
    """With its block, by itself, or with all others; ending it twice is no mistake."""
    with jobsync_deployment.faults.refuse() as first:
        first.clear()
        once.upsert_job(RUNNING)
    jobsync_deployment.faults.refuse()
    jobsync_deployment.faults.clear()
    once.upsert_job(RUNNING)

    assert first.met == 0
