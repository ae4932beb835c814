"""Logs a number in a loop with one library: `python logged_loop.py LIBRARY COUNT FOLDER`.

It runs in the environment that has the library, prints the seconds of each call as JSON, and knows
nothing of jobsync but what a pipeline would import.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Log = Callable[[int], Any]
WARM_UP = 200


def jobsync(folder: str) -> Log:
    """Return what says how far a job is."""
    job = _job(folder)
    return lambda number: job.progress(completed=number, total=1_000_000)


def jobsync_event(folder: str) -> Log:
    """Return what records events."""
    job = _job(folder)
    return lambda number: job.event("step", {"number": number})


def _job(folder: str) -> Any:
    """Begin a job on the deployment that the environment names."""
    os.environ["JOBSYNC_OUTBOX"] = f"{folder}/outbox.sqlite"
    from jobsync import ConvexSync

    return ConvexSync().job("loop").__enter__()


def trackio(folder: str) -> Log:
    """Return what logs to a local project."""
    os.environ["TRACKIO_DIR"] = folder
    import trackio

    trackio.init(project="loop")
    return lambda number: trackio.log({"completed": number})


def wandb(folder: str) -> Log:
    """Return what logs to an offline run."""
    os.environ["WANDB_SILENT"] = "true"
    import wandb

    run = wandb.init(project="loop", mode="offline", dir=folder)
    return lambda number: run.log({"completed": number})


def mlflow(folder: str) -> Log:
    """Return what logs to a database in the folder, without waiting."""
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    mlflow.set_experiment("loop")
    mlflow.start_run()
    return lambda number: mlflow.log_metric("completed", number, step=number, synchronous=False)


LIBRARIES = {each.__name__: each for each in (jobsync, jobsync_event, trackio, wandb, mlflow)}


def main(library: str, count: str, folder: str) -> None:
    """Warm up, measure, and leave without waiting for what is still to be written."""
    log = LIBRARIES[library](folder)
    for number in range(WARM_UP):
        log(number)
    seconds = []
    for number in range(int(count)):
        started = time.perf_counter()
        log(number)
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
