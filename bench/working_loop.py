"""The pipeline of `outage`: `python -m bench.working_loop alone | tracked`.

As that of `calls` it says 500 times a second how far it is, with 2 ms of work in between, and
records an event every 20th time.

It prints how many seconds its loop took, how many of the processor's its process took meanwhile,
and the moment at which its own work was done.
"""

import hashlib
import json
import sys
import time
from contextlib import nullcontext

from jobsync import ConvexSync

STEPS = 5_000
STEPS_PER_EVENT = 20
CONTENT = bytes(3_400_000)


def main(mode: str) -> None:
    block = nullcontext() if mode == "alone" else ConvexSync().job("loop", delivery="background")
    with block as job:
        started, cpu = time.perf_counter(), time.process_time()
        for step in range(STEPS):
            hashlib.sha256(CONTENT)
            if job is None:
                continue
            job.progress(completed=step + 1, total=STEPS)
            if step % STEPS_PER_EVENT == 0:
                job.event("step", {"number": step})
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps([seconds, cpu, time.monotonic()]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
