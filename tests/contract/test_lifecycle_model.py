"""The life of jobs on a deployment, held against a model of the contract in plain Python.

Commands of several writers arrive in any order, twice, late and after the time of the server moved
on. JOBSYNC_TEST_LIVES asks for more lives than the usual ones, and for other ones each time.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jobsync import JobsyncError
from jobsync._backend import Backend
from jobsync._clock import Deadline, SystemClock
from jobsync._tokens import Signer
from jobsync._transports.http import HttpTransport
from tests.contract.lifecycle_model import (
    CONTRACT,
    TERMINAL,
    WORDS,
    Fields,
    Model,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync._clock import Clock
    from jobsync.testing import LocalDeployment

USUAL_LIVES = 100
LEASES_MS = [60_000, 600_000]
# Before, at and after the ends of these leases and of the grace after them.
MOVES_SECONDS = [1, 59, 60, 61, 600, 1200]
ERRORS = [{"message": "boom"}, {"message": "bang", "traceback": "line 1"}]

KINDS: dict[str, st.SearchStrategy[Fields]] = {
    "upsert": st.fixed_dictionaries(
        {"status": st.sampled_from(sorted(WORDS))},
        optional={"stage": st.sampled_from(["a", None]), "progress": st.just(40)},
    ),
    "create": st.fixed_dictionaries({}, optional={"maxAttempts": st.integers(1, 3)}),
    "start": st.fixed_dictionaries({}, optional={"leaseMs": st.sampled_from(LEASES_MS)}),
    "progress": st.fixed_dictionaries(
        {},
        optional={
            "stage": st.sampled_from(["b", "c", None]),
            "message": st.sampled_from(["m", None]),
            "progress": st.sampled_from([0, 50, 100, None]),
            "completed": st.integers(0, 3),
            "total": st.integers(0, 3),
        },
    ),
    "heartbeat": st.just({}),
    "complete": st.fixed_dictionaries({}, optional={"result": st.just({"pages": 4})}),
    "fail": st.fixed_dictionaries(
        {},
        optional={
            "error": st.sampled_from(ERRORS),
            "retryable": st.booleans(),
            # Never at the very moment at which another job is made.
            "retryAfterMs": st.just(5500),
        },
    ),
    "cancel": st.fixed_dictionaries(
        {}, optional={"reason": st.sampled_from(["r", "s"]), "done": st.booleans()}
    ),
    "retry": st.just({}),
    "setRun": st.fixed_dictionaries({"run": st.sampled_from([{"id": "r-1"}, {"system": "x"}, {}])}),
    "event": st.fixed_dictionaries(
        {
            "eventId": st.sampled_from(["e-1", "e-2", "e-3"]),
            "event": st.sampled_from(["seen", "made"]),
            "level": st.just("info"),
        }
    ),
    "claim": st.fixed_dictionaries({"leaseMs": st.sampled_from(LEASES_MS)}),
}
# Starts more often than ends, or most jobs would be over most of the time.
OFTEN = [*KINDS, "start", "start", "progress", "heartbeat", "fail", "retry"]


@dataclass(frozen=True)
class Wish:
    """A command but for the job and the attempt that it will name."""

    kind: str
    fields: Fields
    job: int
    attempt_offset: int | None


ENDS = [
    Wish("complete", {}, 0, None),
    Wish("fail", {"retryable": False}, 0, None),
    Wish("cancel", {"done": True}, 0, None),
]
TOO_LATE = [
    *ENDS,
    Wish("start", {"leaseMs": 60_000}, 0, None),
    Wish("progress", {"progress": 50}, 0, None),
    Wish("heartbeat", {}, 0, None),
    Wish("upsert", {"status": "processing"}, 0, None),
]

jobs = st.integers(0, 1)
wishes = st.sampled_from(OFTEN).flatmap(
    lambda kind: st.builds(
        Wish,
        st.just(kind),
        KINDS[kind],
        jobs,
        st.sampled_from([None, None, 0, 0, -1, 1]),
    )
)
batches = st.lists(wishes, min_size=1, max_size=3)
writers = st.sampled_from(["one", "two", "three"])
picks = st.integers(0, 99)


@dataclass
class Batch:
    """What a writer sends."""

    writer: str
    first_seq: int
    commands: list[Fields]


class World:
    """A deployment whose time stands still unless it is moved, and the way to call it."""

    def __init__(self, own: LocalDeployment) -> None:
        self.own = own
        own.freeze()
        self.names = count(1)
        self._clock: Clock = SystemClock()
        transport = HttpTransport(own.url, max_retries=0, clock=self._clock)
        self._backend = Backend(transport, Signer(own.api_key, self._clock))

    def move_clock(self, seconds: float) -> float:
        return round(self.own.advance(seconds) * 1000)

    def apply(self, writer_id: str, batch: Batch) -> list[Fields]:
        args = {"writerId": writer_id, "firstSeq": batch.first_seq, "commands": batch.commands}
        answer = self._backend.mutation("ingest:apply", args, self._deadline())
        return [comparable(receipt) for receipt in answer["receipts"]]

    def remove(self, job_id: str) -> tuple[str | None, str | None] | None:
        """Remove a job; return the code and the field of what was said against it."""
        try:
            self._backend.mutation("jobs:remove", {"jobId": job_id}, self._deadline())
        except JobsyncError as error:
            return error.code, error.field
        return None

    def query(self, path: str, **args: Any) -> Any:
        return self._backend.query(path, args, self._deadline())

    def close(self) -> None:
        self._backend.transport.close()

    def _deadline(self) -> Deadline:
        return Deadline(30, self._clock)


def comparable(receipt: Fields) -> Fields:
    """Return a receipt without the words of its error, which are for people."""
    if "error" not in receipt:
        return receipt
    return {**receipt, "error": {key: receipt["error"][key] for key in ("code", "field")}}


@dataclass
class Seen:
    """How far a job has come by its receipts, whatever the model thinks."""

    state: str = "queued"
    attempt: int = 1

    def follow(self, command: Fields, receipt: Fields) -> None:
        if receipt["state"] not in TERMINAL and self.state in TERMINAL:
            anew = self.state == "failed" and command["kind"] == "start"
            begins = anew and command.get("attempt", 0) > self.attempt
            reopens = command["kind"] == "retry" or begins
            assert reopens, f"{command} reopened a job that was {self.state}"
        assert receipt["attempt"] >= self.attempt
        self.state, self.attempt = receipt["state"], receipt["attempt"]


@dataclass
class Sent:
    """What the writers did: their commands by number, and batches that they sent or kept back."""

    commands: dict[str, list[Fields]] = field(default_factory=lambda: defaultdict(list))
    batches: list[Batch] = field(default_factory=list)
    kept: list[Batch] = field(default_factory=list)


class Lives(RuleBasedStateMachine):
    """Two jobs and three writers on a deployment, and beside it the model."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.life = f"life-{next(world.names)}"
        self.job_ids = [f"{self.life}-a", f"{self.life}-b"]
        self.model = Model(world.move_clock(1))
        self.sent = Sent()
        self.late: list[Fields] = []
        self.seen = {job_id: Seen() for job_id in self.job_ids}

    @initialize(attempts=st.integers(1, 3))
    def begin(self, attempts: int) -> None:
        self.deliver(self.batch("one", [Wish("create", {"maxAttempts": attempts}, 0, None)]))

    @rule(writer=writers, wanted=batches)
    def send(self, writer: str, wanted: list[Wish]) -> None:
        """Send commands."""
        self.deliver(self.batch(writer, wanted))

    @rule(writer=writers, job=jobs, lease_ms=st.sampled_from(LEASES_MS))
    def start(self, writer: str, job: int, lease_ms: int) -> None:
        """Start a job with a lease, which most of what can happen to it needs."""
        self.deliver(self.batch(writer, [Wish("start", {"leaseMs": lease_ms}, job, None)]))

    @rule(job=jobs, silence=st.sampled_from([61, 121]))
    def lose(self, job: int, silence: int) -> None:
        """Let a job that runs be silent until it is lost, or given up."""
        self.start("one", job, LEASES_MS[0])
        self.pass_time(silence)

    @rule(job=jobs, end=st.sampled_from(ENDS), late=st.permutations(TOO_LATE))
    def end(self, job: int, end: Wish, late: list[Wish]) -> None:
        """End a job, and then go on with commands that come too late for it."""
        self.start("one", job, LEASES_MS[0])
        self.deliver(self.batch("two", [replace(wish, job=job) for wish in (end, *late)]))

    @rule(waiting=jobs, is_older=st.booleans())
    def queue(self, waiting: int, is_older: bool) -> None:
        """Let two jobs be ready, one of them after a wait, and take both out of the queue."""
        other = 1 - waiting
        for job in (waiting, other):
            self.deliver(self.batch("one", [Wish("cancel", {"done": True}, job, None)]))
            self.remove(job)
        made = [Wish("create", {}, other, None)]
        failed = [
            Wish("create", {"maxAttempts": 2}, waiting, None),
            Wish("start", {}, waiting, None),
            Wish("fail", {}, waiting, None),
        ]
        for wanted in (made, failed) if is_older else (failed, made):
            self.deliver(self.batch("two", wanted))
            self.pass_time(1)
        claim = Wish("claim", {"leaseMs": LEASES_MS[0]}, 0, None)
        self.deliver(self.batch("three", [claim, claim, claim]))

    @rule(wish=wishes)
    def delay(self, wish: Wish) -> None:
        """Make a command that names the attempt of now, to be sent by and by."""
        self.late.append(self.command(wish))

    @precondition(lambda self: self.late)
    @rule(writer=writers, pick=picks)
    def send_late(self, writer: str, pick: int) -> None:
        """Send a command that was made a while ago."""
        command = self.late.pop(pick % len(self.late))
        self.deliver(self.numbered(writer, [command]))

    @rule(writer=writers, wanted=batches)
    def keep(self, writer: str, wanted: list[Wish]) -> None:
        """Give a batch its numbers, and hold it up on its way."""
        self.sent.kept.append(self.batch(writer, wanted))

    @precondition(lambda self: self.sent.kept)
    @rule(pick=picks)
    def overtaken(self, pick: int) -> None:
        """Let a batch arrive that was held up, maybe after later ones of its writer."""
        self.deliver(self.sent.kept.pop(pick % len(self.sent.kept)))

    @rule(pick=picks)
    def repeat(self, pick: int) -> None:
        """Let a batch arrive once more."""
        self.deliver(self.sent.batches[pick % len(self.sent.batches)])

    @rule(pick=picks, wanted=batches)
    def overlap(self, pick: int, wanted: list[Wish]) -> None:
        """Let a batch arrive once more, with those after it: sent before, kept back or new."""
        known = self.sent.batches[pick % len(self.sent.batches)]
        numbered = self.sent.commands[known.writer]
        numbered += map(self.command, wanted)
        end = known.first_seq - 1 + len(known.commands) + len(wanted)
        self.deliver(Batch(known.writer, known.first_seq, numbered[known.first_seq - 1 : end]))

    @rule(seconds=st.sampled_from(MOVES_SECONDS))
    def pass_time(self, seconds: int) -> None:
        """Move the time of the server on, over the ends of leases or not."""
        self.model.move_clock(self.world.move_clock(seconds))
        self.compare()

    @rule(job=jobs)
    def remove(self, job: int) -> None:
        """Remove a job, whose id may then be that of a new one."""
        job_id = self.job_ids[job]
        refused = None
        try:
            self.model.remove(job_id)
            self.seen[job_id] = Seen()
        except RefusedError as error:
            refused = error.args
        assert refused == self.world.remove(job_id)

    def batch(self, writer: str, wanted: list[Wish]) -> Batch:
        return self.numbered(writer, [self.command(wish) for wish in wanted])

    def numbered(self, writer: str, commands: list[Fields]) -> Batch:
        first = len(self.sent.commands[writer]) + 1
        self.sent.commands[writer] += commands
        return Batch(writer, first, commands)

    def command(self, wish: Wish) -> Fields:
        job_id = self.job_ids[wish.job]
        command: Fields = {"kind": wish.kind}
        if wish.kind == "claim":
            return {**command, "type": self.life, **wish.fields}
        if wish.kind in ("create", "upsert"):
            names = {"id": job_id, "owner": self.life, "type": self.life}
            command["record"] = {**names, **wish.fields}
        else:
            command.update(jobId=job_id, **wish.fields)
        if wish.attempt_offset is not None and wish.kind != "create":
            job = self.model.jobs.get(job_id)
            attempt = 1 if job is None else job.record["attempt"]
            command["attempt"] = max(1, attempt + wish.attempt_offset)
        return command

    def deliver(self, batch: Batch) -> None:
        writer = self.model.writers.get(batch.writer)
        high_seq = 0 if writer is None else writer.high_seq
        expected = self.model.batch(batch.writer, batch.first_seq, batch.commands)
        receipts = self.world.apply(f"{self.life}-{batch.writer}", batch)
        assert expected == receipts
        self.sent.batches.append(batch)
        for command, receipt in zip(batch.commands, receipts, strict=True):
            if receipt["seq"] > high_seq and "jobId" in receipt:
                self.seen[receipt["jobId"]].follow(command, receipt)
        # Only the last receipt of a job is about how it is now.
        for receipt in {each.get("jobId"): each for each in receipts}.values():
            if receipt["seq"] > high_seq and receipt.get("jobId") in self.model.jobs:
                self.model.jobs[receipt["jobId"]].learn(receipt)

    def compare_records(self) -> None:
        for job_id in self.job_ids:
            job = self.model.jobs.get(job_id)
            record = self.world.query("jobs:getByJobId", jobId=job_id)
            if job is None:
                assert record is None
                continue
            assert job.shown() == record
            job.learn(record)

    def compare_counts(self) -> None:
        """Find by a walk over all jobs what is counted."""
        page = {"numItems": 100, "cursor": None}
        listed = self.world.query("jobs:list", owner=self.life, paginationOpts=page)["page"]
        found = Counter(job["state"] for job in listed)
        expected = Counter(job.state for job in self.model.jobs.values())
        assert found == expected
        counted = self.world.query("jobs:stats", owner=self.life)
        assert counted == {state: found[state] for state in CONTRACT["states"]}

    def compare_events(self) -> None:
        page = {"numItems": 100, "cursor": None}
        for job_id, job in self.model.jobs.items():
            listed = self.world.query("events:list", jobId=job_id, paginationOpts=page)["page"]
            assert list(job.events.values()) == listed

    def compare(self) -> None:
        self.compare_records()
        self.compare_counts()

    def teardown(self) -> None:
        self.compare()
        self.compare_events()


@pytest.fixture
def world(own: LocalDeployment) -> Iterator[World]:
    """Return a deployment with a clock of its own."""
    world = World(own)
    yield world
    world.close()


def test_jobs_live_as_the_contract_says(world: World) -> None:
    """Whatever arrives in whatever order, receipts, records and counts are those of the model."""
    lives = os.environ.get("JOBSYNC_TEST_LIVES")
    run_state_machine_as_test(
        lambda: Lives(world),
        settings=settings(
            max_examples=USUAL_LIVES if lives is None else int(lives),
            stateful_step_count=30,
            derandomize=lives is None,
            deadline=None,
        ),
    )
