"""`jobsync watch`: what it shows, how it ends, and what it does when the deployment goes away."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from jobsync.cli._following import MOST_FOLLOWED
from tests.acceptance.cli.terminal import GUARD
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync import ConvexSync
    from jobsync.testing import LocalDeployment
    from tests.acceptance.cli.conftest import CommandLine
    from tests.conftest import Deployment


def make(sync: ConvexSync, job_id: str, *moves: Callable[[str], object]) -> str:
    """Create and start a job, and move it on."""
    sync.create_job("render", job_id=job_id)
    sync.start_job(job_id)
    for move in moves:
        move(job_id)
    return job_id


def test_a_job_that_succeeded_is_0_and_one_that_did_not_is_1(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """So `jobsync watch ID && next` does what it says; canceled is not succeeded."""
    done = make(sync, f"{job_id}-done", sync.complete_job)
    failed = make(sync, f"{job_id}-failed", sync.fail_job)
    sync.create_job("render", job_id=f"{job_id}-canceled")
    sync.cancel_job(f"{job_id}-canceled")

    assert jobsync("watch", done).code == 0
    assert jobsync("watch", failed).code == 1
    assert jobsync("watch", f"{job_id}-canceled").code == 1
    assert jobsync("watch", done, failed).code == 1


def test_each_change_is_a_line_where_nobody_looks(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """Piped, the lines tell the story, without a control character."""
    make(sync, job_id)
    with jobsync.start("watch", job_id) as process:
        assert process.stdout
        lines = [process.stdout.readline()]
        sync.update_progress(job_id, 40, stage="drawing", message="a fox")
        lines.append(process.stdout.readline())
        sync.complete_job(job_id)
        lines += process.stdout.readlines()

    assert process.returncode == 0
    assert [line.rstrip("\n").split("\t")[1:] for line in lines] == [
        [job_id, "running", "", "", ""],
        [job_id, "running", "40 %", "drawing", "a fox"],
        [job_id, "succeeded", "100 %", "drawing", "a fox"],
    ]


def test_more_jobs_than_are_followed_at_once_all_get_their_turn(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """As those before them end."""
    names = [f"{job_id}-{n}" for n in range(MOST_FOLLOWED + 5)]
    for name in names:
        sync.upsert_job({"id": name, "status": "done"})
    said = jobsync("watch", *names)

    assert said.code == 0
    assert {line.split("\t")[1] for line in said.out.splitlines()} == set(names)


def test_jsonl_is_a_record_for_each_change_and_json_all_of_them_at_the_end(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """Each document is the whole record of a job."""
    make(sync, job_id)
    with jobsync.start("watch", job_id, "--jsonl") as process:
        assert process.stdout
        first = json.loads(process.stdout.readline())
        sync.complete_job(job_id, {"pages": 3})
        last = [json.loads(line) for line in process.stdout][-1]
    document = json.loads(jobsync("watch", job_id, "--json").out)

    assert (first["state"], last["state"], last["result"]) == ("running", "succeeded", {"pages": 3})
    assert document == [last]


def test_bars_move_in_a_terminal_and_the_last_picture_stays(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """Several jobs are a line each; what failed says why."""
    names = [f"{job_id}-{n}" for n in range(2)]
    for name in names:
        make(sync, name, lambda name: sync.update_progress(name, 25, stage="drawing"))
    terminal = jobsync.in_terminal("watch", *names, size=(120, 20))

    terminal.wait_for(lambda text: text.count("25 %") == 2)
    sync.update_progress(names[0], 60, message="nearly")
    terminal.wait_for("60 %")
    sync.complete_job(names[0])
    sync.fail_job(names[1], ValueError("no paper"))

    assert terminal.end() == 1
    assert "succeeded" in terminal.text
    assert "failed ValueError: no paper" in terminal.text


def test_without_ids_the_active_jobs_are_watched_until_they_have_ended(
    cli_of: Callable[[Deployment], CommandLine], own: LocalDeployment
) -> None:
    """A job that begins meanwhile comes along; where none is active that is said."""
    jobsync = cli_of(own)
    nothing = jobsync("watch")
    with own.sync() as sync:
        make(sync, "first")
        terminal = jobsync.in_terminal("watch", size=(120, 20))
        terminal.wait_for("first")
        make(sync, "second")
        terminal.wait_for("second")
        sync.complete_job("first")
        sync.complete_job("second")

    assert (nothing.code, nothing.err) == (0, "No job is active.\n")
    assert terminal.end() == 0


def test_a_deployment_that_is_killed_and_comes_back_is_said_and_survived(
    cli_of: Callable[[Deployment], CommandLine], own: LocalDeployment, job_id: str
) -> None:
    """The picture says so as long as it lasts, and goes on where the job is by then."""
    jobsync = cli_of(own)
    with own.sync() as sync:
        make(sync, job_id, lambda job_id: sync.update_progress(job_id, 25))
        terminal = jobsync.in_terminal("watch", job_id)
        piped = jobsync.start("watch", job_id)
        terminal.wait_for("25 %")
        assert piped.stdout
        piped.stdout.readline()
        own.kill()
        terminal.wait_for("Lost connection")
        assert piped.stderr
        remarks = [piped.stderr.readline()]
        own.start()
        sync.update_progress(job_id, 70)
        terminal.wait_for(lambda text: "70 %" in text and "Lost connection" not in text)
        remarks.append(piped.stderr.readline())
        sync.complete_job(job_id)

    assert terminal.end() == 0
    out, err = piped.communicate(timeout=GUARD)
    remarks += err.splitlines()
    assert (piped.returncode, "succeeded" in out) == (0, True)
    assert [remark.split(" ")[0] for remark in remarks] == ["Lost", "Connected"]


def test_a_deployment_that_does_not_come_back_ends_it_with_3(
    cli_of: Callable[[Deployment], CommandLine], own: LocalDeployment, job_id: str
) -> None:
    """It does not wait for ever, and says that the jobs may go on."""
    with own.sync() as sync:
        make(sync, job_id)
    terminal = cli_of(own).in_terminal("watch", job_id, "--patience", "1")
    terminal.wait_for("running")
    own.kill()

    assert terminal.end() == 3
    assert "Error: The connection was lost" in terminal.text
    assert "Traceback" not in terminal.text


def test_a_deployment_that_is_not_there_is_said_at_once(jobsync: CommandLine) -> None:
    """One line that names the address, and exit code 3."""
    said = jobsync("watch", "any", CONVEX_URL=f"http://127.0.0.1:{free_port()}")

    assert (said.code, said.out) == (3, "")
    assert "cannot be reached" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_job_that_nobody_creates_is_4(jobsync: CommandLine, job_id: str) -> None:
    """It is waited for a while, since who watches is often there before who creates."""
    said = jobsync("watch", job_id)

    assert said.code == 4
    assert f"There is no job '{job_id}'" in said.err


@pytest.mark.parametrize("in_terminal", [True, False])
def test_ctrl_c_is_130_and_leaves_the_job_alone(
    jobsync: CommandLine, sync: ConvexSync, job_id: str, *, in_terminal: bool
) -> None:
    """Watching is not running."""
    make(sync, job_id)
    if in_terminal:
        terminal = jobsync.in_terminal("watch", job_id)
        terminal.wait_for("running")
        terminal.process.send_signal(signal.SIGINT)
        code, said = terminal.end(), terminal.text
    else:
        with jobsync.start("watch", job_id) as process:
            assert process.stdout
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            said = process.communicate()[1]
        code = process.returncode
    job = sync.fetch_job(job_id)

    assert (code, "the jobs go on" in said) == (130, True)
    assert job
    assert job.state == "running"


def test_what_takes_longer_than_the_timeout_is_124(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """As with the `timeout` of the shell."""
    said = jobsync("watch", make(sync, job_id), "--timeout", "0.5")

    assert said.code == 124
    assert "0.5 s" in said.err
