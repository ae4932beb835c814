"""`jobsync outbox`, as somebody uses it after things went wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync.testing import LocalDeployment
    from tests.acceptance.cli.conftest import CommandLine
    from tests.conftest import Deployment

GUARD = 60.0


@pytest.fixture
def refused(deployment: Deployment, job_id: str) -> str:
    """Have two commands refused; return what the job is called that is not there."""
    with deployment.sync(delivery="background") as sync:
        sync.start_job(job_id)
        sync.complete_job(job_id, {"pages": 3})
        assert sync.flush(GUARD)
    return job_id


def test_what_was_refused_is_listed_with_its_reason(jobsync: CommandLine, refused: str) -> None:
    """A line each for programs, with the number that the other commands take."""
    said = jobsync("outbox", "list")
    lines = [line.split("\t") for line in said.out.splitlines()]

    assert said.code == 0
    assert [line[:4] for line in lines] == [
        ["1", refused, "start", "job_not_found"],
        ["2", refused, "complete", "job_not_found"],
    ]
    assert "Nothing waits" in said.err


def test_all_of_a_command_can_be_seen(jobsync: CommandLine, refused: str) -> None:
    """As it would have been sent."""
    said = json.loads(jobsync("outbox", "show", "2").out)
    documents = json.loads(jobsync("outbox", "list", "--json").out)

    assert said["command"]["result"] == {"pages": 3}
    assert documents[1] == said
    assert jobsync("outbox", "show", "3").code == 1


def test_what_was_refused_can_be_sent_again(
    jobsync: CommandLine, deployment: Deployment, refused: str
) -> None:
    """Once the reason is gone."""
    with deployment.sync() as sync:
        sync.create_job("t", job_id=refused)
        assert jobsync("outbox", "retry", "--all").out == "waiting\t2\n"
        assert "2 commands wait" in jobsync("outbox", "list").err
        assert jobsync("outbox", "flush").out == "sent\t2\n"

        job = sync.fetch_job(refused)
    assert job is not None
    assert (job.state, job.result) == ("succeeded", {"pages": 3})


def test_what_was_refused_can_be_thrown_away(jobsync: CommandLine, refused: str) -> None:
    """Only when asked for; numbers that are none are no harm."""
    assert jobsync("outbox", "purge", "--all").code == 2
    assert jobsync("outbox", "purge", "--yes").code == 2
    assert jobsync("outbox", "purge", "1", "9", "--yes").out == "purged\t1\n"
    assert len(jobsync("outbox", "list").out.splitlines()) == 1


def test_what_was_done_is_told_to_programs(jobsync: CommandLine, refused: str) -> None:
    """As JSON; two forms at once are refused before anything is done."""
    assert jobsync("outbox", "purge", "--all", "--yes", "--json", "--jsonl").code == 2
    assert json.loads(jobsync("outbox", "purge", "1", "--yes", "--json").out) == {"purged": 1}
    assert json.loads(jobsync("outbox", "retry", "--all", "--jsonl").out) == {"waiting": 1}
    assert json.loads(jobsync("outbox", "flush", "--json").out) == {"sent": 0}


def test_what_a_process_has_left_is_flushed(
    own: LocalDeployment, cli_of: Callable[[Deployment], CommandLine], job_id: str
) -> None:
    """While the deployment is away it says so, and waits no longer than it was told."""
    jobsync = cli_of(own)
    own.kill()
    with own.sync(delivery="background", exit_timeout=0.0) as sync:
        sync.create_job("t", job_id=job_id)
    assert "1 of them were left" in jobsync("outbox", "list").err
    away = jobsync("outbox", "flush", "--timeout", "0.1")
    own.start()

    assert (away.code, "waits on" in away.err) == (1, True)
    assert jobsync("outbox", "flush").out == "sent\t1\n"


def test_a_machine_without_an_outbox_has_nothing_to_show(jobsync: CommandLine) -> None:
    """To look at it does not make one."""
    said = jobsync("outbox", "list", "--json")

    assert (said.code, said.out) == (0, "[]\n")
    assert not list(jobsync.folder.glob("outbox.sqlite*"))


def test_in_a_terminal_it_is_a_table(jobsync: CommandLine, refused: str) -> None:
    """With how long ago it was, for people."""
    terminal = jobsync.in_terminal("outbox", "list")
    terminal.wait_for("complete")

    assert "reason" in terminal.text
