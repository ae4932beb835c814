"""Files that go up in parts."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tracemalloc
from typing import TYPE_CHECKING

import pytest
import requests

from jobsync import FileChangedError, InvalidFieldError
from tests import fakes
from tests.proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import Asset, ConvexSync
    from tests.conftest import Deployment

PART = 1 << 18
SIZE = 5 * PART + 1000


@pytest.fixture
def job(sync: ConvexSync, job_id: str) -> str:
    """Return the id of a job that exists."""
    sync.upsert_job({"id": job_id, "status": "processing"})
    return job_id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file of six parts."""
    path = tmp_path / "big.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


def content(asset: Asset) -> bytes:
    """Return the bytes of an asset, as somebody would who only has its URLs."""
    pieces = asset.parts or [asset]
    answers = [requests.get(str(piece.url), timeout=15) for piece in pieces]
    return b"".join(answer.content for answer in answers if answer.ok)


def test_a_file_goes_up_in_parts(sync: ConvexSync, job: str, path: Path) -> None:
    """Each part has its size and hash, and together they are the file."""
    asset = sync.upload_asset(job, path, part_size=PART)

    assert asset.parts is not None
    assert [part.bytes for part in asset.parts] == [PART] * 5 + [1000]
    assert content(asset) == path.read_bytes()
    assert (asset.bytes, asset.part_count, asset.url) == (SIZE, 6, None)
    assert asset.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sync.list_assets(job) == [asset]


@pytest.mark.parametrize(("size", "parts"), [(PART, None), (PART + 1, 2), (2 * PART, 2)])
def test_only_a_file_over_the_part_size_has_parts(
    sync: ConvexSync, job: str, path: Path, size: int, parts: int | None
) -> None:
    """A file of exactly that size goes as a whole, and no part is empty."""
    path.write_bytes(os.urandom(size))

    assert sync.upload_asset(job, path, part_size=PART).part_count == parts


def test_an_unchanged_file_is_not_sent(
    deployment: Deployment, sync: ConvexSync, job: str, path: Path
) -> None:
    """Nor are the unchanged parts of one that has grown or changed somewhere."""
    first = sync.upload_asset(job, path, part_size=PART)
    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as watched:
        assert watched.upload_asset(job, path, part_size=PART) == first
        assert len(proxy.sent) < 5_000
        changed = bytearray(path.read_bytes() + os.urandom(50_000))
        changed[PART + 5] ^= 1
        path.write_bytes(changed)
        second = watched.upload_asset(job, path, part_size=PART)
        sent = len(proxy.sent)

    assert PART + 51_000 < sent < PART + 90_000
    assert content(second) == bytes(changed)


def test_progress_is_told(sync: ConvexSync, job: str, path: Path) -> None:
    """The bytes that are done only grow, up to all of them, also where nothing has to be sent."""
    told: list[tuple[int, int]] = []
    sync.upload_asset(job, path, part_size=PART, on_progress=lambda *each: told.append(each))
    done = [each for each, _ in told]

    assert done == sorted(done)
    assert told[-1] == (SIZE, SIZE)
    told.clear()
    sync.upload_asset(job, path, part_size=PART, on_progress=lambda *each: told.append(each))
    assert told == [(SIZE, SIZE)]


def test_a_bar_is_shown_when_asked(
    sync: ConvexSync, job: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the file; without being asked nothing is printed."""
    sync.upload_asset(job, path, filename="quiet.bin", part_size=PART)
    assert capsys.readouterr().out == ""
    sync.upload_asset(job, path, part_size=PART, on_progress="bar")
    assert "big.bin" in capsys.readouterr().out


def test_what_a_listener_raises_ends_the_upload(sync: ConvexSync, job: str, path: Path) -> None:
    """So that a program can stop one; what was sent is not sent again."""

    def stop(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyError(done)

    with pytest.raises(KeyError):
        sync.upload_asset(job, path, part_size=PART, on_progress=stop)
    assert sync.list_assets(job) == []
    assert content(sync.upload_asset(job, path, part_size=PART)) == path.read_bytes()


def test_lost_answers_cost_only_their_parts(
    deployment: Deployment, sync: ConvexSync, job: str, path: Path
) -> None:
    """A part whose answer is lost is sent once more, with a fresh URL, and the others are not."""
    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as shaky:
        proxy.cuts = 3
        asset = shaky.upload_asset(job, path, part_size=PART)
        assert len(proxy.sent) < SIZE + 4 * PART

    assert content(asset) == path.read_bytes()
    assert sync.list_assets(job) == [asset]


KILLED = """
import os, signal, sys
from jobsync import ConvexSync

url, key, job_id, path, size, kill_at = sys.argv[1:]

def tell(done, total):
    if done >= int(kill_at):
        os.kill(os.getpid(), signal.SIGKILL)

ConvexSync(url, api_key=key).upload_asset(job_id, path, part_size=int(size), on_progress=tell)
"""


@fakes.processes
def test_a_killed_upload_goes_on_where_it_was(
    deployment: Deployment, sync: ConvexSync, job: str, path: Path
) -> None:
    """After kill -9 the same call sends only the parts that had not arrived."""
    size = 40 << 20
    part = 2 << 20
    with path.open("wb") as stream:
        stream.truncate(size)
    args = [deployment.url, deployment.api_key, job, str(path), str(part), str(size * 9 // 10)]
    killed = subprocess.run([sys.executable, "-c", KILLED, *args], check=False)
    assert killed.returncode < 0
    assert sync.list_assets(job) == []

    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as watched:
        asset = watched.upload_asset(job, path, part_size=part)
        sent = len(proxy.sent)

    assert asset.sha256 == hashlib.sha256(bytes(size)).hexdigest()
    assert sent < size * 6 // 10


def test_a_file_that_changes_between_its_parts_is_not_stored(
    sync: ConvexSync, job: str, path: Path
) -> None:
    """What would be half of one content and half of another is an error, and no row is left."""

    def meddle(*_: int) -> None:
        with path.open("ab") as stream:
            stream.write(b"more")

    with pytest.raises(FileChangedError):
        sync.upload_asset(job, path, part_size=PART, on_progress=meddle)
    assert sync.list_assets(job) == []


@fakes.in_memory
def test_memory_does_not_grow_with_the_file(sync: ConvexSync, job: str, path: Path) -> None:
    """A hundred megabytes go up in parts through a few of memory."""
    with path.open("wb") as stream:
        stream.truncate(100 << 20)
    tracemalloc.start()
    sync.upload_asset(job, path, part_size=16 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 16 << 20


@pytest.mark.parametrize(
    ("part_size", "said"), [(0, "at least 1"), (1.5, "whole number"), (10, "pass 328 or more")]
)
def test_a_part_size_that_cannot_be_is_refused(
    sync: ConvexSync, job: str, path: Path, part_size: int, said: str
) -> None:
    """The error names the field, and a size that would do."""
    with pytest.raises(InvalidFieldError, match=said) as caught:
        sync.upload_asset(job, path, part_size=part_size)
    assert caught.value.field == "part_size"
