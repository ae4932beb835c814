"""Two hundred jobs over four worker processes of which one after the other is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobsync import ConvexSync
    from tests.conftest import Deployment

JOBS = 200
WORKERS = 4
KILLS = 6
BEGUN_BETWEEN_KILLS = 25
GUARD = 60.0
ROOT = Path(__file__).parents[2]

WORKER = r"""
import sys, time
from jobsync import ClaimedJob, ConvexSync

with ConvexSync() as sync:
    @sync.worker(sys.argv[1], concurrency=4, lease=5.0)
    def work(job: ClaimedJob) -> None:
        sys.stdout.write(f"{job.job_id}\n")
        sys.stdout.flush()
        for part in job.track(range(4)):
            time.sleep(0.1)
        said = {"attempt": job.attempt}
        sync.record_event(job.job_id, "effect", said, event_id=f"effect-{job.attempt}")
        job.result = said

    work.run()
"""


class Crew:
    """Worker processes, and the lines that they print when they begin a job."""

    def __init__(self, deployment: Deployment, type_: str) -> None:
        self._env = {
            **os.environ,
            "CONVEX_URL": deployment.url,
            "JOBSYNC_API_KEY": deployment.api_key,
        }
        self._type = type_
        self.processes: list[subprocess.Popen[str]] = []
        self.begun: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()

    def hire(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, self._type],
            cwd=ROOT,
            env=self._env,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for _ in process.stdout:
            self.begun.put(process)

    def kill_one_at_work(self) -> None:
        """Kill whoever has just begun a job, after some were begun; another one takes its place."""
        for _ in range(BEGUN_BETWEEN_KILLS):
            self.begun.get(timeout=GUARD)
        while (process := self.begun.get(timeout=GUARD)).poll() is not None:
            pass
        process.kill()
        process.wait()
        self.hire()

    def dismiss(self) -> list[int]:
        """Stop all that are left as an operator does; return their exit codes."""
        left = [process for process in self.processes if process.poll() is None]
        for process in left:
            process.terminate()
        return [process.wait(GUARD) for process in left]

    def end(self) -> None:
        for process in self.processes:
            with process:
                process.kill()


def test_every_job_ends_although_workers_are_killed(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """None is lost or done twice; what a finished attempt did is recorded once."""
    ids = [f"{job_id}-{number}" for number in range(JOBS)]
    for each in ids:
        sync.create_job(job_id, job_id=each, max_attempts=20)
    crew = Crew(deployment, job_id)
    with ExitStack() as stack:
        stack.callback(crew.end)
        for _ in range(WORKERS):
            crew.hire()
        for _ in range(KILLS):
            crew.kill_one_at_work()
        jobs = [sync.wait(each, timeout=GUARD) for each in ids]
        codes = crew.dismiss()

    assert Counter(job.state for job in jobs) == {"succeeded": JOBS}
    assert codes == [0] * WORKERS
    assert any(job.attempt > 1 for job in jobs)
    for job in jobs:
        assert job.result == {"attempt": job.attempt}
        effects = Counter(event.payload["attempt"] for event in sync.list_events(job.job_id))
        assert effects[job.attempt] == 1
        assert set(effects.values()) == {1}
        assert max(effects) == job.attempt
