"""What docs/contract.md says about the life of a job, in plain Python, to hold the backend against.

A job is its record as it travels. The moves are those of contract/lifecycle.json.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONTRACT = json.loads((Path(__file__).parents[2] / "contract" / "lifecycle.json").read_text())
WORDS: dict[str, str] = CONTRACT["words"]
MOVES: dict[str, dict[str, str]] = CONTRACT["commands"]
TERMINAL = frozenset(CONTRACT["terminal"])

HOT = ("stage", "message", "progress", "completed", "total")
FIRST_WAIT_MS = 1000
LONGEST_WAIT_MS = 5 * 60 * 1000

Fields = dict[str, Any]


@dataclass(frozen=True)
class Between:
    """A number that is left to chance: equal to whatever is within its limits."""

    low: float
    high: float

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Between):
            return (self.low, self.high) == (other.low, other.high)
        return isinstance(other, (int, float)) and self.low <= other <= self.high

    __hash__ = None  # type: ignore[assignment]


def bounds(time: float | Between) -> tuple[float, float]:
    return (time.low, time.high) if isinstance(time, Between) else (time, time)


def is_over(time: float | Between, now: float) -> bool:
    return bounds(time)[0] <= now


class RefusedError(Exception):
    """The command is answered with this code, about this field."""


@dataclass
class ModelJob:
    """A job: its record, and the lease that somebody watches."""

    record: Fields
    lease_ms: float | None = None
    watched_at: float = 0
    events: dict[str, Fields] = field(default_factory=dict)

    @property
    def state(self) -> str:
        return str(self.record["state"])

    @property
    def expires_at(self) -> float | None:
        beat = self.record.get("heartbeatAt")
        return None if self.lease_ms is None or beat is None else beat + self.lease_ms

    def shown(self) -> Fields:
        """Return the record as `jobs:getByJobId` answers it."""
        expiry = {} if self.expires_at is None else {"leaseExpiresAt": self.expires_at}
        return {**self.record, **expiry}

    def learn(self, told: Fields) -> None:
        """Take what was left to chance from a receipt or a record of this very moment."""
        if "nextAttemptAt" in told and told["attempt"] == self.record["attempt"]:
            self.record["nextAttemptAt"] = told["nextAttemptAt"]

    def receipt(self, outcome: str) -> Fields:
        shared = ("jobId", "status", "state", "attempt", "nextAttemptAt")
        receipt = {key: self.record[key] for key in shared if key in self.record}
        if "cancelRequestedAt" in self.record and self.state not in ("succeeded", "failed"):
            receipt["cancelRequested"] = True
        return {"outcome": outcome, **receipt}

    def clear(self, *names: str) -> None:
        for name in names:
            self.record.pop(name, None)

    def change(self, **fields: Any) -> None:
        """Set fields; None clears one."""
        self.record.update(fields)
        self.clear(*(name for name, value in fields.items() if value is None))

    def enter(self, state: str, now: float) -> None:
        """Move to a state, with the fields that go with it."""
        self.change(state=state, status=state)
        if state == "running":
            self.record.setdefault("startedAt", now)
        if state in TERMINAL:
            self.record.setdefault("finishedAt", now)
        if state != "queued":
            self.clear("nextAttemptAt")
        if state not in ("running", "lost"):
            self.lease_ms = None

    def upsert(self, record: Fields, attempt: int, now: float) -> str:
        newer = attempt > self.record["attempt"]
        to = WORDS[record["status"]]
        requeued = newer and to == "queued" and self.state not in TERMINAL
        if attempt < self.record["attempt"] or (newer and self.state in TERMINAL):
            return "stale"
        if CONTRACT["upsert"][self.state][to] == "stale" and not requeued:
            return "stale"
        if newer:
            self.lease_ms = None
        self.enter(to, now)
        given = {name: record[name] for name in HOT if name in record}
        self.change(attempt=attempt, status=record["status"], **given)
        return "applied"

    def command(self, command: Fields, now: float) -> str:
        """Do what a lifecycle command says; return its outcome, if anything differs then."""
        attempt = command.get("attempt", self.record["attempt"])
        is_newer = attempt > self.record["attempt"]
        if is_newer and command["kind"] != "start":
            raise RefusedError("invalid_field", "attempt")
        if is_newer and self.state in ("running", "lost") and "cancelRequestedAt" in self.record:
            self.enter("canceled", now)
            return "applied"
        move = MOVES["startNewer" if is_newer else self.row_for(command)][self.state]
        if move == "stale" or attempt < self.record["attempt"]:
            return "stale"
        if is_newer:
            self.overtake(attempt)
        EFFECTS[command["kind"]](self, command, now)
        if move not in ("unchanged", self.state):
            self.enter(move, now)
        return "unchanged" if move == "unchanged" else "applied"

    def row_for(self, command: Fields) -> str:
        if command["kind"] == "fail" and self.tried_again(command):
            return "failWithAttemptsLeft"
        if command["kind"] == "cancel" and command.get("done", False):
            return "cancelDone"
        return str(command["kind"])

    def tried_again(self, command: Fields) -> bool:
        left = self.record["attempt"] < self.record["maxAttempts"]
        return left and command.get("retryable", True) and "cancelRequestedAt" not in self.record

    def overtake(self, attempt: int) -> None:
        """End what seems to be at work, or is over, for the sake of a newer attempt."""
        if self.state in ("running", "lost"):
            message = f"lost: attempt {attempt} began before the end of this one was told"
            self.change(error={"message": message, "reason": "lost"})
            self.clear("errorTraceback")
        self.lease_ms = None
        self.change(attempt=attempt, maxAttempts=max(attempt, self.record["maxAttempts"]))
        self.clear("finishedAt", "cancelRequestedAt", "cancelReason", *HOT)

    def start(self, command: Fields, now: float) -> None:
        if self.state == "queued" and self.record["attempt"] > 1:
            self.clear(*HOT)
        if "leaseMs" in command:
            if self.lease_ms is None:
                self.watched_at = now + command["leaseMs"]
            self.lease_ms = max(self.lease_ms or 0, command["leaseMs"])
        self.change(heartbeatAt=now)

    def speak(self, command: Fields, now: float) -> None:
        self.change(**{name: command[name] for name in HOT if name in command}, heartbeatAt=now)

    def complete(self, command: Fields, _now: float) -> None:
        self.clear("error", "errorTraceback")
        if "result" in command:
            self.change(result=command["result"])

    def fail(self, command: Fields, now: float) -> None:
        if "error" in command:
            error = dict(command["error"])
            self.change(errorTraceback=error.pop("traceback", None), error=error)
        if self.tried_again(command):
            whole = min(FIRST_WAIT_MS * 2 ** (self.record["attempt"] - 1), LONGEST_WAIT_MS)
            wait = Between(now + whole / 2, now + whole)
            if "retryAfterMs" in command:
                wait = now + command["retryAfterMs"]
            attempt = self.record["attempt"] + 1
            self.change(attempt=attempt, status="queued", nextAttemptAt=wait)

    def cancel(self, command: Fields, now: float) -> None:
        if "cancelRequestedAt" not in self.record:
            self.change(cancelRequestedAt=now, cancelReason=command.get("reason"))

    def set_run(self, command: Fields, _now: float) -> None:
        self.change(run=command["run"])

    def event(self, command: Fields, now: float) -> Fields:
        """Append an event; one that is late is kept all the same."""
        event_id = command["eventId"]
        if event_id in self.events:
            return self.receipt("unchanged")
        said = {key: command[key] for key in ("eventId", "event", "level")}
        self.events[event_id] = {**said, "jobId": self.record["jobId"], "time": now}
        is_late = command.get("attempt", self.record["attempt"]) < self.record["attempt"]
        return self.receipt("stale" if is_late else "applied")

    def retry(self, _command: Fields, _now: float) -> None:
        attempt = self.record["attempt"] + 1
        self.change(attempt=attempt, maxAttempts=max(attempt, self.record["maxAttempts"]))
        self.clear("error", "errorTraceback", "finishedAt", "nextAttemptAt")
        self.clear("cancelRequestedAt", "cancelReason")

    def is_watched(self, *, until: float) -> bool:
        """Return whether somebody looks at the lease by then."""
        return self.lease_ms is not None and self.watched_at <= until

    def watch(self, now: float) -> None:
        """Look at the lease."""
        expiry = self.expires_at
        assert expiry is not None
        assert self.lease_ms is not None
        if self.state == "lost":
            self.give_up(self.lease_ms, now)
        elif now < expiry:
            self.watched_at = expiry
        else:
            self.change(state="lost")
            self.watched_at = now + self.lease_ms

    def give_up(self, lease_ms: float, now: float) -> None:
        if "cancelRequestedAt" in self.record:
            self.enter("canceled", now)
            return
        message = f"lost: no sign of life for {round(2 * lease_ms / 1000)} s"
        self.command({"kind": "fail", "error": {"message": message, "reason": "lost"}}, now)


EFFECTS = {
    "start": ModelJob.start,
    "progress": ModelJob.speak,
    "heartbeat": ModelJob.speak,
    "complete": ModelJob.complete,
    "fail": ModelJob.fail,
    "cancel": ModelJob.cancel,
    "retry": ModelJob.retry,
    "setRun": ModelJob.set_run,
}


@dataclass
class ModelWriter:
    """What is remembered of a writer: how far it came, and the answers of its last batch."""

    high_seq: int = 0
    receipts: dict[int, Fields] = field(default_factory=dict)


class Model:
    """A deployment: jobs, writers and a clock that stands still between moves."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.jobs: dict[str, ModelJob] = {}
        self.writers: dict[str, ModelWriter] = {}

    def batch(self, writer_id: str, first_seq: int, commands: list[Fields]) -> list[Fields]:
        """Return the receipts of a batch; what was seen before has no second effect."""
        writer = self.writers.setdefault(writer_id, ModelWriter())
        receipts: dict[int, Fields] = {}
        for seq, command in enumerate(commands, first_seq):
            seen = writer.receipts.get(seq, {"seq": seq, "outcome": "duplicate"})
            is_new = seq > writer.high_seq
            receipts[seq] = {"seq": seq, **self.apply(command)} if is_new else seen
        if max(receipts) > writer.high_seq:
            writer.high_seq, writer.receipts = max(receipts), receipts
        return list(receipts.values())

    def apply(self, command: Fields) -> Fields:
        try:
            if command["kind"] == "claim":
                return self.claim(command)
            return self.apply_to(self.job_of(command), command)
        except RefusedError as refused:
            code, name = refused.args
            return {"outcome": "refused", "error": {"code": code, "field": name}}

    def job_of(self, command: Fields) -> ModelJob | None:
        job_id = command["record"]["id"] if "record" in command else command["jobId"]
        return self.jobs.get(job_id)

    def apply_to(self, job: ModelJob | None, command: Fields) -> Fields:
        if job is None:
            return self.create(command).receipt("applied")
        if command["kind"] == "event":
            return job.event(command, self.now)
        before = deepcopy((job.record, job.lease_ms))
        if command["kind"] == "create":
            outcome = "unchanged"
        elif command["kind"] == "upsert":
            attempt = command.get("attempt", job.record["attempt"])
            outcome = job.upsert(command["record"], attempt, self.now)
        else:
            outcome = job.command(command, self.now)
        if (job.record, job.lease_ms) != before:
            job.change(updatedAt=self.now)
        elif outcome == "applied":
            outcome = "unchanged"
        return job.receipt(outcome)

    def claim(self, command: Fields) -> Fields:
        """Start the job that has been ready for longest: since it was made, or was due again."""
        queued = [
            job
            for job in self.jobs.values()
            if job.state == "queued" and job.record.get("type") == command["type"]
        ]
        ready = {
            job.record.get("nextAttemptAt", job.record["createdAt"]): job
            for job in reversed(queued)
            if is_over(job.record.get("nextAttemptAt", job.record["createdAt"]), self.now)
        }
        if ready:
            first = ready[min(ready)]
            start = {"kind": "start", "leaseMs": command["leaseMs"]}
            return self.apply_to(first, start)
        waits = [bounds(job.record["nextAttemptAt"]) for job in queued]
        if not waits:
            return {"outcome": "none"}
        soonest = Between(*(min(ends) - self.now for ends in zip(*waits, strict=True)))
        return {"outcome": "none", "readyInMs": soonest}

    def remove(self, job_id: str) -> None:
        job = self.jobs.get(job_id)
        if job is None:
            raise RefusedError("job_not_found", "jobId")
        if job.state == "running":
            raise RefusedError("invalid_field", "jobId")
        del self.jobs[job_id]

    def create(self, command: Fields) -> ModelJob:
        if "record" not in command:
            raise RefusedError("job_not_found", "jobId")
        record = dict(command["record"])
        defaults = {"status": "queued", "maxAttempts": 1, "tags": [], "visibility": "private"}
        times = {"createdAt": self.now, "updatedAt": self.now}
        job = ModelJob({"jobId": record.pop("id"), **defaults, **times})
        job.change(**record)
        status = job.record["status"]
        job.enter(WORDS[status], self.now)
        job.change(status=status, attempt=command.get("attempt", 1))
        self.jobs[job.record["jobId"]] = job
        return job

    def move_clock(self, now: float) -> None:
        """Let time pass, and look at each lease when it is time to."""
        while due := [job for job in self.jobs.values() if job.is_watched(until=now)]:
            job = min(due, key=lambda job: job.watched_at)
            self.now = job.watched_at
            before = deepcopy((job.record, job.lease_ms))
            job.watch(self.now)
            if (job.record, job.lease_ms) != before:
                job.change(updatedAt=self.now)
        self.now = now
