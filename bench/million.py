"""An outbox with 1,000,000 waiting events: what appending costs, and whether it empties after that.

`python -m bench.million append | drain` are its steps, each in a process of its own; the first one
that drains is killed on the way.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers import free_port

from bench.figures import microseconds
from bench.memory import resident
from jobsync import ConvexSync
from jobsync.embedded.server import Deployment, Start, embedded_deployment

ROOT = Path(__file__).parent.parent
WAITING = 1_000_000
COMPARED = 10_000
JOBS = 100
LOOKED_AT = 3
DRAIN_SECONDS = 20.0
MIB = 1 << 20


def main() -> None:
    with TemporaryDirectory() as folder:
        start = Start(data=Path(folder) / "data", port=free_port())
        outbox = Path(folder) / "outbox.sqlite"
        with embedded_deployment(start) as deployment:
            pass
        appended = json.loads(_step("append", deployment, outbox).communicate()[0])
        print(f"the first {COMPARED:,} appended   {appended['first']}")
        print(f"the last {COMPARED:,} of {WAITING:,}   {appended['last']}")
        print(f"memory grown by {appended['grown'] / MIB:.1f} MiB   (goal: both flat)")
        print(f"the file has {outbox.stat().st_size / MIB:.0f} MiB")
        with embedded_deployment(start) as deployment:
            _report_draining(deployment, outbox)


def _report_draining(deployment: Deployment, outbox: Path) -> None:
    with _step("drain", deployment, outbox) as killed:
        time.sleep(DRAIN_SECONDS)
        killed.kill()
    drained = json.loads(_step("drain", deployment, outbox).communicate()[0])
    print(f"killed after {DRAIN_SECONDS:.0f} s, then {drained['before']:,} waited", end="; ")
    print(f"the next process sent {drained['rate']:,.0f} a second", end=", ")
    print(f"with {drained['memory'] / MIB:.0f} MiB in memory")
    sync = ConvexSync(deployment.url, api_key=deployment.api_key)
    for job in range(LOOKED_AT):
        numbers = [event.payload for event in sync.list_events(_job(job))]
        assert numbers == list(range(len(numbers))), f"job {job} is not in order"
        print(f"job {job}: its first {len(numbers):,} events are there, once and in order")


def _step(name: str, deployment: Deployment, outbox: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.million", name, str(outbox)],
        cwd=ROOT,
        env={
            **os.environ,
            "CONVEX_URL": deployment.url,
            "JOBSYNC_API_KEY": deployment.api_key,
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def append(outbox: str) -> dict[str, Any]:
    """Say a million things to a deployment that is down, and leave."""
    sync = _client(outbox)
    for job in range(JOBS):
        sync.create_job("million", job_id=_job(job))
    seconds: list[float] = []
    for number in range(WAITING):
        started = time.perf_counter()
        sync.record_event(_job(number % JOBS), "step", number // JOBS)
        if not COMPARED <= number < WAITING - COMPARED:
            seconds.append(time.perf_counter() - started)
        if number == COMPARED:
            before = resident()
    grown = resident() - before
    sync.close(timeout=0.0)
    return {
        "first": microseconds(seconds[:COMPARED]),
        "last": microseconds(seconds[-COMPARED:]),
        "grown": grown,
    }


def drain(outbox: str) -> dict[str, Any]:
    """Send for a while what waits."""
    sync = _client(outbox)
    sync.flush(timeout=DRAIN_SECONDS)
    stats, memory = sync.delivery_stats(), resident()
    sync.close(timeout=0.0)
    return {
        "before": stats.queued + stats.sent,
        "rate": stats.sent / DRAIN_SECONDS,
        "memory": memory,
    }


def _client(outbox: str) -> ConvexSync:
    return ConvexSync(delivery="background", outbox=outbox, max_queued=2 * WAITING)


def _job(number: int) -> str:
    return f"million-{number}"


if __name__ == "__main__":
    print(json.dumps({"append": append, "drain": drain}[sys.argv[1]](sys.argv[2])))
