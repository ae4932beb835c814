"""The pipeline of `calls`: `python -m bench.steady_pipeline CLIENT URL ADDRESS TOKEN FOLDER`.

It says 10,000 times in 20 seconds how far it is, 500 times that something happened, and makes 20
files. It prints how many seconds of its own thread all that took.
"""

import json
import sys
import time
from pathlib import Path

from tests.intermediary import detoured

from bench.textbook import TextbookJob
from jobsync import ConvexSync

STEPS = 10_000
SECONDS = 20.0
STEPS_PER_EVENT = 20
STEPS_PER_FILE = 500


class JobsyncJob:
    """The same job by jobsync."""

    def __init__(self, url: str, address: str, token: str) -> None:
        session = detoured(url, address)
        self._sync = ConvexSync(url, token=token, session=session)
        self._block = self._sync.job("calls", job_id="jobsync")

    def begin(self) -> None:
        self._job = self._block.__enter__()

    def progress(self, completed: int, total: int) -> None:
        self._job.progress(completed=completed, total=total)

    def event(self, kind: str, payload: dict[str, float]) -> None:
        self._job.event(kind, payload)

    def upload(self, path: Path) -> None:
        self._job.upload(path)

    def end(self, result: dict[str, float]) -> None:
        self._job.result = result
        self._block.__exit__(None, None, None)
        self._sync.close()


class Stopwatch:
    """Adds up the time that calls take."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._started


def run(job: JobsyncJob | TextbookJob, files: list[Path]) -> float:
    """Work at a steady pace, or later than that if the calls take longer; return their time."""
    spent, began = Stopwatch(), time.perf_counter()
    with spent:
        job.begin()
    for step in range(STEPS):
        time.sleep(max(0.0, began + step * SECONDS / STEPS - time.perf_counter()))
        with spent:
            job.progress(step + 1, STEPS)
            if step % STEPS_PER_EVENT == 0:
                job.event("step", {"number": float(step)})
            if step % STEPS_PER_FILE == 0:
                job.upload(files[step // STEPS_PER_FILE])
    with spent:
        job.end({"steps": float(STEPS)})
    return spent.seconds


def main(client: str, url: str, address: str, token: str, folder: Path) -> None:
    files = sorted(folder.glob("*.bin"))
    job = (
        JobsyncJob(url, address, token)
        if client == "jobsync"
        else TextbookJob(address, token, "textbook")
    )
    print(json.dumps(run(job, files)))


if __name__ == "__main__":
    main(*sys.argv[1:5], Path(sys.argv[5]))
