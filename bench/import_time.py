"""`import jobsync` against importing requests and pydantic alone, in fresh processes, in turn."""

import subprocess
import sys
import time

from bench.figures import compare

RUNS = 15


def main() -> None:
    ours, peer = [], []
    for statement in ("import jobsync", "import requests, pydantic"):
        _seconds(statement)
    for _ in range(RUNS):
        ours.append(_seconds("import jobsync"))
        peer.append(_seconds("import requests, pydantic"))
    compare("import jobsync", ours, "import requests, pydantic", peer, "under 1.2x")


def _seconds(statement: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - started
