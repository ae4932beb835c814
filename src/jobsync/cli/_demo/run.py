"""The demo from start to verdict."""

from __future__ import annotations

import shlex
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jobsync import ConvexSync
from jobsync.cli._demo.batch import run_batch
from jobsync.cli._demo.deploy import deploy, find_clone
from jobsync.cli._demo.pictures import load_all, shipped
from jobsync.cli._demo.report import print_report
from jobsync.cli._failure import CommandError
from jobsync.cli._page import page_link
from jobsync.cli._signals import end_as_ctrl_c_does
from jobsync.embedded.node import find_node
from jobsync.embedded.server import Start, embedded_deployment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from jobsync.embedded.server import Deployment


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
        rows = run_batch(pictures, folder / "jobs", sync, deployment, console)
        print_report(console, rows, time.perf_counter() - began)
        _say_what_stays(options, deployment, console)
        if options.stay:
            _stay(console, page_link(deployment.url, sync, read_only=False))
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


def _say_what_stays(options: Options, deployment: Deployment, console: Console) -> None:
    if not options.stay and options.keep is None:
        console.print(
            "The deployment is gone now. --stay leaves it running, so that the URLs open; "
            "--keep DIR keeps the files."
        )
    if options.keep is not None:
        port, site_port = (urlsplit(url).port for url in (deployment.url, deployment.site_url))
        data = shlex.quote(str(deployment.data_dir))
        again = f"jobsync dev --data {data} --port {port} --site-port {site_port}"
        message = f"Kept in {options.keep}. The URLs open again with:\n  {again}"
        console.print(message, soft_wrap=True, markup=False)


def _stay(console: Console, page: str) -> None:
    try:
        console.print(f"The jobs on a page:\n  {page}", soft_wrap=True, markup=False)
        console.print("The deployment runs on, so that the URLs open. Ctrl-C ends it.")
        threading.Event().wait()
    except KeyboardInterrupt:
        return
