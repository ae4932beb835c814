"""The second process of the demo, seen from the first: what it sees of the jobs, as it happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobsync.cli._failure import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from jobsync.embedded.server import Deployment

SIGHT_TIMEOUT = 30.0
END_TIMEOUT = 30.0


@dataclass(frozen=True)
class Sighting:
    """One snapshot of one job, as the other process got it."""

    job: str
    state: str
    stage: str | None
    progress: float | None


class Follower:
    """Runs the process that follows the jobs. One thread of ours reads what it prints."""

    def __init__(
        self, deployment: Deployment, job_ids: Sequence[str], on_sight: Callable[[Sighting], None]
    ) -> None:
        self.sightings: dict[str, list[Sighting]] = {job: [] for job in job_ids}
        self._on_sight = on_sight
        self._changed = threading.Condition()
        self._ended = False
        self._process = subprocess.Popen(  # noqa: S603 - this Python, our own module
            [sys.executable, "-m", "jobsync.cli._demo.follow_worker", *job_ids],
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C is for us to pass on: killed below, it has nothing to say about it.
            start_new_session=True,
            env=os.environ | {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key},
        )
        self._reader = threading.Thread(target=self._read, name="jobsync-demo-follower")
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._process.kill()
        self.close()

    def wait_for_sightings(self, times: int) -> None:
        """Return when the other process has seen each job at least so many times."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._ended or not self._seen_less_than(times), SIGHT_TIMEOUT
            )
            missing = self._seen_less_than(times)
        if missing:
            raise CommandError(
                f"The process that follows the jobs does not see what happens to {missing[0]}."
            )

    def close(self) -> None:
        """Wait until every job has ended for the other process too."""
        with self._process:
            try:
                self._process.wait(END_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._reader.join()

    def _seen_less_than(self, times: int) -> list[str]:
        return [job for job, seen in self.sightings.items() if len(seen) < times]

    def _read(self) -> None:
        for line in self._process.stdout or ():
            sighting = Sighting(**json.loads(line))
            with self._changed:
                self.sightings[sighting.job].append(sighting)
                self._changed.notify_all()
            self._on_sight(sighting)
        with self._changed:
            # Whoever waits for more must not wait for the time-out.
            self._ended = True
            self._changed.notify_all()
