"""
A process that only watches the jobs of its arguments and prints what it sees.

`python -m jobsync.cli._demo.follow_worker JOB...` finds the deployment in its environment, as a
reader on another machine would; each line it prints is one snapshot of one job, as JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from jobsync import ConvexSync

_one_line_at_a_time = threading.Lock()


def main() -> None:
    """Follow each job to its end."""
    job_ids = sys.argv[1:]
    with ConvexSync() as sync, ThreadPoolExecutor(len(job_ids)) as pool:
        for done in [pool.submit(_follow, sync, job_id) for job_id in job_ids]:
            done.result()


def _follow(sync: ConvexSync, job_id: str) -> None:
    for job in sync.watch(job_id):
        seen = {"job": job_id, "state": job.state, "stage": job.stage, "progress": job.progress}
        with _one_line_at_a_time:
            print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main()
