"""Importing `ConvexSync` against requests and pydantic alone, in fresh processes, in turn.

`import jobsync` alone would say little: names are imported when they are used.
"""

import subprocess
import sys
import time

from bench.figures import compare

RUNS = 15
OURS = "from jobsync import ConvexSync"
PEER = "import requests, pydantic"


def main() -> None:
    ours, peer = [], []
    for statement in (OURS, PEER):
        _seconds(statement)
    for _ in range(RUNS):
        ours.append(_seconds(OURS))
        peer.append(_seconds(PEER))
    compare(OURS, ours, PEER, peer, "under 1.2x")


def _seconds(statement: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - started
