"""Randomised runs of pipelines that are killed, behind a network and a deployment that fail.

What goes wrong is printed with the name of its job, and that has the seed of its run.
"""

import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.run import BACKGROUND, STRICT, Delivery, Outcome, Run

from jobsync.testing import LocalDeployment

RUNS = {BACKGROUND: 260, STRICT: 60}
AT_ONCE = 3


def main() -> None:
    with TemporaryDirectory() as folder, LocalDeployment() as own:
        for delivery, runs in RUNS.items():
            first_seed = secrets.randbelow(1 << 31)
            started = time.perf_counter()

            def outcome(seed: int, delivery: Delivery = delivery) -> Outcome:
                place = Path(folder) / f"run-{seed}"
                place.mkdir()
                return Run(seed, delivery, own, place).outcome()

            with ThreadPoolExecutor(AT_ONCE) as pool:
                outcomes = list(pool.map(outcome, range(first_seed, first_seed + runs)))
            seconds = time.perf_counter() - started
            print(f"{delivery.name}: {runs} runs from seed {first_seed} on, in {seconds:.0f} s")
            _report(outcomes)


def _report(outcomes: list[Outcome]) -> None:
    met = sum((outcome.met for outcome in outcomes), Counter[str]())
    verdicts = [outcome.verdict for outcome in outcomes]
    print("  " + ", ".join(f"{what} {count:,}" for what, count in met.most_common()))
    print(f"  acknowledged commands: {sum(each.acknowledged for each in verdicts):,}")
    for name in ("lost", "twice", "disordered"):
        wrong = [line for each in verdicts for line in getattr(each, name)]
        print(f"  {name}: {len(wrong)}   (goal: 0)", *wrong, sep="\n    ")
