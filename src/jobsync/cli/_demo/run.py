"""The demo from start to verdict."""

from __future__ import annotations

import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jobsync import ConvexSync
from jobsync.cli._demo.deploy import deploy, find_clone
from jobsync.cli._demo.follower import Follower
from jobsync.cli._demo.pictures import load_all, shipped
from jobsync.cli._demo.pipeline import STAGES, ComponentPipeline
from jobsync.cli._demo.report import LiveBars, Row, print_report
from jobsync.cli._demo.store import JobStore
from jobsync.cli._demo.verify import Verified, verify
from jobsync.cli._failure import CommandError
from jobsync.cli._node import find_node
from jobsync.cli._signals import end_as_ctrl_c_does
from jobsync.cli.embedded import Start, embedded_deployment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from rich.console import Console

    from jobsync.cli._demo.follower import Sighting
    from jobsync.cli._demo.pictures import Picture
    from jobsync.cli._demo.pipeline import JobFile
    from jobsync.cli._demo.store import ComponentJob
    from jobsync.cli.embedded import Deployment

# As many as the pipeline's numpy work keeps busy on a small machine.
WORKERS = 2


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    pictures: Sequence[Path]
    keep: Path | None = None
    node: Path | None = None
    stay: bool = False


def run_demo(options: Options, console: Console) -> int:
    """Run everything and answer the exit code: 1 if anything differs."""
    end_as_ctrl_c_does()
    began = time.perf_counter()
    pictures = load_all(options.pictures or shipped())
    with ExitStack() as opened:
        folder = _work_folder(options.keep, opened)
        deployment = _start_deployment(folder / "deployment", options.node, opened, console)
        sync = opened.enter_context(ConvexSync(deployment.url, api_key=deployment.api_key))
        rows = _run_jobs(pictures, folder / "jobs", sync, deployment, console)
        print_report(console, rows, time.perf_counter() - began)
        _say_what_stays(options, deployment, console)
        if options.stay:
            _wait_for_interrupt()
    return 1 if any(row.verified.differences for row in rows) else 0


def _work_folder(keep: Path | None, opened: ExitStack) -> Path:
    if keep is not None:
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"--keep: the folder cannot be made: {error}") from None
        return keep.resolve()
    return Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="jobsync-demo-")))


def _start_deployment(
    data: Path, node: Path | None, opened: ExitStack, console: Console
) -> Deployment:
    clone = find_clone(Path.cwd())
    with console.status("starting a deployment"):
        start = Start(data=data, node=node, push=clone is None)
        deployment = opened.enter_context(embedded_deployment(start))
    if clone is None:
        console.print(f"deployment {deployment.url} with the functions of this installation")
        return deployment
    with console.status("npx convex deploy"):
        deploy(clone, deployment, find_node(node))
    console.print(f"deployment {deployment.url}, convex/ deployed to it by `npx convex deploy`")
    return deployment


def _run_jobs(
    pictures: Sequence[Picture],
    jobs_folder: Path,
    sync: ConvexSync,
    deployment: Deployment,
    console: Console,
) -> list[Row]:
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


def _say_what_stays(options: Options, deployment: Deployment, console: Console) -> None:
    if options.stay:
        console.print("The deployment runs on, so that the URLs open. Ctrl-C ends it.")
    elif options.keep is None:
        console.print(
            "The deployment is gone now. --stay leaves it running, so that the URLs open; "
            "--keep DIR keeps the files."
        )
    if options.keep is not None:
        ports = [urlsplit(url).port for url in (deployment.url, deployment.site_url)]
        again = f"jobsync dev --data {deployment.data_dir} --port {ports[0]} --site-port {ports[1]}"
        console.print(
            f"Kept in {options.keep}. The URLs open again with:\n  {again}", soft_wrap=True
        )


def _wait_for_interrupt() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
