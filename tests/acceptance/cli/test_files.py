"""`jobsync upload` and `jobsync download`."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import ConvexSync
    from tests.acceptance.cli.conftest import CommandLine


@pytest.fixture
def job(sync: ConvexSync, job_id: str) -> str:
    """Return a job without files."""
    sync.create_job("render", job_id=job_id)
    return job_id


@pytest.fixture
def pages(jobsync: CommandLine) -> Path:
    """Return a folder with a file in it and one further down."""
    folder = jobsync.folder / "pages"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.txt").write_text("one")
    (folder / "deep" / "two.txt").write_text("two")
    return folder


def test_a_folder_comes_back_as_it_was(jobsync: CommandLine, job: str, pages: Path) -> None:
    """Its files keep their places below it."""
    sent = jobsync("upload", job, "pages")
    fetched = jobsync("download", job, "--to", "back")
    back = jobsync.folder / "back"

    assert (sent.code, fetched.code) == (0, 0)
    assert sent.out.splitlines() == ["deep/two.txt\t3 B\toutput", "one.txt\t3 B\toutput"]
    assert (back / "one.txt").read_text() == "one"
    assert (back / "deep" / "two.txt").read_text() == "two"
    assert not [path for path in back.rglob("*") if path.name.startswith(".")]


def test_the_options_say_what_a_file_is(
    jobsync: CommandLine, sync: ConvexSync, job: str, pages: Path
) -> None:
    """Role, name and who may see it; the answer is the asset."""
    words = ("--role", "input", "--name", "first.txt", "--public", "--jsonl")
    (line,) = jobsync("upload", job, "pages/one.txt", *words).out.splitlines()
    (asset,) = sync.list_assets(job)

    assert (asset.role, asset.filename, asset.public) == ("input", "first.txt", True)
    assert json.loads(line) == asset.model_dump(mode="json") | {"url": json.loads(line)["url"]}


def test_one_file_is_fetched_to_a_path(jobsync: CommandLine, job: str, pages: Path) -> None:
    """A folder that is there takes it under its name."""
    jobsync("upload", job, "pages")
    there = jobsync("download", job, "one.txt", "--to", "there/uno.txt")
    folder = jobsync("download", job, "one.txt", "--to", "there")

    assert (there.out, folder.out) == ("there/uno.txt\n", "there/one.txt\n")
    assert (jobsync.folder / "there" / "uno.txt").read_text() == "one"


def test_a_name_in_two_roles_is_asked_back(jobsync: CommandLine, job: str, pages: Path) -> None:
    """One file never takes the place of another."""
    for role in ("output", "preview"):
        jobsync("upload", job, "pages/one.txt", "--role", role)
    unclear = jobsync("download", job)
    clear = jobsync("download", job, "--role", "preview")

    assert (unclear.code, clear.code) == (2, 0)
    assert "--role" in unclear.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["pages", "nowhere.txt"], 1, "nowhere.txt does not exist"),
        (["pages", "--name", "all.txt"], 2, "--name"),
        (["pages/one.txt", "pages"], 2, "both be 'one.txt'"),
    ],
)
def test_of_files_that_cannot_all_be_sent_none_is(
    jobsync: CommandLine,
    sync: ConvexSync,
    job: str,
    pages: Path,
    words: list[str],
    code: int,
    said: str,
) -> None:
    """What is wrong is found before the first byte goes."""
    refused = jobsync("upload", job, *words)

    assert refused.code == code
    assert said in refused.err
    assert sync.list_assets(job) == []


def test_a_job_or_file_that_does_not_exist_is_4(
    jobsync: CommandLine, job: str, pages: Path
) -> None:
    """And nothing is left behind."""
    assert jobsync("upload", f"{job}-none", "pages").code == 4
    assert jobsync("download", f"{job}-none").code == 4
    assert jobsync("download", job, "none.txt", "--to", "folder").code == 4
    assert not (jobsync.folder / "folder").exists()


def test_bars_show_how_much_has_gone(jobsync: CommandLine, job: str) -> None:
    """In a terminal; at the end only the answer is left."""
    with (jobsync.folder / "large.bin").open("wb") as file:
        file.truncate(60_000_000)
    terminal = jobsync.in_terminal("upload", job, "large.bin")
    terminal.wait_for("/60.0 MB")

    assert terminal.end() == 0
    assert terminal.text.split() == ["large.bin", "60.0", "MB", "output"]


def test_ctrl_c_ends_an_upload_at_once(jobsync: CommandLine, sync: ConvexSync, job: str) -> None:
    """With 130 and a word on how it goes on; the job has no half file."""
    with (jobsync.folder / "large.bin").open("wb") as file:
        file.truncate(600_000_000)
    terminal = jobsync.in_terminal("upload", job, "large.bin")
    terminal.wait_for("/600.0 MB")
    terminal.process.send_signal(signal.SIGINT)

    assert terminal.end() == 130
    assert "The same command" in terminal.text
    assert sync.list_assets(job) == []
