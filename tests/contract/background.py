"""Pipelines that deliver in the background: `python -m tests.contract.background NAME JOB_ID`.

They say on stdout how far they are, and are killed or left alone there.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import threading
import time

from jobsync import ConvexSync

EVENTS = 50
CHILDREN = 8
EVENTS_OF_A_CHILD = 20
INTERVAL = 0.2


def client() -> ConvexSync:
    return ConvexSync(delivery="background", flush_interval=INTERVAL, exit_timeout=1.0)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def killed(job_id: str) -> None:
    """Say a lot, and wait to be killed."""
    sync = client()
    with sync.job("killed", job_id=job_id) as job:
        for n in range(EVENTS):
            job.event("step", n)
        job.progress(40, message="so far")
        time.sleep(3 * INTERVAL)
        sync.upsert_job({"id": job_id, "idea": "a game"})
        say("said")
        signal.pause()


def whole(job_id: str) -> None:
    """Say a lot, and end without a close."""
    with client().job("whole", job_id=job_id) as job:
        for n in range(EVENTS):
            job.event("step", n)
        job.result = "all of it"


def forking(job_id: str) -> None:
    """Fork while another thread is in the middle of delivering; the children end at once."""
    sync = client()
    done = threading.Event()
    with sync.job("forking", job_id=job_id) as job:

        def go_on() -> None:
            n = 0
            while not done.is_set():
                job.event("parent", n)
                job.progress(n % 100)
                n += 1
                time.sleep(0.0005)

        thread = threading.Thread(target=go_on)
        thread.start()
        children = [_forked(sync, job_id, number) for number in range(CHILDREN)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        done.set()
        thread.join()
    if any(codes) or not sync.flush(60.0):
        sys.exit(1)


def _forked(sync: ConvexSync, job_id: str, number: int) -> int:
    child = os.fork()
    if child == 0:
        for n in range(EVENTS_OF_A_CHILD):
            sync.record_event(job_id, f"child {number}", n)
        if number % 2:
            sync.flush(60.0)
        os._exit(0)
    return child


def pooled(job_id: str) -> None:
    """Let processes that `multiprocessing` starts, in both ways, say something and end."""
    with client() as sync:
        sync.create_job("pooled", job_id=job_id)
        sync.flush(60.0)
        for method in ("fork", "spawn"):
            context = multiprocessing.get_context(method)
            process = context.Process(target=_pooled, args=(job_id, method))
            process.start()
            process.join()
            if process.exitcode != 0:
                sys.exit(1)


def _pooled(job_id: str, method: str) -> None:
    sync = client()
    for n in range(EVENTS_OF_A_CHILD):
        sync.record_event(job_id, method, n)


def full_disk(job_id: str) -> None:
    """Go on where no file may grow beyond 200 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    with client() as sync:
        sync.create_job("full", job_id=job_id)
        for n in range(EVENTS):
            sync.record_event(job_id, "step", {"n": n, "text": "x" * 20_000})
        if not sync.flush(60.0):
            sys.exit(1)


if __name__ == "__main__":
    _, name, job_id = sys.argv
    globals()[name](job_id)
