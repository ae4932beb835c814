"""One run by chance: pipelines behind a bad network, killed on the way; then the judgement."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from tests.faults.proxy import FaultyProxy
from tests.faults.truth import Said, read_account
from tests.faults.verdict import Verdict, judge

if TYPE_CHECKING:
    from jobsync import ConvexSync
    from jobsync.testing import LocalDeployment

ROOT = Path(__file__).parents[2]
GUARD = 60.0
PATIENT = 10
LATEST_KILL = 0.7
SHARE_OF_RESTARTS = 0.2
LATEST_RESTART = 0.3

PIPELINE_KILLED = "pipeline killed"
DEPLOYMENT_KILLED = "deployment killed"

_restarting = threading.Lock()


@dataclass(frozen=True, eq=False)
class Delivery:
    """How pipelines say what they say, and at what pace."""

    name: str
    options: dict[str, Any]
    work: tuple[str, ...]
    """The kind of each job of a pipeline."""
    steps: int
    pause: float


STRICT = Delivery("strict", {}, ("calls",), steps=25, pause=0.002)
BACKGROUND = Delivery(
    "background",
    {"delivery": "background", "exit_timeout": 0.5},
    ("calls", "block"),
    steps=200,
    pause=0.004,
)


@dataclass(frozen=True)
class Outcome:
    """What a run has shown, and what its pipelines met with."""

    verdict: Verdict
    met: Counter[str]


class Run:
    """A run in a folder of its own; other runs may use the same deployment."""

    def __init__(self, seed: int, delivery: Delivery, own: LocalDeployment, folder: Path) -> None:
        self._chance = Random(seed)
        self._owner = f"{delivery.name}-{seed}"
        self._delivery = delivery
        self._own = own
        self._deployment = own
        self._folder = folder
        self._siblings = self._chance.choice([1, 1, 2])
        self._met: Counter[str] = Counter()

    def outcome(self) -> Outcome:
        """Do it, let everything arrive, and judge."""
        share = self._chance.choice([0.0, 0.1, 0.3])
        relays = self._chance.choice([1, 2])
        with FaultyProxy(self._deployment.url, Random(self._chance.random()), share) as proxy:
            for number in range(relays):
                self._relay(proxy, is_last=number == relays - 1)
            self._met += proxy.met
        with self._client() as sync:
            if self._delivery is BACKGROUND:
                assert sync.flush(timeout=GUARD)
                assert sync.delivery_stats().parked == 0
            verdict = judge(sync, self._owner, self._said())
        return Outcome(verdict, self._met)

    def _relay(self, proxy: FaultyProxy, *, is_last: bool) -> None:
        """Run pipelines side by side, which go on with what those before them left."""
        pipelines = [self._begun(number, proxy) for number in range(self._siblings)]
        if self._chance.random() < SHARE_OF_RESTARTS:
            self._restart_deployment(after=self._chance.random() * LATEST_RESTART)
        for process in pipelines:
            doomed = not is_last or self._chance.random() < 0.5
            self._end(process, kill_after=self._chance.random() * LATEST_KILL if doomed else None)

    def _begun(self, number: int, proxy: FaultyProxy) -> subprocess.Popen[str]:
        plan = {
            "url": self._deployment.url,
            "via": proxy.url,
            "options": self._options(),
            "seed": self._chance.random(),
            "owner": self._owner,
            "jobs": {f"{self._owner}-{number}-{kind}": kind for kind in self._delivery.work},
            "account": str(self._account(number)),
            "steps": self._delivery.steps,
            "pause": self._delivery.pause,
        }
        with (self._folder / f"errors-{number}").open("a") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.pipeline", json.dumps(plan)],
                cwd=ROOT,
                env={**os.environ, "JOBSYNC_API_KEY": self._deployment.api_key},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        return process

    def _end(self, process: subprocess.Popen[str], *, kill_after: float | None) -> None:
        with process:
            try:
                process.wait(GUARD if kill_after is None else kill_after)
            except subprocess.TimeoutExpired:
                process.kill()
                assert kill_after is not None, "a pipeline does not come to its end"
                self._met[PIPELINE_KILLED] += 1
        assert process.returncode in (0, -signal.SIGKILL)

    def _restart_deployment(self, *, after: float) -> None:
        with _restarting:
            time.sleep(after)
            self._own.kill()
            self._own.start()
        self._met[DEPLOYMENT_KILLED] += 1

    def _client(self) -> ConvexSync:
        # Another run may restart the deployment just now.
        return self._deployment.sync(max_retries=PATIENT, **self._options())

    def _options(self) -> dict[str, Any]:
        options = self._delivery.options
        return {**options, "outbox": str(self._folder / "outbox.sqlite")} if options else {}

    def _account(self, number: int) -> Path:
        return self._folder / f"account-{number}"

    def _said(self) -> dict[str, Said]:
        accounts = [read_account(self._account(number)) for number in range(self._siblings)]
        return {job_id: said for account in accounts for job_id, said in account.items()}
