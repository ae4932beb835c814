"""All pictures of one demo: their jobs made, followed from elsewhere, run, and verified."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from jobsync.cli._demo.follower import Follower
from jobsync.cli._demo.pipeline import STAGES, ComponentPipeline
from jobsync.cli._demo.report import LiveBars, Row
from jobsync.cli._demo.store import JobStore
from jobsync.cli._demo.verify import Verified, verify

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from rich.console import Console

    from jobsync import ConvexSync
    from jobsync.cli._demo.follower import Sighting
    from jobsync.cli._demo.pictures import Picture
    from jobsync.cli._demo.pipeline import JobFile
    from jobsync.cli._demo.store import ComponentJob
    from jobsync.embedded.server import Deployment

# As many as the pipeline's numpy work keeps busy on a small machine.
WORKERS = 2


def run_batch(
    pictures: Sequence[Picture],
    jobs_folder: Path,
    sync: ConvexSync,
    deployment: Deployment,
    console: Console,
) -> list[Row]:
    """Run every picture's job, some at once, with a second process following all of them."""
    store = JobStore(jobs_folder, sync)
    pipeline = ComponentPipeline(store, sync)
    jobs = [pipeline.create(picture) for picture in pictures]
    bars = LiveBars(console, [job.id for job in jobs])
    with (
        bars.progress,
        Follower(deployment, [job.id for job in jobs], bars.show) as follower,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        follower.wait_for_sightings(1)
        # The first may have been a plain look; a change that is seen is the live connection.
        for job in jobs:
            pipeline.enqueue(job)
        follower.wait_for_sightings(2)
        runs = [
            pool.submit(pipeline.run, job, picture)
            for job, picture in zip(jobs, pictures, strict=True)
        ]
        _wait_for_all(runs)
    return [
        _row(job, run, follower.sightings[job.id], store, sync)
        for job, run in zip(jobs, runs, strict=True)
    ]


def _wait_for_all(runs: Sequence[Future[list[JobFile]]]) -> None:
    try:
        wait(runs)
    except KeyboardInterrupt:
        # Those that run come to their end; the others would only delay ours.
        for run in runs:
            run.cancel()
        raise


def _row(
    job: ComponentJob,
    run: Future[list[JobFile]],
    sightings: Sequence[Sighting],
    store: JobStore,
    sync: ConvexSync,
) -> Row:
    if run.exception() is None:
        verified = verify(sync, store.record_file(job.id), run.result())
    else:
        verified = Verified(differences=[f"the pipeline failed: {job.error}"])
    state = sightings[-1].state if sightings else "unseen"
    if state != "succeeded":
        verified.differences.append(f"the following process saw it last as {state}")
    return Row(
        job=job.id,
        state=state,
        stages_seen=len({seen.stage for seen in sightings}),
        stages=len(STAGES),
        updates=len(sightings),
        verified=verified,
        seconds=float((job.telemetry or {}).get("seconds", 0)),
    )
