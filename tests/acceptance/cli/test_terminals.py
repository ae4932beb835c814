"""What all commands have in common: widths, colours, hostile text, and how mistakes are told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.servers import free_port

if TYPE_CHECKING:
    from jobsync import ConvexSync
    from tests.acceptance.cli.conftest import CommandLine

HOSTILE = "\x1b[31m[bold red]x[/] \x1b]0;owned\x07\u202egnp.exe\u2028next\rfirst\x9b2J"
HARMLESS = "[bold red]x[/] gnp.exe"

COLOURED = re.compile(rb"\x1b\[[\d;]*3[0-9][\d;]*m")


@pytest.fixture
def hostile(sync: ConvexSync, job_id: str) -> str:
    """Return a running job all of whose texts try something."""
    record = {"own": HOSTILE, "stage": HOSTILE, "message": HOSTILE}
    texts = {"name": HOSTILE, "owner": f"{job_id}-owner", "source": HOSTILE, "tags": [HOSTILE]}
    sync.create_job(HOSTILE, job_id=job_id, record=record, **texts)  # type: ignore[arg-type]
    sync.start_job(job_id)
    sync.update_progress(job_id, 50, stage=HOSTILE, message=HOSTILE)
    sync.record_event(job_id, HOSTILE, {HOSTILE: HOSTILE})
    return job_id


@pytest.mark.parametrize("command", ["list", "show", "watch"])
def test_hostile_text_is_shown_as_text_in_a_terminal(
    jobsync: CommandLine, sync: ConvexSync, hostile: str, command: str
) -> None:
    """No markup is obeyed, no escape sequence passes, the title stays, no line is faked."""
    words = ["list", "--owner", f"{hostile}-owner"] if command == "list" else [command, hostile]
    terminal = jobsync.in_terminal(*words, size=(200, 60))
    terminal.wait_for(HARMLESS)
    if command == "watch":
        sync.fail_job(hostile, HOSTILE)
    terminal.end()

    assert HARMLESS in terminal.text
    assert b"\x1b]0;" not in terminal.raw
    for mark in ("\u202e", "\u2028", "\x9b"):
        assert mark.encode() not in terminal.raw


@pytest.mark.parametrize("words", [["show"], ["show", "--json"], ["watch"]])
def test_what_is_piped_has_no_control_characters(
    jobsync: CommandLine, sync: ConvexSync, hostile: str, words: list[str]
) -> None:
    """Neither colours of ours nor sequences of theirs."""
    sync.fail_job(hostile, HOSTILE)

    said = jobsync(*words, hostile)

    assert re.findall(r"[^\n\t\x20-\x7e\xa0-\u2027\u202f-\uffff]", said.out) == []
    assert len(said.out) > 0


def test_json_keeps_hostile_text_as_it_is(jobsync: CommandLine, hostile: str) -> None:
    """A program gets what was stored; on the way it is only escaped."""
    shown = json.loads(jobsync("show", hostile, "--json").out)

    assert shown["job"]["name"] == HOSTILE


@pytest.mark.parametrize("width", [40, 60, 120])
@pytest.mark.parametrize("command", ["list", "show", "watch"])
def test_no_line_is_wider_than_the_terminal(
    jobsync: CommandLine, sync: ConvexSync, job_id: str, command: str, width: int
) -> None:
    """In tables long and wide text is cut with an ellipsis; the state can always be read."""
    name = "日本語の名前 " * 30
    sync.create_job("render", job_id=job_id, name=name, owner=f"{job_id}-owner")
    sync.start_job(job_id)
    sync.complete_job(job_id)
    words = ["list", "--owner", f"{job_id}-owner"] if command == "list" else [command, job_id]
    terminal = jobsync.in_terminal(*words, size=(width, 40))

    assert terminal.end() == 0
    assert "succeeded" in terminal.text
    if command == "show":
        # Here a name is shown whole, over as many lines as it takes.
        assert f"{job_id}-owner" in "".join(line.strip() for line in terminal.text.splitlines())
    else:
        # A line that was too long would have gone on in the next one.
        assert len(terminal.text.splitlines()) < 4


def test_what_is_piped_is_not_cut(jobsync: CommandLine, sync: ConvexSync, job_id: str) -> None:
    """A program has no width."""
    sync.create_job("render", job_id=job_id)
    sync.record_event(job_id, "trace", "long " * 500)

    assert "long " * 499 in jobsync("show", job_id).out


def test_colours_are_for_terminals_and_for_who_wants_them(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """NO_COLOR leaves a terminal without them, a pipe never has any."""
    sync.create_job("render", job_id=job_id)
    plain, coloured = (
        jobsync.in_terminal("show", job_id, **environment)
        for environment in ({"NO_COLOR": "1"}, {})
    )
    assert (plain.end(), coloured.end()) == (0, 0)

    assert COLOURED.search(coloured.raw)
    assert not COLOURED.search(plain.raw)
    assert "\x1b" not in jobsync("show", job_id).out


def test_letters_that_the_output_has_not_are_no_reason_to_fail(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """An old locale gets escapes instead of an error."""
    sync.create_job("render", job_id=job_id, name="🦊")
    said = jobsync("show", job_id, PYTHONIOENCODING="ascii")
    document = jobsync("show", job_id, "--json", PYTHONIOENCODING="ascii")

    assert (said.code, document.code) == (0, 0)
    assert json.loads(document.out)["job"]["name"] == "🦊"


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (["frobnicate"], 2, "--help"),
        (["list", "--state", "asleep"], 2, "queued"),
        (["list", "--limit", "0"], 2, "--limit"),
        (["list", "--active", "--state", "failed"], 2, "--state"),
        (["list", "--json", "--jsonl"], 2, "pass one"),
        (["show"], 2, "ID"),
        (["watch", "some", "--follow"], 2, "--follow"),
        (["list", "--env-file", "nowhere.env"], 2, "nowhere.env"),
        (["list", "--url", "ftp://some.where"], 2, "http://"),
        (["list", "--url", f"http://127.0.0.1:{free_port()}"], 3, "cannot be reached"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    jobsync: CommandLine, words: list[str], code: int, hint: str
) -> None:
    """On stderr, with its exit code, and never a traceback."""
    said = jobsync(*words)

    assert (said.code, said.out) == (code, "")
    assert said.err.startswith("Error: ")
    assert len(said.err.splitlines()) == 1
    assert hint in said.err


def test_a_key_that_the_deployment_refuses_is_3(jobsync: CommandLine) -> None:
    """The deployment answers, but not to this key; the key is not shown."""
    said = jobsync("list", JOBSYNC_API_KEY="x" * 40)

    assert said.code == 3
    assert "another key" in said.err
    assert "x" * 40 not in said.err


@pytest.mark.parametrize(
    ("missing", "named"), [("CONVEX_URL", "--url"), ("JOBSYNC_API_KEY", "JOBSYNC_API_KEY")]
)
def test_settings_that_are_missing_are_named(
    jobsync: CommandLine, missing: str, named: str
) -> None:
    """With the ways to set them."""
    said = jobsync("list", **{missing: ""})

    assert said.code == 2
    assert named in said.err


def test_an_env_file_goes_before_the_environment(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """So a file that is named is the deployment that is met."""
    sync.create_job("render", job_id=job_id)
    settings = "".join(
        f"{name}={jobsync.environment[name]}\n" for name in ("CONVEX_URL", "JOBSYNC_API_KEY")
    )
    (jobsync.folder / "other.env").write_text(settings)
    said = jobsync("show", job_id, "--env-file", "other.env", CONVEX_URL="http://127.0.0.1:1")

    assert said.code == 0


def test_the_shell_completes_ids_and_states(
    jobsync: CommandLine, sync: ConvexSync, job_id: str
) -> None:
    """Tab asks the deployment; where none answers it stays silent."""
    sync.create_job("render", job_id=job_id)

    def completed(words: str, **environment: str) -> list[str]:
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        asked["_JOBSYNC_COMPLETE"] = "complete_bash"
        said = jobsync(**asked, **environment)
        assert said.err == ""
        return said.out.split()

    assert completed(f"jobsync show {job_id[:-4]}") == [job_id]
    assert completed("jobsync list --state suc") == ["succeeded"]
    assert completed("jobsync show x", CONVEX_URL="http://127.0.0.1:1") == []
