"""What tests can do to a deployment: empty it, move its time, kill it."""

from __future__ import annotations

import os
import time

import pytest

from jobsync import ConvexSync, JobsyncError, LocalDeploymentError
from jobsync.testing import LocalDeployment

DAY = 86_400.0
LEASE = 30.0
CHOSEN = "a key that is long enough for its algorithm"


def test_a_reset_leaves_nothing(jobsync_deployment: LocalDeployment, tmp_path) -> None:
    """Jobs, files, events, counts and retention rules are gone; the same client goes on."""
    file = tmp_path / "out.txt"
    file.write_text("made")
    with jobsync_deployment.sync() as sync:
        sync.upsert_job({"id": "a", "status": "running"})
        sync.upload_asset("a", file)
        sync.record_event("a", "trace", {"step": 1})
        sync.set_retention("failed", days=3)

        jobsync_deployment.reset()

        assert sync.fetch_job("a") is None
        assert sync.stats().running == 0
        assert list(sync.list_jobs()) == []
        assert sync.list_retention() == []
        sync.upsert_job({"id": "a", "status": "queued"})
        assert (sync.list_assets("a"), list(sync.list_events("a"))) == ([], [])


def test_a_reset_takes_back_what_a_test_did_to_the_deployment(
    jobsync_deployment: LocalDeployment,
) -> None:
    """Variables, faults, a clock that was moved and stopped: all as in the beginning."""
    jobsync_deployment.set_variable("JOBSYNC_API_KEY", "another")
    jobsync_deployment.faults.refuse(503)
    jobsync_deployment.freeze()
    jobsync_deployment.advance(30 * DAY)

    jobsync_deployment.reset()

    with jobsync_deployment.sync(max_retries=0) as sync:
        sync.upsert_job({"id": "a", "status": "running"})
        assert abs(sync.handshake().server_time.timestamp() - time.time()) < DAY


def test_time_that_passes_ends_a_lease_and_the_grace_after_it(
    jobsync_deployment: LocalDeployment, jobsync_sync: ConvexSync
) -> None:
    """A job without a sign of life is lost after its lease, and tried again after as long again."""
    jobsync_sync.create_job("render", job_id="a", max_attempts=2)
    jobsync_sync.start_job("a", lease=LEASE)

    jobsync_deployment.advance(LEASE + 1)
    assert jobsync_sync.fetch_job("a").state == "lost"

    jobsync_deployment.advance(LEASE)
    job = jobsync_sync.fetch_job("a")
    assert (job.state, job.attempt) == ("queued", 2)


def test_much_time_at_once_is_as_the_same_time_in_steps(
    jobsync_deployment: LocalDeployment, jobsync_sync: ConvexSync
) -> None:
    """What one moment brings about counts from that moment, however far time is moved."""
    jobsync_sync.create_job("render", job_id="a")
    jobsync_sync.start_job("a", lease=LEASE)
    began = jobsync_deployment.freeze()

    jobsync_deployment.advance(DAY)

    job = jobsync_sync.fetch_job("a")
    assert job.state == "failed"
    assert 0 < job.finished_at.timestamp() - began <= 2 * LEASE


def test_a_frozen_clock_stands_until_it_is_moved(
    jobsync_deployment: LocalDeployment, jobsync_sync: ConvexSync
) -> None:
    """Two changes at one moment have the same time; moved, exactly as much has passed."""
    began = jobsync_deployment.freeze()
    jobsync_sync.upsert_job({"id": "a", "status": "queued"})
    assert jobsync_deployment.advance(1.5) == pytest.approx(began + 1.5)
    jobsync_sync.upsert_job({"id": "b", "status": "queued"})

    times = [jobsync_sync.fetch_job(id_).created_at.timestamp() for id_ in ("a", "b")]
    assert times == pytest.approx([began, began + 1.5])
    assert jobsync_deployment.unfreeze() >= began + 1.5


def test_a_killed_deployment_comes_back_with_its_jobs_at_its_address_and_time(
    jobsync_deployment: LocalDeployment, jobsync_sync: ConvexSync
) -> None:
    """What was acknowledged is there, for the same client, on a clock that went on."""
    jobsync_sync.upsert_job({"id": "a", "status": "running"})
    jobsync_deployment.advance(DAY)

    jobsync_deployment.kill()
    with pytest.raises(LocalDeploymentError, match=r"start\(\)"):
        jobsync_deployment.advance(1)
    jobsync_deployment.start()

    assert jobsync_sync.fetch_job("a").state == "running"
    assert jobsync_deployment.advance(0) > time.time() + DAY / 2


def test_a_reset_starts_a_killed_deployment(jobsync_deployment: LocalDeployment) -> None:
    """However a test leaves it, the next one gets one that runs."""
    jobsync_deployment.kill()
    jobsync_deployment.reset()

    with jobsync_deployment.sync() as sync:
        assert sync.stats().queued == 0


def test_what_a_deployment_begins_with_is_there_after_a_reset_too() -> None:
    """Variables that it was made with are its own; keys and addresses stay."""
    with LocalDeployment(environment={"JOBSYNC_API_KEY": CHOSEN}) as own, own.sync() as sync:
        sync.upsert_job({"id": "a", "status": "running"})
        own.reset()

        assert sync.fetch_job("a") is None
        assert own.environ["JOBSYNC_API_KEY"] == CHOSEN


def test_code_under_test_finds_the_deployment_by_itself(
    jobsync_deployment: LocalDeployment, jobsync_sync: ConvexSync
) -> None:
    """The fixture names it in the environment, with an outbox that no other test has."""
    with ConvexSync() as own:
        own.upsert_job({"id": "a", "status": "running"})

    assert jobsync_sync.fetch_job("a").state == "running"
    assert jobsync_deployment.environ.items() <= os.environ.items()


def test_time_goes_forward_only(jobsync_deployment: LocalDeployment) -> None:
    """Seconds below zero are refused by name."""
    with pytest.raises(JobsyncError, match="seconds"):
        jobsync_deployment.advance(-1)
