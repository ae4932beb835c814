"""A file that waits."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from jobsync import (
    FileChangedError,
    FileIsFolderError,
    FileMissingError,
    FileUnreadableError,
)
from jobsync.outbox.pending_file import PendingFile, file_state, pending


def given(path: Path, **options: object) -> PendingFile:
    size, mtime_ns = file_state(str(path))
    return PendingFile("a", str(path), size, mtime_ns, "output", "f", **options)  # type: ignore[arg-type]


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    """By another process, later."""
    path = tmp_path / "f"
    path.write_text("x")
    file = given(path, sha256="0" * 64, public=True)
    row = file.to_row()

    assert (row.job, row.kind) == ("a", "upload")
    assert PendingFile.from_row(json.loads(row.body)) == file


def test_a_file_that_changed_is_not_what_was_given(tmp_path: Path) -> None:
    """Unless whatever is there is wanted."""
    path = tmp_path / "f"
    path.write_text("x")
    file, any_content = given(path), given(path, if_changed="upload")
    file.check()
    path.write_text("more")
    with pytest.raises(FileChangedError, match=r"had 1 bytes and has 4.*if_changed"):
        file.check()
    any_content.check()


def test_the_same_size_at_another_time_is_a_change(tmp_path: Path) -> None:
    """It was written again."""
    path = tmp_path / "f"
    path.write_text("x")
    file = given(path)
    os.utime(path, ns=(1, 1))
    with pytest.raises(FileChangedError):
        file.check()


def test_a_file_that_is_gone_is_missed(tmp_path: Path) -> None:
    """The reason names it."""
    with pytest.raises(FileMissingError, match="gone"):
        file_state(str(tmp_path / "gone"))


def test_a_path_means_the_same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that sends it may run in another folder."""
    monkeypatch.chdir(tmp_path)
    Path("f").touch()
    options = {"role": "log", "filename": None, "content_type": None, "public": None}
    file = pending("a", "f", if_changed="park", **options)

    assert Path(file.path) == tmp_path / "f"
    assert file.filename == "f"


def test_what_is_no_file_cannot_wait(tmp_path: Path) -> None:
    """The error comes where it is given."""
    with pytest.raises(FileIsFolderError, match="one by one"):
        file_state(str(tmp_path))
    with pytest.raises(FileUnreadableError, match="not a regular file"):
        file_state("/dev/null")
