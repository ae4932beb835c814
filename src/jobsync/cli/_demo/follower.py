"""The second process of the demo, seen from the first: what it sees of the jobs, as it happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobsync.cli._failure import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from jobsync.cli.embedded import Deployment

FIRST_SIGHT_TIMEOUT = 30.0
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
        self._unseen = set(job_ids)
        self._on_sight = on_sight
        self._all_seen = threading.Event()
        self.sightings: dict[str, list[Sighting]] = defaultdict(list)
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

    def wait_until_following(self) -> None:
        """Return when the other process has seen each job once."""
        if not self._all_seen.wait(FIRST_SIGHT_TIMEOUT) or self._unseen:
            raise CommandError(
                f"The process that follows the jobs did not see {', '.join(sorted(self._unseen))}."
            )

    def close(self) -> int:
        """Wait until every job has ended for the other process too; answer its exit code."""
        try:
            code = self._process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._reader.join()
        return code

    def _read(self) -> None:
        for line in self._process.stdout or ():
            sighting = Sighting(**json.loads(line))
            self.sightings[sighting.job].append(sighting)
            self._on_sight(sighting)
            self._unseen.discard(sighting.job)
            if not self._unseen:
                self._all_seen.set()
        # The process has ended: whoever waits must not wait for the time-out.
        self._all_seen.set()
