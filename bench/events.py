"""Events until they are acknowledged, and updates until a watcher in another process has them."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import uniform
from tempfile import TemporaryDirectory

from bench.deployment import fresh_deployment
from bench.figures import milliseconds
from bench.textbook import TextbookJob
from jobsync import ConvexSync
from jobsync.embedded.server import Deployment

EVENTS = 2_000
UPDATES = 100
ROUNDS = 5
PAUSES = (0.15, 0.45)

# Both processes read the same clock.
WATCHER = """
import sys, time
from jobsync import ConvexSync
for job in ConvexSync(sys.argv[1], token=sys.argv[2]).watch(sys.argv[3]):
    print(int(job.completed or 0), time.monotonic(), flush=True)
"""


def main() -> None:
    with fresh_deployment() as deployment, TemporaryDirectory() as folder:
        sync = ConvexSync(
            deployment.url,
            api_key=deployment.api_key,
            delivery="background",
            outbox=Path(folder) / "outbox.sqlite",
        )
        with sync:
            ours = min(_seconds(_acknowledged, sync, number) for number in range(ROUNDS))
            textbook = TextbookJob(deployment.url, sync.token("write"), "textbook")
            theirs = _seconds(_one_by_one, textbook)
            latencies = _latencies(sync, deployment)
    print(f"{EVENTS:,} events acknowledged       {ours:.2f} s   (goal: under 1 s)")
    print(f"the textbook client, one by one  {theirs:.2f} s   ratio {ours / theirs:.2f}x")
    print(f"an update to a watcher           {milliseconds(latencies)}   (goal: p95 under 150 ms)")


def _seconds(operation: Callable[..., None], *args: object) -> float:
    started = time.perf_counter()
    operation(*args)
    return time.perf_counter() - started


def _acknowledged(sync: ConvexSync, number: int) -> None:
    job_id = f"events-{number}"
    sync.create_job("events", job_id=job_id)
    for event in range(EVENTS):
        sync.record_event(job_id, "step", {"number": event})
    assert sync.flush(timeout=60.0)


def _one_by_one(job: TextbookJob) -> None:
    job.begin()
    for event in range(EVENTS):
        job.event("step", {"number": float(event)})


def _latencies(sync: ConvexSync, deployment: Deployment) -> list[float]:
    said: dict[int, float] = {}
    with sync.job("watched") as job:
        assert sync.flush(timeout=60.0)
        watcher = subprocess.Popen(
            [sys.executable, "-c", WATCHER, deployment.url, sync.token("read"), job.job_id],
            stdout=subprocess.PIPE,
            text=True,
        )
        with watcher:
            assert watcher.stdout is not None
            watcher.stdout.readline()
            for number in range(1, UPDATES + 1):
                time.sleep(uniform(*PAUSES))
                said[number] = time.monotonic()
                job.progress(completed=number)
            time.sleep(2 * PAUSES[1])
            watcher.terminate()
            lines = [line.split() for line in watcher.stdout]
    seen = {int(number): float(moment) for number, moment in lines}
    return [seen[number] - moment for number, moment in said.items() if number in seen]
