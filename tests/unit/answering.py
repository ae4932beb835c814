"""What stands where the deployment is: each command is answered as its kind is told to be."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from jobsync._attempt import Connection
from jobsync._clock import SystemClock
from jobsync._deliver import Answer
from jobsync.outbox.courier import Courier
from jobsync.outbox.limits import Limits
from jobsync.outbox.outbox import Outbox
from jobsync.outbox.refusals import Refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jobsync import JobsyncError
    from jobsync.outbox.pending_file import PendingFile
    from jobsync.outbox.refusals import OnError

STATES = {"create": "queued", "complete": "succeeded", "fail": "failed", "cancel": "canceled"}
GUARD = 30.0
HERE = "http://here"


def receipt(outcome: str = "applied", state: str = "running", **fields: Any) -> dict[str, Any]:
    """Return a receipt about the first attempt of the job `a`."""
    return {"outcome": outcome, "jobId": "a", "state": state, "attempt": 1, **fields}


def refused(code: str, message: str = "no") -> dict[str, Any]:
    """Return the receipt of what the deployment does not take."""
    return {"outcome": "refused", "error": {"code": code, "message": message}}


class Answering:
    """Answers commands, and keeps them; while it is `down` each call raises that."""

    def __init__(
        self, *, on_error: OnError = "park", timeout: float = GUARD, limits: Limits | None = None
    ) -> None:
        self.commands: list[dict[str, Any]] = []
        self.batches: list[tuple[int, list[dict[str, Any]]]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.down: JobsyncError | None = None
        self.stored: list[PendingFile] = []
        self._arrived = threading.Condition()
        self.courier = Courier(
            Outbox(None, HERE, limits or Limits(), SystemClock(), must_last=on_error == "raise"),
            ingest=self.ingest,
            apply=self.deliver,
            uploader=self.store,
            refusals=Refusals(on_error),
            flush_interval=0.0,
            exit_timeout=0.0,
            clock=SystemClock(),
        )
        self.connection = Connection(HERE, self.deliver, self.courier, SystemClock(), timeout)

    def deliver(self, commands: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        if self.down is not None:
            raise self.down
        with self._arrived:
            self.commands += commands
            self._arrived.notify_all()
        return [self._answer(command) for command in commands]

    def ingest(self, _: str, first_seq: int, commands: Sequence[dict[str, Any]]) -> Answer:
        receipts = self.deliver(commands)
        self.batches.append((first_seq, list(commands)))
        return Answer(receipts, None)

    def store(self, file: PendingFile) -> dict[str, Any]:
        if self.down is not None:
            raise self.down
        self.stored.append(file)
        return {"kind": "asset", "jobId": file.job_id, "filename": file.filename}

    def kinds(self) -> list[str]:
        """Return what was sent, without the heartbeats."""
        return [each["kind"] for each in self.commands if each["kind"] != "heartbeat"]

    def last(self, kind: str) -> dict[str, Any]:
        """Return the last command of a kind."""
        return next(each for each in reversed(self.commands) if each["kind"] == kind)

    def wait_for(self, **fields: Any) -> None:
        """Wait until a command with these fields was sent."""
        self.wait_until(lambda: any(fields.items() <= each.items() for each in self.commands))

    def wait_until(self, seen: Callable[[], bool]) -> None:
        """Wait until what was sent is as it should be."""
        with self._arrived:
            assert self._arrived.wait_for(seen, GUARD)

    def stop(self) -> None:
        """End the delivery."""
        self.courier.stop(0.0)

    def _answer(self, command: dict[str, Any]) -> dict[str, Any]:
        job_id = command.get("jobId") or command["record"]["id"]
        state = STATES.get(command["kind"], "running")
        usual = receipt(state=state, jobId=job_id)
        return self.answers.get(command["kind"], usual)
