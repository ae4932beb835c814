"""Runs every benchmark and prints its figures; `python -m bench NAME…` runs some of them."""

import importlib
import os
import secrets
import subprocess
import sys
from pathlib import Path

PYTHON = [
    "first_job",
    "import_time",
    "big_file",
    "strict_upsert",
    "stored_jobs",
    "progress_loop",
    "calls",
    "events",
    "outage",
    "million",
    "faults",
    "page_load",
]
NODE = {
    "convex_cost": ["npx", "vitest", "run", "--config", "bench/vitest.config.ts"],
    "index_lookups": ["npx", "tsx", "devserver/bench/index-lookups.ts"],
    "differential": ["npx", "vitest", "run", "--project", "devserver", "differential"],
}
# More sequences than the tests take, and others each time; a failure names its seed.
DIFFERENTIAL = {"DIFFERENTIAL_SEQUENCES": "10000", "DIFFERENTIAL_SEED": str(secrets.randbits(31))}
ROOT = Path(__file__).parent.parent


def main(names: list[str]) -> int:
    for name in names or [*PYTHON, *NODE]:
        print(f"\n== {name}", flush=True)
        if name in NODE:
            subprocess.run(NODE[name], cwd=ROOT, check=True, env={**DIFFERENTIAL, **os.environ})
        else:
            importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
