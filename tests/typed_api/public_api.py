"""What users write, with the types that they rely on; two type checkers read it in the tests.

A line that has to be an error says so with the comments that silence it, which are errors
themselves where there is nothing to silence.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from typing_extensions import assert_type

import jobsync
from jobsync import (
    Asset,
    AsyncConvexSync,
    ClaimedJob,
    ConvexSync,
    DeliveryStats,
    Event,
    Handshake,
    InvalidFieldError,
    Job,
    JobCounts,
    JobSummary,
    JobsyncError,
    Receipt,
    Share,
    State,
    TrackedJob,
    Upload,
    Worker,
    current_job,
)
from jobsync.testing import LocalDeployment


def calls(sync: ConvexSync, path: Path) -> None:
    assert_type(sync.upsert_job({"id": "a", "status": "done"}), Receipt)
    assert_type(sync.fetch_job("a"), Job | None)
    assert_type(sync.upload_asset("a", path, role="output"), Asset)
    assert_type(sync.upload_folder("a", path), list[Asset])
    assert_type(sync.upload_files("a", {"a.png": path}), list[Asset])
    assert_type(sync.download_asset("a", filename="a.png", to=path), Path)
    assert_type(sync.record_event("a", "trace", {"step": 3}), Receipt)
    assert_type(sync.list_events("a"), Iterator[Event])
    assert_type(sync.list_jobs(state="running"), Iterator[JobSummary])
    assert_type(sync.stats(owner="o"), JobCounts)
    assert_type(sync.share("a", expires_in=60.0), Share)
    assert_type(sync.wait("a", timeout=1.0), Job)
    assert_type(sync.handshake(), Handshake)
    assert_type(sync.flush(timeout=1.0), bool)
    assert_type(sync.delivery_stats(), DeliveryStats)
    for snapshot in sync.watch("a"):
        assert_type(snapshot, Job)


def fields(job: Job, asset: Asset) -> None:
    assert_type(job.state, State)
    assert_type(job.progress, float | None)
    assert_type(job.created_at, datetime)
    assert_type(job["idea"], Any)
    assert_type(asset.url, str | None)
    assert_type(asset.bytes, int)


def block(sync: ConvexSync) -> None:
    with sync.job("render", source="doc", max_attempts=3) as job:
        assert_type(job, TrackedJob)
        for page in job.track(["a", "b"], stage="drawing"):
            assert_type(page, str)
        assert_type(job.upload("a.png"), Upload)
        job.result = {"pages": 3}
    assert_type(current_job(), TrackedJob | None)


def decorated(sync: ConvexSync) -> None:
    @sync.tracked("render")
    def render(pages: int, *, scale: float = 1.0) -> str:
        return "x" * pages

    assert_type(render(3, scale=2.0), str)
    render("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    @sync.worker("render", concurrency=4)
    def work(job: ClaimedJob) -> None:
        assert_type(job.record.type, str | None)

    assert_type(work, Worker)


async def awaited(path: Path) -> None:
    async with AsyncConvexSync() as sync:
        assert_type(await sync.upsert_job({"id": "a"}), Receipt)
        assert_type(await sync.fetch_job("a"), Job | None)
        assert_type(await sync.upload_asset("a", path), Asset)
        assert_type(sync.list_jobs(owner="o"), AsyncIterator[JobSummary])
        async with sync.job("render") as job:
            assert_type(job, TrackedJob)
        await sync.fetch_job()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def errors(sync: ConvexSync) -> None:
    try:
        sync.upsert_job({})
    except InvalidFieldError as error:
        assert_type(error.retryable, bool)
    except JobsyncError as error:
        assert_type(error.details, dict[str, Any])


def tests(deployment: LocalDeployment) -> None:
    assert_type(deployment.sync(), ConvexSync)
    assert_type(deployment.advance(60.0), float)


def mistakes(sync: ConvexSync, job: Job) -> None:
    sync.upsert_jobs({})  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    sync.upsert_job("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    sync.list_jobs(state="runing")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ConvexSync(delivery="fast")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    job.state = "failed"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    jobsync.ConvexSink()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
