"""A pipeline with 2 ms of work a step, with and without jobsync, while the deployment is down.

Down in two ways: nobody listens (`refused`), and somebody listens but never answers (`silent`).
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers import free_port

from bench.working_loop import STEPS, STEPS_PER_EVENT
from jobsync import ConvexSync
from jobsync.embedded.server import Deployment, Start, embedded_deployment

ROOT = Path(__file__).parent.parent
ROUNDS = 3
EXIT_TIMEOUT = 5.0


@dataclass(frozen=True)
class Took:
    """The seconds of a pipeline's loop, of the processor meanwhile, and of its way out."""

    loop: float
    cpu: float
    exit: float


def main() -> None:
    with TemporaryDirectory() as folder:
        start = Start(data=Path(folder) / "data", port=free_port())
        outbox = Path(folder) / "outbox.sqlite"
        with embedded_deployment(start) as deployment:
            pass
        for name, down in (("refused", nullcontext), ("silent", _silent)):
            with down(start.port):
                _report(name, *_measured(deployment, outbox))
        with embedded_deployment(start) as deployment:
            _report_delivery(deployment, outbox)


def _measured(deployment: Deployment, outbox: Path) -> tuple[list[Took], list[Took]]:
    environment = {
        **os.environ,
        "CONVEX_URL": deployment.url,
        "JOBSYNC_API_KEY": deployment.api_key,
        "JOBSYNC_OUTBOX": str(outbox),
    }
    alone, tracked = [], []
    for _ in range(ROUNDS):
        alone.append(_pipeline("alone", environment))
        tracked.append(_pipeline("tracked", environment))
    return alone, tracked


def _pipeline(mode: str, environment: dict[str, str]) -> Took:
    command = [sys.executable, "-m", "bench.working_loop", mode]
    output = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    left = time.monotonic()
    seconds, cpu, done = json.loads(output)
    return Took(seconds, cpu, left - done)


@contextmanager
def _silent(port: int) -> Iterator[None]:
    """Listen and never answer."""
    with socket.create_server(("127.0.0.1", port)):
        yield


def _report(name: str, alone: list[Took], tracked: list[Took]) -> None:
    # The fastest of each: what else the machine does makes a loop slower, never faster.
    for what in ("loop", "cpu"):
        without, with_ = (min(getattr(each, what) for each in of) for of in (alone, tracked))
        print(f"{name:<8} {what:<5} alone {without:.3f} s, tracked {with_:.3f} s", end="   ")
        print(f"grows by {100 * (with_ / without - 1):.2f} %   (goal: under 1 %)")
    slowest = max(each.exit for each in tracked)
    print(f"{name:<8} way out at most {slowest:.2f} s   (deadline: {EXIT_TIMEOUT:.0f} s)")


def _report_delivery(deployment: Deployment, outbox: Path) -> None:
    with ConvexSync(deployment.url, api_key=deployment.api_key, outbox=outbox) as sync:
        started = time.perf_counter()
        assert sync.flush(timeout=60.0)
        seconds = time.perf_counter() - started
        jobs = list(sync.list_jobs(type="loop"))
        events = sum(1 for job in jobs for _ in sync.list_events(job.job_id))
    succeeded = sum(job.state == "succeeded" for job in jobs)
    said = 2 * ROUNDS
    print(f"the next run delivered {succeeded} of {said} jobs", end=", ")
    print(f"{events} of {said * STEPS // STEPS_PER_EVENT} events in {seconds:.2f} s")
