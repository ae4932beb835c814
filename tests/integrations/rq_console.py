"""What a person asks of RQ: a line of JSON in, a line of JSON out. Runs where RQ is."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from redis import Redis
from rq import Queue, Retry
from rq.command import send_stop_job_command

GUARD = 60.0

redis = Redis.from_url(os.environ["TEST_BROKER"])
queue = Queue(connection=redis)


def send(task: str, params: dict[str, Any], retries: int) -> str:
    """Enqueue a job; return its id."""
    retry = Retry(max=retries) if retries else None
    return str(queue.enqueue(f"tests.integrations.rq_tasks.{task}", kwargs=params, retry=retry).id)


def end(job_id: str) -> str:
    """Wait for the end of a job; return RQ's word for it."""
    job = queue.fetch_job(job_id)
    began = time.monotonic()
    while not (job.is_finished or job.is_failed):
        assert time.monotonic() - began < GUARD, f"{job_id} is {job.get_status()}"
        time.sleep(0.1)
        job.refresh()
    return str(job.get_status().value)


def stop(job_id: str) -> None:
    send_stop_job_command(redis, job_id)


for line in sys.stdin:
    verb, *words = json.loads(line)
    print(json.dumps({"answer": globals()[verb](*words)}), flush=True)
