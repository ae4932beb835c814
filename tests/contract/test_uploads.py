"""Files of a job."""

from __future__ import annotations

import hashlib
import os
import threading
import tracemalloc
from typing import TYPE_CHECKING

import pytest
import requests

from jobsync import (
    FileChangedError,
    FileIsFolderError,
    FileMissingError,
    FileVanishedError,
    InvalidFieldError,
    JobNotFoundError,
)
from tests import fakes
from tests.proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import Asset, ConvexSync
    from tests.conftest import Deployment


@pytest.fixture
def job(sync: ConvexSync, job_id: str) -> str:
    """Return the id of a job that exists."""
    sync.upsert_job({"id": job_id, "status": "processing"})
    return job_id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a picture, as far as its name goes."""
    path = tmp_path / "out put ü.png"
    path.write_bytes(os.urandom(200_000))
    return path


def download(asset: Asset) -> requests.Response:
    assert asset.url is not None
    answer = requests.get(asset.url, timeout=15)
    answer.raise_for_status()
    return answer


def test_the_bytes_that_come_back_are_those_that_went_up(
    sync: ConvexSync, job: str, path: Path
) -> None:
    """Hash, size, content type, name and role are right, in the answer and in the list."""
    asset = sync.upload_asset(job, path)
    answer = download(asset)

    assert hashlib.sha256(answer.content).hexdigest() == asset.sha256
    assert answer.content == path.read_bytes()
    assert answer.headers["Content-Type"] == "image/png"
    assert (asset.role, asset.filename, asset.content_type, asset.bytes, asset.public) == (
        "output",
        path.name,
        "image/png",
        200_000,
        True,
    )
    assert sync.list_assets(job) == [asset]


@pytest.mark.parametrize(
    ("name", "content_type", "stored"),
    [
        ("trace.json", None, "application/json"),
        ("noext", None, "application/octet-stream"),
        ("a.png", "application/x-odd", "application/x-odd"),
    ],
)
def test_the_content_type_is_guessed_or_given(
    sync: ConvexSync, job: str, tmp_path: Path, name: str, content_type: str | None, stored: str
) -> None:
    """A browser shows the file as what it is."""
    (tmp_path / name).write_text("{}")
    asset = sync.upload_asset(job, tmp_path / name, content_type=content_type)

    assert asset.content_type == stored
    assert download(asset).headers["Content-Type"] == stored


def test_an_empty_file_is_a_file(sync: ConvexSync, job: str, tmp_path: Path) -> None:
    """Nothing in it is no error."""
    (tmp_path / "empty.txt").touch()
    asset = sync.upload_asset(job, tmp_path / "empty.txt")

    assert (asset.bytes, download(asset).content) == (0, b"")


@fakes.in_memory
def test_a_large_file_streams(sync: ConvexSync, job: str, tmp_path: Path) -> None:
    """Sixty megabytes go up through a few of memory, and come back."""
    path = tmp_path / "large.bin"
    with path.open("wb") as stream:
        for _ in range(60):
            stream.write(os.urandom(1 << 20))
    tracemalloc.start()
    asset = sync.upload_asset(job, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8 << 20
    assert asset.bytes == 60 << 20
    assert hashlib.sha256(download(asset).content).hexdigest() == asset.sha256


def test_what_is_there_is_not_sent_again(deployment: Deployment, job: str, path: Path) -> None:
    """The same bytes under the same role and name cost a question, not an upload."""
    with Proxy(deployment.url) as proxy, deployment.sync() as sync:
        first = sync.upload_asset(job, path)
        with deployment.sync(session=proxy.session()) as watched:
            second = watched.upload_asset(job, path)
        assert len(proxy.sent) < 5_000

    assert second.storage_id == first.storage_id


def test_what_is_there_may_be_hidden(sync: ConvexSync, job: str, path: Path) -> None:
    """Uploading again with another word on who may see it changes that, and keeps the file."""
    first = sync.upload_asset(job, path)
    hidden = sync.upload_asset(job, path, public=False)

    assert (hidden.public, hidden.storage_id) == (False, first.storage_id)
    assert sync.list_assets(job) == [hidden]
    download(hidden)


def test_another_content_replaces_the_file(sync: ConvexSync, job: str, path: Path) -> None:
    """The same role and name has one file, the last; the bytes of the first are gone."""
    first = sync.upload_asset(job, path)
    path.write_bytes(b"new")
    second = sync.upload_asset(job, path)

    assert sync.list_assets(job) == [second]
    assert download(second).content == b"new"
    assert first.url is not None
    assert requests.get(first.url, timeout=15).status_code == 404


def test_role_and_name_tell_files_apart(sync: ConvexSync, job: str, path: Path) -> None:
    """One file may be there in several roles and under several names; roles decide who sees it."""
    assets = [
        sync.upload_asset(job, path),
        sync.upload_asset(job, path, role="mask"),
        sync.upload_asset(job, path, role="debug"),
        sync.upload_asset(job, path, role="debug", filename="other.png"),
    ]

    assert len({asset.storage_id for asset in assets}) == 4
    assert [asset.public for asset in assets] == [True, True, False, False]
    public = sync.fetch_public(job)
    assert public is not None
    assert sorted(asset.role for asset in public.assets) == ["mask", "output"]


def test_a_file_that_cannot_be_read_leaves_nothing(
    sync: ConvexSync, job: str, tmp_path: Path
) -> None:
    """A missing file and a folder have their own errors."""
    with pytest.raises(FileMissingError):
        sync.upload_asset(job, tmp_path / "missing.png")
    with pytest.raises(FileIsFolderError):
        sync.upload_asset(job, tmp_path)

    assert sync.list_assets(job) == []


def test_a_file_needs_its_job(sync: ConvexSync, job_id: str, path: Path) -> None:
    """Nothing is uploaded for a job that does not exist."""
    with pytest.raises(JobNotFoundError):
        sync.upload_asset(job_id, path)


@pytest.mark.parametrize(
    ("options", "field"),
    [({"role": ""}, "role"), ({"filename": "../b"}, "filename"), ({"filename": ""}, "filename")],
)
def test_a_bad_name_is_refused_before_the_upload(
    sync: ConvexSync, job: str, path: Path, options: dict[str, str], field: str
) -> None:
    """The error names the field."""
    with pytest.raises(InvalidFieldError, match=field):
        sync.upload_asset(job, path, **options)  # type: ignore[arg-type]

    assert sync.list_assets(job) == []


class Meddler:
    """Does something to a file as soon as its upload is on the way."""

    def __init__(self, proxy: Proxy, act: object) -> None:
        self._proxy = proxy
        self._act = act
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self._proxy.held.wait()
        self._act()  # type: ignore[operator]
        self._proxy.release.set()

    def join(self) -> None:
        self._thread.join()


@pytest.mark.parametrize("what", ["grows", "is written over", "vanishes", "is replaced"])
def test_a_file_that_does_not_hold_still(
    deployment: Deployment, sync: ConvexSync, job: str, tmp_path: Path, what: str
) -> None:
    """A file that changes or goes while it is sent is an error, and no row is left."""
    path = tmp_path / "moving.bin"
    path.write_bytes(os.urandom(30 << 20))

    def act() -> None:
        if what == "grows":
            with path.open("ab") as stream:
                stream.write(b"more")
        elif what == "is written over":
            with path.open("r+b") as stream:
                stream.write(b"other")
        elif what == "vanishes":
            path.unlink()
        else:
            (tmp_path / "new").write_bytes(b"new")
            (tmp_path / "new").replace(path)

    with Proxy(deployment.url, hold_after=1 << 20) as proxy:
        meddler = Meddler(proxy, act)
        with (
            deployment.sync(session=proxy.session()) as client,
            pytest.raises((FileChangedError, FileVanishedError)),
        ):
            client.upload_asset(job, path)
        meddler.join()

    assert sync.list_assets(job) == []
