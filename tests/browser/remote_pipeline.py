"""A real pipeline in a process of its own, which does what the test tells it, step by step.

`python -m tests.browser.remote_pipeline JOB_ID` reads one line of JSON a step, a method of its job
and its arguments, and answers each with a line when that is done.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobsync import ConvexSync, JobCanceled

if TYPE_CHECKING:
    from typing_extensions import Self

    from jobsync.job import TrackedJob
    from tests.conftest import Deployment

ROOT = Path(__file__).parents[2]
GUARD = 60.0


class RemotePipeline:
    """The process, seen from the test."""

    def __init__(self, deployment: Deployment, job_id: str, **options: Any) -> None:
        self.job_id = job_id
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.remote_pipeline", job_id, json.dumps(options)],
            cwd=ROOT,
            env=os.environ | {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "begun"

    def do(self, method: str, *args: Any, **options: Any) -> None:
        """Let it call a method of its job, and wait until that has returned."""
        self._say(method, args, options)
        assert self._answer() == "done"

    def progress(self, percent: float | None = None, **fields: Any) -> None:
        self.do("progress", percent, **fields)

    def finish(self, result: Any = None) -> None:
        """Leave the block."""
        self._say("finish", [result], {})
        assert self._answer() == "over"

    def break_down(self, message: str) -> None:
        """Raise in the middle of the block."""
        self._say("break_down", [message], {})
        assert self._answer() == f"RuntimeError: {message}"

    def toil(self) -> None:
        """Let it work, report by report, until it is asked to stop."""
        self._say("toil", [], {})

    def wait_until_canceled(self) -> None:
        assert self._answer() == "JobCanceled in the middle of its work"

    def _say(self, method: str, args: Any, options: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([method, args, options]) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            self._process.kill()


def run(job: TrackedJob) -> None:
    for line in sys.stdin:
        method, args, options = json.loads(line)
        if method == "finish":
            (job.result,) = args
            return
        if method == "break_down":
            raise RuntimeError(*args)
        if method == "toil":
            toil(job)
        getattr(job, method)(*args, **options)
        answer("done")


def toil(job: TrackedJob) -> None:
    for step in itertools.count():
        job.progress(message=f"step {step}")
        time.sleep(0.05)


def answer(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (it is what the test reads)


def main() -> None:
    _, job_id, options = sys.argv
    with ConvexSync() as sync:
        try:
            with sync.job("render", job_id=job_id, **json.loads(options)) as job:
                answer("begun")
                run(job)
            answer("over")
        except JobCanceled:
            answer("JobCanceled in the middle of its work")
        except RuntimeError as error:
            answer(f"RuntimeError: {error}")


if __name__ == "__main__":
    main()
