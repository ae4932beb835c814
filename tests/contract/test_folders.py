"""Many files at once: a folder of them, or each under a name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from jobsync import FileMissingError, InvalidFieldError
from tests.proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import ConvexSync
    from tests.conftest import Deployment

NAMES = [f"pages/{number}.txt" for number in range(30)] + ["a.png", "deep/er/b.bin"]
PART = 1 << 18


@pytest.fixture
def job(sync: ConvexSync, job_id: str) -> str:
    """Return the id of a job that exists."""
    sync.upsert_job({"id": job_id, "status": "processing"})
    return job_id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with files, one of them for parts."""
    folder = tmp_path / "out"
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.urandom(3 * PART if name == "a.png" else 100))
    return folder


def test_a_folder_comes_back_as_it_was(
    sync: ConvexSync, job: str, folder: Path, tmp_path: Path
) -> None:
    """Each file has its path in the folder as its name, and its bytes."""
    (folder / "deep" / "large.bin").write_bytes(os.urandom(2 * PART))
    names = [*NAMES, "deep/large.bin"]
    told: list[tuple[int, int]] = []
    assets = sync.upload_folder(
        job, folder, part_size=PART, on_progress=lambda *each: told.append(each)
    )

    assert [asset.filename for asset in assets] == sorted(names)
    assert sync.list_assets(job) == assets
    total = sum((folder / name).stat().st_size for name in names)
    assert told[-1] == (total, total)
    (tmp_path / "back").mkdir()
    for asset in assets:
        path = sync.download_asset(asset, to=tmp_path / "back")
        assert path.read_bytes() == (folder / asset.filename).read_bytes()


def test_many_small_files_take_few_calls(deployment: Deployment, job: str, folder: Path) -> None:
    """One for all places and one for all rows; a second time only what has changed is sent."""
    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as watched:
        watched.upload_folder(job, folder / "pages")
        assert proxy.sent.count(b"POST /api/mutation") == 2
        assert proxy.sent.count(b"POST /api/storage/upload") == 30
        proxy.sent.clear()
        (folder / "pages" / "7.txt").write_bytes(b"new")
        watched.upload_folder(job, folder / "pages")
        assert proxy.sent.count(b"POST /api/mutation") == 2
        assert proxy.sent.count(b"POST /api/storage/upload") == 1


def test_a_pattern_and_a_role_choose(sync: ConvexSync, job: str, folder: Path) -> None:
    """What does not match is left out; the role says who may see the files."""
    assets = sync.upload_folder(job, folder, pattern="*/*.txt", role="trace")

    assert {asset.role for asset in assets} == {"trace"}
    assert not any(asset.public for asset in assets)
    assert len(assets) == 30


def test_lost_answers_cost_no_file(
    deployment: Deployment, sync: ConvexSync, job: str, folder: Path
) -> None:
    """Each file is there once, whatever was lost."""
    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as shaky:
        proxy.cuts = 3
        shaky.upload_folder(job, folder)

    assert [asset.filename for asset in sync.list_assets(job)] == sorted(NAMES)


def test_what_cannot_be_uploaded_is_told_and_leaves_the_rest(
    sync: ConvexSync, job: str, folder: Path, tmp_path: Path
) -> None:
    """A name that a job cannot have is refused before anything is sent."""
    with pytest.raises(FileMissingError):
        sync.upload_folder(job, tmp_path / "missing")
    with pytest.raises(InvalidFieldError, match="pattern"):
        sync.upload_folder(job, folder, pattern="../**/*")
    (folder / "bad\\name").touch()
    with pytest.raises(InvalidFieldError, match="filename"):
        sync.upload_folder(job, folder)
    assert sync.list_assets(job) == []


def test_files_from_anywhere_get_the_names_that_they_are_given(
    deployment: Deployment, job: str, folder: Path, tmp_path: Path
) -> None:
    """In as few calls as those of a folder; a path that is none is told before anything is sent."""
    other = tmp_path / "other.txt"
    other.write_bytes(b"other")
    files = {"first.txt": folder / "pages" / "0.txt", "more/second.txt": str(other)}
    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as watched:
        with pytest.raises(FileMissingError):
            watched.upload_files(job, {**files, "third.txt": tmp_path / "missing"})
        assert not proxy.sent
        assets = watched.upload_files(job, files, role="trace")
        assert proxy.sent.count(b"POST /api/mutation") == 2

        assert [asset.filename for asset in assets] == list(files)
        back = watched.download_asset(assets[1], to=tmp_path / "back/")
        assert back.read_bytes() == b"other"


def test_an_empty_folder_is_no_error(sync: ConvexSync, job: str, tmp_path: Path) -> None:
    """There is nothing to store."""
    assert sync.upload_folder(job, tmp_path) == []
