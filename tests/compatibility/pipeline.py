"""What a program does with whichever jobsync it finds: `python pipeline.py TASK JOB FILE`."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jobsync import ConvexSync


def work(sync: ConvexSync, job_id: str, file: Path) -> dict[str, Any]:
    """One job from its start to its end, with all that a job may have."""
    with sync.job(
        "render", job_id=job_id, owner=f"{job_id}-owner", source="doc", tags=["a"]
    ) as job:
        for n in job.track(range(3), stage="painting", total=3):
            job.event("step", {"n": n})
        job.upload(file)
        job.result = {"pages": 3}
    return told(sync, job_id)


def retry(sync: ConvexSync, job_id: str, file: Path) -> dict[str, Any]:
    """One that fails, and succeeds at its second attempt."""
    sync.create_job("render", job_id=job_id, owner=f"{job_id}-owner", max_attempts=2)
    sync.start_job(job_id)
    sync.update_progress(job_id, 40, stage="painting")
    sync.fail_job(job_id, "out of paint", retry_after=0)
    sync.start_job(job_id)
    sync.upload_asset(job_id, file)
    sync.complete_job(job_id, result={"pages": 3})
    return told(sync, job_id)


def leave(sync: ConvexSync, job_id: str, file: Path) -> dict[str, Any]:
    """One that nobody can be told of now."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    for n in range(3):
        sync.record_event(job_id, "step", {"n": n})
    sync.complete_job(job_id, result={"pages": 3})
    return {}


def told(sync: ConvexSync, job_id: str, _: Path | None = None) -> dict[str, Any]:
    """Return what the deployment says of a job, in every way there is to ask."""
    sync.flush(30)
    job = sync.fetch_job(job_id)
    ended = sync.wait(job_id, timeout=30)
    listed = [each.job_id for each in sync.list_jobs(owner=f"{job_id}-owner")]
    return {
        "state": job.state,
        "watched": ended.state,
        "attempt": job.attempt,
        "result": job.result,
        "files": [asset.filename for asset in sync.list_assets(job_id)],
        "events": [event.payload for event in sync.list_events(job_id) if event.kind == "step"],
        "listed": listed == [job_id],
        "succeeded": sync.stats(owner=f"{job_id}-owner").succeeded,
        "shared": isinstance(sync.share(job_id, expires_in=60).token, str),
    }


if __name__ == "__main__":
    task, job_id, file = sys.argv[1:]
    waiting = {"delivery": "background", "exit_timeout": 0.2} if task == "leave" else {}
    with ConvexSync(**waiting) as sync:
        said = globals()[task](sync, job_id, Path(file))
    print(json.dumps({"version": version("jobsync"), **said}))
