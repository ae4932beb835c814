"""What stands where the deployment is: each command is answered as its kind is told to be."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from jobsync import JobsyncError, Receipt
from jobsync._attempt import Connection
from jobsync._clock import SystemClock
from jobsync._reporter import Reporter

if TYPE_CHECKING:
    from collections.abc import Sequence

STATES = {"create": "queued", "complete": "succeeded", "fail": "failed", "cancel": "canceled"}
GUARD = 30


class Answering:
    """Answers commands, and keeps them; an answer that is an exception in `down` is raised."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []
        self.answers: dict[str, Receipt | JobsyncError] = {}
        self.down: JobsyncError | None = None
        self.uploaded: list[str] = []
        self._arrived = threading.Condition()
        self.reporter = Reporter(self.send, SystemClock(), flush_interval=0.0)
        self.connection = Connection("http://here", self.send, self.upload, self.reporter)

    def send(self, commands: Sequence[dict[str, Any]]) -> list[Receipt | JobsyncError]:
        if self.down is not None:
            raise self.down
        with self._arrived:
            self.commands += commands
            self._arrived.notify_all()
        return [self._answer(command) for command in commands]

    def upload(self, _: str, path: str, **__: Any) -> Any:
        if self.down is not None:
            raise self.down
        self.uploaded.append(path)
        return path

    def kinds(self) -> list[str]:
        """Return what was sent, without the heartbeats."""
        return [each["kind"] for each in self.commands if each["kind"] != "heartbeat"]

    def last(self, kind: str) -> dict[str, Any]:
        """Return the last command of a kind."""
        return next(each for each in reversed(self.commands) if each["kind"] == kind)

    def wait_for(self, **fields: Any) -> None:
        """Wait until a command with these fields was sent."""
        with self._arrived:
            assert self._arrived.wait_for(
                lambda: any(fields.items() <= each.items() for each in self.commands), GUARD
            )

    def _answer(self, command: dict[str, Any]) -> Receipt | JobsyncError:
        job_id = command.get("jobId") or command["record"]["id"]
        state: Any = STATES.get(command["kind"], "running")
        usual = Receipt(outcome="applied", job_id=job_id, state=state, attempt=1)
        return self.answers.get(command["kind"], usual)
