"""Files on their way out."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from jobsync import (
    FileChangedError,
    FileIsFolderError,
    FileMissingError,
    FileUnreadableError,
    FileVanishedError,
)
from jobsync._uploads import CHUNK, FileBody, guess_type, open_file

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"0123456789" * 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file with some content."""
    path = tmp_path / "a.png"
    path.write_bytes(CONTENT)
    return path


def test_a_file_is_hashed_and_sent_in_pieces(path: Path) -> None:
    """The hash is of the bytes that go out, and what has gone out is counted."""
    counts: list[int] = []
    with open_file(path) as file:
        body = FileBody(file.slice(), counts.append)
        assert sent(body) == sent(body) == CONTENT
        assert (len(CONTENT), len(CONTENT)) == (file.size, len(body))
        assert sum(counts) == 2 * len(CONTENT)
        assert hashlib.sha256(CONTENT).hexdigest() == file.sha256
        file.check_still_there()


def test_a_slice_is_read_by_itself(path: Path) -> None:
    """Parts of a file can be hashed and sent in any order, also at the same time."""
    with open_file(path) as file:
        one, other = file.slice(0, 10).chunks(), file.slice(4, 3).chunks()
        assert (bytes(next(one)), bytes(next(other))) == (CONTENT[:10], b"456")
        seen: list[bytes] = []
        hash_of_slice = file.slice(7, 2).sha256(lambda chunk: seen.append(bytes(chunk)))
        assert (hash_of_slice, seen) == (hashlib.sha256(b"78").hexdigest(), [b"78"])


def sent(body: FileBody) -> bytes:
    return b"".join(map(bytes, body))


def test_a_large_file_is_never_in_memory(tmp_path: Path) -> None:
    """A sparse file larger than many chunks is hashed piece by piece."""
    path = tmp_path / "sparse"
    with path.open("wb") as stream:
        stream.truncate(64 * CHUNK)

    with open_file(path) as file:
        assert file.size == 64 * CHUNK
        assert hashlib.sha256(bytes(64 * CHUNK)).hexdigest() == file.sha256


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.png", "image/png"), ("t.json", "application/json"), ("x", "application/octet-stream")],
)
def test_the_type_is_guessed_from_the_name(name: str, kind: str) -> None:
    """A name that says nothing is bytes."""
    assert kind == guess_type(name)


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    """Nothing in it is no error."""
    (tmp_path / "empty").touch()

    with open_file(tmp_path / "empty") as file:
        assert (file.size, list(file.slice().chunks())) == (0, [])


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    """The error names the path."""
    with (
        pytest.raises(FileMissingError, match="does not exist"),
        open_file(tmp_path / "no.png"),
    ):
        pass


def test_a_folder(tmp_path: Path) -> None:
    """A folder is told from a file."""
    with pytest.raises(FileIsFolderError, match="is a folder"), open_file(tmp_path):
        pass


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """What is not a regular file is refused at once."""
    os.mkfifo(tmp_path / "pipe")

    with (
        pytest.raises(FileUnreadableError, match="not a regular file"),
        open_file(tmp_path / "pipe"),
    ):
        pass


def test_a_path_that_leads_nowhere(path: Path) -> None:
    """A path through a file cannot be opened, and the reason is given."""
    with pytest.raises(FileUnreadableError, match="Not a directory"), open_file(path / "b"):
        pass


@pytest.mark.parametrize("content", [CONTENT + b"more", CONTENT[:-1], b"x" * len(CONTENT)])
def test_a_file_that_changes_while_it_is_sent(path: Path, content: bytes) -> None:
    """Growing, shrinking and being written over are noticed while the bytes go out."""
    with open_file(path) as file:
        chunks = file.slice(0, 10).chunks()
        next(chunks)
        chunks = file.slice(10, 10).chunks()
        later = path.stat().st_mtime_ns + 1_000_000
        with path.open("r+b") as stream:
            stream.write(content)
            stream.truncate(len(content))
        os.utime(path, ns=(later, later))
        with pytest.raises(FileChangedError, match="changed while it was read"):
            next(chunks)


def test_a_file_that_vanishes(path: Path) -> None:
    """A file that is removed while it goes up is not registered."""
    with open_file(path) as file:
        path.unlink()
        with pytest.raises(FileVanishedError, match="was removed"):
            file.check_still_there()


def test_a_file_that_is_replaced(path: Path) -> None:
    """Another file at the same path is another file."""
    with open_file(path) as file:
        other = path.with_name("other")
        other.write_bytes(CONTENT)
        other.replace(path)
        with pytest.raises(FileVanishedError, match="replaced"):
            file.check_still_there()
