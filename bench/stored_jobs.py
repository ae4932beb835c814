"""`upsert_job` and `fetch_job` with 0, 1,000 and 10,000 jobs stored, as ratios to none."""

import time
from collections.abc import Callable
from statistics import median

from bench.deployment import fresh_deployment
from bench.figures import milliseconds
from jobsync import ConvexSync

STORED = [0, 1_000, 10_000]
CALLS = 200
BATCH = 500


def main() -> None:
    with fresh_deployment() as deployment:
        sync = ConvexSync(deployment.url, api_key=deployment.api_key)
        stored, baseline = 0, {}
        for wanted in STORED:
            _fill(sync, stored, wanted)
            stored = wanted
            for name, operation in _operations(sync, wanted).items():
                samples = [_seconds(operation, number) for number in range(CALLS)]
                baseline.setdefault(name, median(samples))
                ratio = median(samples) / baseline[name]
                print(f"{name:<12} {wanted:>6} stored   {milliseconds(samples)}   {ratio:.2f}x")
    print("goal: flat within 1.5x")


def _operations(sync: ConvexSync, stored: int) -> dict[str, Callable[[int], object]]:
    return {
        "create": lambda number: sync.upsert_job({"id": f"new-{stored}-{number}", "idea": "x"}),
        "progress": lambda number: sync.upsert_job(
            {"id": f"new-{stored}-0", "progress": number % 100}
        ),
        "fetch": lambda number: sync.fetch_job(f"new-{stored}-{number}"),
    }


def _seconds(operation: Callable[[int], object], number: int) -> float:
    started = time.perf_counter()
    operation(number)
    return time.perf_counter() - started


def _fill(sync: ConvexSync, start: int, end: int) -> None:
    """Store jobs in batches, as only a benchmark would."""
    for first in range(start, end, BATCH):
        records = [
            {"id": f"stored-{number}", "idea": "x"} for number in range(first, first + BATCH)
        ]
        sync._delivery.apply(  # noqa: SLF001 - filling is not what is measured
            [{"kind": "upsert", "record": record} for record in records],
            sync._deadline(),  # noqa: SLF001
        )
