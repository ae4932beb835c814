"""What each command does to a job in each state: the table that both languages read."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync import ConvexSync, Receipt
    from tests.conftest import Deployment, PassTime

TABLE = json.loads((Path(__file__).parents[2] / "contract" / "lifecycle.json").read_text())
MOVES = {
    (command, state): move
    for command, row in TABLE["commands"].items()
    for state, move in row.items()
}
LEASE = 15.0

CALLS: dict[str, Callable[[ConvexSync, str], Receipt]] = {
    "create": lambda sync, job_id: sync.create_job("moved", job_id=job_id),
    "start": lambda sync, job_id: sync.start_job(job_id),
    "startNewer": lambda sync, job_id: sync.start_job(job_id, attempt=2),
    "progress": lambda sync, job_id: sync.update_progress(job_id, 50),
    "complete": lambda sync, job_id: sync.complete_job(job_id),
    "fail": lambda sync, job_id: sync.fail_job(job_id, "no", retryable=False),
    "failWithAttemptsLeft": lambda sync, job_id: sync.fail_job(job_id, "no"),
    "cancel": lambda sync, job_id: sync.cancel_job(job_id),
    "cancelDone": lambda sync, job_id: sync.cancel_job(job_id, done=True),
    "retry": lambda sync, job_id: sync.retry_job(job_id),
    "setRun": lambda sync, job_id: sync.set_run(job_id, id="r"),
}
WITHOUT_A_CALL = {"heartbeat"}
"""What only `sync.job` sends."""

WAYS: dict[str, Callable[[ConvexSync, str], object]] = {
    "queued": lambda _, __: None,
    "running": CALLS["start"],
    "succeeded": CALLS["complete"],
    "failed": CALLS["fail"],
    "canceled": CALLS["cancelDone"],
}


def create(sync: ConvexSync) -> str:
    receipt = sync.create_job("moved", job_id=f"test-{uuid.uuid4()}", max_attempts=5)
    return str(receipt.job_id)


@pytest.fixture(scope="module")
def lost(deployment: Deployment, pass_time: PassTime) -> Iterator[dict[str, str]]:
    """Return a lost job for each command; they are lost together."""
    with deployment.sync() as sync:
        jobs = {command: create(sync) for command in CALLS}
        for job_id in jobs.values():
            sync.start_job(job_id, lease=LEASE)
        pass_time(LEASE)
        for job_id in jobs.values():
            assert any(job.state == "lost" for job in sync.watch(job_id, timeout=60))
        yield jobs


# Lost jobs first: they stay so for as long as their leases were.
@pytest.mark.parametrize(
    ("command", "state"),
    sorted((key for key in MOVES if key[0] in CALLS), key=lambda key: key[1] != "lost"),
)
def test_each_move_is_that_of_the_table(
    sync: ConvexSync, request: pytest.FixtureRequest, command: str, state: str
) -> None:
    """A job is where the table says; a move that the table does not allow changes nothing."""
    if state == "lost":
        job_id = request.getfixturevalue("lost")[command]
    else:
        job_id = create(sync)
        WAYS[state](sync, job_id)
    before = sync.fetch_job(job_id)
    receipt = CALLS[command](sync, job_id)
    after = sync.fetch_job(job_id)
    move = MOVES[command, state]

    assert before is not None
    assert after is not None
    assert before.state == state
    if move in {"stale", "unchanged"}:
        assert (receipt.outcome, after.state, after.attempt) == (move, state, before.attempt)
    else:
        assert (receipt.outcome, after.state) == ("applied", move)
        assert after.attempt - before.attempt == (command in TABLE["nextAttempt"])
    assert (receipt.state, receipt.attempt) == (after.state, after.attempt)
    if move == "stale":
        assert after == before


def test_each_command_of_the_table_has_a_call() -> None:
    """A command that is added is tried here too."""
    assert set(TABLE["commands"]) == set(CALLS) | WITHOUT_A_CALL
