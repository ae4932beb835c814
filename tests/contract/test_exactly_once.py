"""What is sent twice is done once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from jobsync import ConnectionFailedError, ConvexSync
from tests.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Deployment


@pytest.fixture
def proxy(deployment: Deployment) -> Iterator[Proxy]:
    """Return a proxy before the deployment."""
    with Proxy(deployment.url) as proxy:
        yield proxy


@pytest.fixture
def shaky(deployment: Deployment, proxy: Proxy) -> Iterator[ConvexSync]:
    """Return a client behind the proxy."""
    with deployment.sync(session=proxy.session()) as shaky:
        yield shaky


def test_an_answer_that_was_lost_is_given_again(
    proxy: Proxy, shaky: ConvexSync, sync: ConvexSync, job_id: str
) -> None:
    """The receipt tells of the first time that a command arrived, not that it was there already."""
    for cuts, stage in enumerate(["one", "two", "three"]):
        proxy.cuts = cuts
        receipt = shaky.upsert_job({"id": job_id, "stage": stage})
        assert (receipt.outcome, proxy.cuts) == ("applied", 0)
        job = sync.fetch_job(job_id)
        assert job is not None
        assert job.stage == stage


def test_events_are_neither_lost_nor_doubled(
    proxy: Proxy, shaky: ConvexSync, sync: ConvexSync, job_id: str
) -> None:
    """Each event is there once, in order, though every other answer was lost."""
    shaky.upsert_job({"id": job_id})
    for step in range(10):
        proxy.cuts = step % 2
        assert shaky.record_event(job_id, "trace", step).outcome == "applied"

    assert [event.payload for event in sync.list_events(job_id)] == list(range(10))


def test_a_late_command_does_not_undo_a_newer_one(
    deployment: Deployment, proxy: Proxy, sync: ConvexSync, job_id: str
) -> None:
    """A call that was given up may have arrived; the writer's next one counts all the same."""
    with deployment.sync(session=proxy.session(), max_retries=1) as shaky:
        shaky.upsert_job({"id": job_id, "stage": "one"})
        proxy.cuts = 2
        with pytest.raises(ConnectionFailedError):
            shaky.upsert_job({"id": job_id, "stage": "two"})
        assert shaky.upsert_job({"id": job_id, "stage": "three"}).outcome == "applied"

    job = sync.fetch_job(job_id)
    assert job is not None
    assert job.stage == "three"


def test_a_file_is_registered_once(
    proxy: Proxy, shaky: ConvexSync, sync: ConvexSync, job_id: str, tmp_path: Path
) -> None:
    """An upload whose answers are lost one after the other leaves one row with the right bytes."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 300_000)
    sync.upsert_job({"id": job_id})
    for cuts in (1, 2, 3):
        proxy.cuts = cuts
        shaky.upload_asset(job_id, path, filename=f"{cuts}.bin")

    assets = sync.list_assets(job_id)
    assert sorted(asset.filename for asset in assets) == ["1.bin", "2.bin", "3.bin"]
    assert {asset.sha256 for asset in assets} == {hashlib.sha256(path.read_bytes()).hexdigest()}
