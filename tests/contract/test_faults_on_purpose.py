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
    from collections.abc import Iterator

    from jobsync.testing import LocalDeployment

RUNNING = {"id": "a", "status": "running"}


@pytest.fixture
def client(own: LocalDeployment) -> Iterator[ConvexSync]:
    """Return a client of the test's own deployment."""
    with own.sync() as client:
        yield client


@pytest.fixture
def once(own: LocalDeployment):
    """Return a client that tries nothing twice."""
    with own.sync(max_retries=0) as sync:
        yield sync


def test_a_refusal_is_met_as_often_as_was_said(own: LocalDeployment, client: ConvexSync) -> None:
    """A client that tries again gets through, and the test can tell how often it did."""
    refusal = own.faults.refuse(503, times=2)

    client.upsert_job(RUNNING)

    assert refusal.met == 2


@pytest.mark.parametrize(("status", "error"), [(429, TemporaryServerError), (400, ServerError)])
def test_a_status_becomes_its_error(own: LocalDeployment, once: ConvexSync, status, error) -> None:
    """With the time after which to come back, if one was given."""
    own.faults.refuse(status, retry_after=1.5)

    with pytest.raises(error) as caught:
        once.upsert_job(RUNNING)

    assert caught.value.status_code == status
    if status == 429:
        assert caught.value.retry_after == 1.5


def test_a_code_becomes_its_error(own: LocalDeployment, once: ConvexSync) -> None:
    """As if the function had thrown it, for a query, a change and a file."""
    faults = own.faults
    with faults.refuse("invalid_field", calls="jobs:getByJobId"), pytest.raises(InvalidFieldError):
        once.fetch_job("a")
    with faults.refuse("busy", calls="ingest:apply"), pytest.raises(TemporaryServerError):
        once.upsert_job(RUNNING)
    assert once.fetch_job("a") is None


def test_one_kind_of_change_is_refused_while_the_others_go_through(
    own: LocalDeployment, client: ConvexSync
) -> None:
    """A job goes on without the event that was refused for good, and that is told."""
    own.faults.refuse("too_large", calls="event")

    with own.sync() as sync:
        with sync.job("render", job_id="a") as job:
            job.event("trace")
            job.progress(50)
        assert sync.delivery_stats().parked == 1

    assert client.fetch_job("a").state == "succeeded"
    assert list(client.list_events("a")) == []


def test_a_dropped_request_has_no_effect(own: LocalDeployment, once: ConvexSync) -> None:
    """The connection breaks before anything happened."""
    with own.faults.drop("request"), pytest.raises(ConnectionFailedError):
        once.upsert_job(RUNNING)

    assert once.fetch_job("a") is None


def test_a_dropped_answer_does_not_undo_what_happened(
    own: LocalDeployment, once: ConvexSync
) -> None:
    """The connection breaks after the commit: the client cannot know, and the job is there."""
    with own.faults.drop("answer"), pytest.raises(ConnectionFailedError):
        once.upsert_job(RUNNING)

    assert once.fetch_job("a").state == "running"


def test_an_event_whose_answer_was_lost_is_recorded_once(
    own: LocalDeployment, client: ConvexSync
) -> None:
    """What is sent again for a lost answer has no second effect."""
    client.upsert_job(RUNNING)
    lost = own.faults.drop("answer", calls="event", times=1)

    client.record_event("a", "trace")

    assert lost.met == 1
    assert len(list(client.list_events("a"))) == 1


def test_bytes_of_files_are_met_by_their_names(
    own: LocalDeployment, once: ConvexSync, tmp_path
) -> None:
    """An upload that is refused is an error of its own; the job's other calls go through."""
    file = tmp_path / "out.bin"
    file.write_bytes(bytes(1 << 20))
    once.upsert_job(RUNNING)

    faults = own.faults
    with faults.refuse(403, calls="upload"), pytest.raises(UploadError):
        once.upload_asset("a", file)
    once.upload_asset("a", file)
    with faults.drop("request", calls="download"), pytest.raises(ConnectionFailedError):
        once.download_asset("a", filename="out.bin", to=tmp_path / "back.bin")


def test_a_delay_is_over_when_its_block_is(own: LocalDeployment) -> None:
    """A call that waits out its patience fails; the delayed one then goes on at once."""
    with own.sync(max_retries=0, timeout=0.2) as hasty:
        with own.faults.delay(3600, calls="upsert") as delay:
            with pytest.raises(Exception, match="in time"):
                hasty.upsert_job(RUNNING)
            assert delay.met == 1
        began = time.monotonic()
        while hasty.fetch_job("a") is None:
            assert time.monotonic() < began + 30
            time.sleep(0.01)


def test_routes_are_met_by_method_and_path(own: LocalDeployment) -> None:
    """Whoever posts to the HTTP routes meets faults as well."""
    headers = {"Authorization": f"Bearer {own.api_key}"}
    own.faults.refuse(503, calls="GET /api/*", retry_after=7)

    answer = requests.get(f"{own.site_url}/api/health", headers=headers, timeout=30)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


def test_an_ended_fault_is_met_no_more(own: LocalDeployment, once: ConvexSync) -> None:
    """With its block, by itself, or with all others; ending it twice is no mistake."""
    with own.faults.refuse() as first:
        first.clear()
        once.upsert_job(RUNNING)
    own.faults.refuse()
    own.faults.clear()
    once.upsert_job(RUNNING)

    assert first.met == 0
