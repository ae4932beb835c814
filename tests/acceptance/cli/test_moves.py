"""`jobsync cancel`, `retry`, `delete`, `share` and `stats`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from jobsync import ConvexSync

if TYPE_CHECKING:
    from tests.acceptance.cli.conftest import CommandLine
    from tests.conftest import Deployment


@pytest.fixture
def queued(sync: ConvexSync, job_id: str) -> str:
    """Return a job that waits."""
    sync.create_job("render", job_id=job_id, owner=job_id)
    return job_id


def state_of(sync: ConvexSync, job_id: str) -> str | None:
    job = sync.fetch_job(job_id)
    return None if job is None else job.state


def test_a_queued_job_is_canceled_and_a_running_one_asked_to_stop(
    jobsync: CommandLine, sync: ConvexSync, queued: str
) -> None:
    """What came of it is a line for each, and the reason is kept."""
    running = f"{queued}-running"
    sync.create_job("render", job_id=running)
    sync.start_job(running)
    said = jobsync("cancel", queued, running, "--reason", "wrong paper")
    asked = sync.fetch_job(running)

    assert said.code == 0
    assert said.out.splitlines() == [
        f"{queued}\tcanceled",
        f"{running}\trunning, and asked to stop",
    ]
    assert asked
    assert asked.cancel_reason == "wrong paper"


def test_a_job_that_cannot_be_moved_does_not_stop_the_others(
    jobsync: CommandLine, sync: ConvexSync, queued: str
) -> None:
    """The exit code is the worst; the mistake is told beside the answer."""
    said = jobsync("cancel", f"{queued}-none", queued)

    assert (said.code, said.out) == (4, f"{queued}\tcanceled\n")
    assert f"There is no job '{queued}-none'" in said.err


def test_a_failed_job_gets_another_attempt_and_a_queued_one_does_not(
    jobsync: CommandLine, sync: ConvexSync, queued: str
) -> None:
    """Where nothing was done the exit code is 1."""
    early = jobsync("retry", queued)
    sync.start_job(queued)
    sync.fail_job(queued)
    late = jobsync("retry", queued, "--json")
    (receipt,) = json.loads(late.out)

    assert (early.code, late.code) == (1, 0)
    assert (receipt["job_id"], receipt["state"], receipt["attempt"]) == (queued, "queued", 2)


def test_deleting_asks_first(jobsync: CommandLine, sync: ConvexSync, queued: str) -> None:
    """A no leaves the job; where nobody can be asked, `--yes` is asked for."""
    piped = jobsync("delete", queued)
    terminal = jobsync.in_terminal("delete", queued)
    terminal.wait_for("[y/N]")
    terminal.type("n\n")

    assert (piped.code, "--yes" in piped.err) == (2, True)
    assert terminal.end() == 1
    assert state_of(sync, queued) == "queued"


def test_a_slip_in_one_id_deletes_nothing(
    jobsync: CommandLine, sync: ConvexSync, queued: str
) -> None:
    """All jobs are looked for before the first is gone."""
    assert jobsync("delete", queued, f"{queued}-none", "--yes").code == 4
    assert state_of(sync, queued) == "queued"
    assert jobsync("delete", queued, "--yes").out == f"{queued}\tdeleted\n"
    assert state_of(sync, queued) is None


def test_a_running_job_is_not_deleted(jobsync: CommandLine, sync: ConvexSync, queued: str) -> None:
    """It is said how to stop it first."""
    sync.start_job(queued)
    said = jobsync("delete", queued, "--yes")

    assert said.code == 1
    assert f"jobsync cancel {queued}" in said.err


def test_a_share_shows_the_job_until_it_is_revoked(
    jobsync: CommandLine, sync: ConvexSync, queued: str, deployment: Deployment
) -> None:
    """Piped, nothing but the link or the token comes out."""
    share = json.loads(jobsync("share", queued, "--expires-in", "2h", "--json").out)
    alone = jobsync("share", queued)
    with ConvexSync(deployment.url, token=share["token"]) as visitor:
        before = visitor.fetch_public(queued)
        revoked = jobsync("share", queued, "--revoke", share["share_id"])
        after = visitor.fetch_public(queued)

    assert len(alone.out.split()) == 1
    assert before
    assert (revoked.code, after) == (0, None)
    assert jobsync("share", queued, "--revoke", share["share_id"]).code == 4


@pytest.mark.parametrize("wrong", ["soon", "-1", "3w"])
def test_a_length_of_time_that_is_none_is_2(jobsync: CommandLine, queued: str, wrong: str) -> None:
    """The message shows what one looks like."""
    said = jobsync("share", queued, f"--expires-in={wrong}")

    assert said.code == 2
    assert "12h" in said.err


def test_stats_count_the_jobs_of_an_owner(
    jobsync: CommandLine, sync: ConvexSync, queued: str
) -> None:
    """A line for each state piped, one document with --json, bars in a terminal."""
    lines = jobsync("stats", "--owner", queued).out.splitlines()
    counts = json.loads(jobsync("stats", "--owner", queued, "--json").out)
    terminal = jobsync.in_terminal("stats", "--owner", queued)

    assert {"queued\t1", "failed\t0", "total\t1"} <= set(lines)
    assert (counts["queued"], counts["total"]) == (1, 1)
    assert terminal.end() == 0
    assert "━" in terminal.text
