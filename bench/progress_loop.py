"""`job.progress()` in a loop beside what trackers of experiments take, each in its own process.

The peers go into an environment that is thrown away. They write to local files only, as jobsync's
outbox does; jobsync delivers to a deployment meanwhile, too.
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.deployment import fresh_deployment
from bench.figures import microseconds

HERE = Path(__file__).parent
PEERS = {
    "trackio": "trackio.log",
    "wandb": "wandb log, offline",
    "mlflow": "mlflow.log_metric, not synchronous",
}
COUNT = 5_000
ROUNDS = 3
LONG = 1_000_000


def main() -> None:
    with TemporaryDirectory() as folder, fresh_deployment() as deployment:
        where = {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key}
        quiet = {"MLFLOW_LOGGING_LEVEL": "WARNING"}
        environment = {**os.environ, **where, **quiet, "PYTHONPATH": str(HERE.parent / "src")}
        python = _peers_python(Path(folder) / "peers")
        measured: dict[str, list[float]] = {library: [] for library in ("jobsync", *PEERS)}
        for _ in range(ROUNDS):
            for library in measured:
                by = sys.executable if library == "jobsync" else python
                measured[library] += _loop(by, library, COUNT, environment)
        long = _loop(sys.executable, "jobsync", LONG, environment)
        events = _loop(sys.executable, "jobsync_event", COUNT, environment)
    _report(measured, long, events)


def _report(measured: dict[str, list[float]], long: list[float], events: list[float]) -> None:
    ours = measured.pop("jobsync")
    print(f"{'job.progress':<36} {microseconds(ours)}   (goal: p50 <= 8, p99 <= 60)")
    print(f"{f'job.progress, {LONG:,} in a row':<36} {microseconds(long)}")
    for library, seconds in measured.items():
        print(f"{PEERS[library]:<36} {microseconds(seconds)}")
    cheapest = min(measured, key=lambda library: median(measured[library]))
    ratio = median(ours) / median(measured[cheapest])
    print(f"ratio of medians to {PEERS[cheapest]}: {ratio:.2f}x   (goal: at most 1x)")
    print(f"{'job.event, in the outbox':<36} {microseconds(events)}   (goal: p50 <= 60)")


def _peers_python(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", HERE / "peers.txt"], check=True)
    return python


def _loop(python: Path | str, library: str, count: int, environment: dict[str, str]) -> list[float]:
    with TemporaryDirectory() as folder:
        process = subprocess.run(
            [python, HERE / "logged_loop.py", library, str(count), folder],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return json.loads(process.stdout.splitlines()[-1])
