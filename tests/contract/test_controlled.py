"""What tests can do to a deployment: empty it, move its time, kill it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from jobsync import JobsyncError, LocalDeploymentError
from jobsync.testing import LocalDeployment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync import ConvexSync

DAY = 86_400.0
LEASE = 30.0
CHOSEN = "a key that is long enough for its algorithm"


@pytest.fixture
def client(own: LocalDeployment) -> Iterator[ConvexSync]:
    """Return a client of the test's own deployment."""
    with own.sync() as client:
        yield client


def test_a_reset_leaves_nothing(own: LocalDeployment, tmp_path) -> None:
    """Jobs, files, events, counts and retention rules are gone; the same client goes on."""
    file = tmp_path / "out.txt"
    file.write_text("made")
    with own.sync() as sync:
        sync.upsert_job({"id": "a", "status": "running"})
        sync.upload_asset("a", file)
        sync.record_event("a", "trace", {"step": 1})
        sync.set_retention("failed", days=3)

        own.reset()

        assert sync.fetch_job("a") is None
        assert sync.stats().running == 0
        assert list(sync.list_jobs()) == []
        assert sync.list_retention() == []
        sync.upsert_job({"id": "a", "status": "queued"})
        assert (sync.list_assets("a"), list(sync.list_events("a"))) == ([], [])


def test_a_reset_takes_back_what_a_test_did_to_the_deployment(
    own: LocalDeployment,
) -> None:
    """Variables, faults, a clock that was moved and stopped: all as in the beginning."""
    own.set_variable("JOBSYNC_API_KEY", "another")
    own.faults.refuse(503)
    own.freeze()
    own.advance(30 * DAY)

    own.reset()

    with own.sync(max_retries=0) as sync:
        sync.upsert_job({"id": "a", "status": "running"})
        assert abs(sync.handshake().server_time.timestamp() - time.time()) < DAY


def test_time_that_passes_ends_a_lease_and_the_grace_after_it(
    own: LocalDeployment, client: ConvexSync
) -> None:
    """A job without a sign of life is lost after its lease, and tried again after as long again."""
    client.create_job("render", job_id="a", max_attempts=2)
    client.start_job("a", lease=LEASE)

    own.advance(LEASE + 1)
    assert client.fetch_job("a").state == "lost"

    own.advance(LEASE)
    job = client.fetch_job("a")
    assert (job.state, job.attempt) == ("queued", 2)


def test_much_time_at_once_is_as_the_same_time_in_steps(
    own: LocalDeployment, client: ConvexSync
) -> None:
    """What one moment brings about counts from that moment, however far time is moved."""
    client.create_job("render", job_id="a")
    client.start_job("a", lease=LEASE)
    began = own.freeze()

    own.advance(DAY)

    job = client.fetch_job("a")
    assert job.state == "failed"
    assert 0 < job.finished_at.timestamp() - began <= 2 * LEASE


def test_a_frozen_clock_stands_until_it_is_moved(own: LocalDeployment, client: ConvexSync) -> None:
    """Two changes at one moment have the same time; moved, exactly as much has passed."""
    began = own.freeze()
    client.upsert_job({"id": "a", "status": "queued"})
    assert own.advance(1.5) == pytest.approx(began + 1.5)
    client.upsert_job({"id": "b", "status": "queued"})

    times = [client.fetch_job(id_).created_at.timestamp() for id_ in ("a", "b")]
    assert times == pytest.approx([began, began + 1.5])
    assert own.unfreeze() >= began + 1.5


def test_a_killed_deployment_comes_back_with_its_jobs_at_its_address_and_time(
    own: LocalDeployment, client: ConvexSync
) -> None:
    """What was acknowledged is there, for the same client, on a clock that went on."""
    client.upsert_job({"id": "a", "status": "running"})
    own.advance(DAY)

    own.kill()
    with pytest.raises(LocalDeploymentError, match=r"start\(\)"):
        own.advance(1)
    own.start()

    assert client.fetch_job("a").state == "running"
    assert own.advance(0) > time.time() + DAY / 2


def test_a_reset_starts_a_killed_deployment(own: LocalDeployment) -> None:
    """However a test leaves it, the next one gets one that runs."""
    own.kill()
    own.reset()

    with own.sync() as sync:
        assert sync.stats().queued == 0


def test_what_a_deployment_begins_with_is_there_after_a_reset_too() -> None:
    """Variables that it was made with are its own; keys and addresses stay."""
    with LocalDeployment(environment={"JOBSYNC_API_KEY": CHOSEN}) as own, own.sync() as sync:
        sync.upsert_job({"id": "a", "status": "running"})
        own.reset()

        assert sync.fetch_job("a") is None
        assert own.environ["JOBSYNC_API_KEY"] == CHOSEN


def test_time_goes_forward_only(own: LocalDeployment) -> None:
    """Seconds below zero are refused by name."""
    with pytest.raises(JobsyncError, match="seconds"):
        own.advance(-1)
