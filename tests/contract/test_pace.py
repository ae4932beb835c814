"""How soon a writer may send again: at once where somebody watches."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from jobsync import ConvexSync


def send_after(sync: ConvexSync, job_id: str) -> int:
    """Send a heartbeat, as any client of the contract may, and return the pace that is answered."""
    args = {
        "token": sync.token("write"),
        "writerId": uuid.uuid4().hex,
        "firstSeq": 1,
        "commands": [{"kind": "heartbeat", "jobId": job_id}],
    }
    body = {"path": "ingest:apply", "format": "json", "args": [args]}
    answer = requests.post(f"{sync.url}/api/mutation", json=body, timeout=30).json()
    return int(answer["value"]["sendAfterMs"])


def test_a_job_that_somebody_watches_is_reported_on_more_often(
    sync: ConvexSync, job_id: str
) -> None:
    """From before the second snapshot on; other jobs are not."""
    for each in (job_id, f"{job_id}-other"):
        sync.create_job("render", job_id=each)
        sync.start_job(each)
    snapshots = sync.watch(job_id, timeout=60)
    next(snapshots)
    sync.update_progress(job_id, 1)
    next(snapshots)

    assert send_after(sync, job_id) < send_after(sync, f"{job_id}-other")
