"""A job that several processes spoke for, one after the other, is told in its order."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from tests.intermediary import detoured
from tests.servers import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import ConvexSync
    from tests.conftest import Deployment

# Events of one moment are listed in the order in which they were stored.
MOMENT = datetime(2026, 1, 1, tzinfo=timezone.utc)
MORE_THAN_A_BATCH = 900


def before_an_outage_ended(deployment: Deployment, outbox: Path) -> ConvexSync:
    """Return the client of a process that never reaches the deployment."""
    nowhere = detoured(deployment.url, f"http://127.0.0.1:{free_port()}")
    return deployment.sync(delivery="background", outbox=outbox, session=nowhere)


def say(sync: ConvexSync, job_id: str, number: int) -> None:
    sync.record_event(job_id, "step", number, time=MOMENT)


def said(sync: ConvexSync, job_id: str) -> list[int]:
    return [event.payload for event in sync.list_events(job_id)]


def test_what_a_process_left_comes_before_what_its_successor_says(
    deployment: Deployment, job_id: str, tmp_path: Path
) -> None:
    """Also when there is more of it than one call takes."""
    first = before_an_outage_ended(deployment, tmp_path / "outbox")
    first.create_job("relay", job_id=job_id)
    for number in range(MORE_THAN_A_BATCH):
        say(first, job_id, number)
    first.close(timeout=0.0)

    with deployment.sync(delivery="background", outbox=tmp_path / "outbox") as second:
        say(second, job_id, MORE_THAN_A_BATCH)
        assert second.flush(timeout=30.0)
        assert said(second, job_id) == list(range(MORE_THAN_A_BATCH + 1))


def test_a_file_that_a_process_left_keeps_its_place(
    deployment: Deployment, job_id: str, tmp_path: Path
) -> None:
    """What came after the file does so still, and before what the successor says."""
    (tmp_path / "a.bin").write_bytes(b"a" * 300_000)
    first = before_an_outage_ended(deployment, tmp_path / "outbox")
    with first.job("relay", job_id=job_id) as job:
        job.upload(tmp_path / "a.bin")
        say(first, job_id, 1)
    first.close(timeout=0.0)

    with deployment.sync(delivery="background", outbox=tmp_path / "outbox") as second:
        say(second, job_id, 2)
        assert second.flush(timeout=30.0)
        assert said(second, job_id) == [1, 2]


def test_a_file_waits_for_its_job(deployment: Deployment, job_id: str, tmp_path: Path) -> None:
    """A job whose creation is far behind in the outbox gets its file all the same."""
    (tmp_path / "a.bin").write_bytes(b"a")
    with deployment.sync(delivery="background", outbox=tmp_path / "outbox") as sync:
        sync.create_job("busy", job_id=f"{job_id}-busy")
        for number in range(MORE_THAN_A_BATCH):
            say(sync, f"{job_id}-busy", number)
        with sync.job("late", job_id=job_id) as job:
            job.upload(tmp_path / "a.bin")
        assert sync.flush(timeout=30.0)
        assert [file.filename for file in sync.list_assets(job_id)] == ["a.bin"]
        assert sync.delivery_stats().parked == 0
