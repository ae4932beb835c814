"""Getting files back."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from jobsync import AssetNotFoundError, DownloadError, InvalidFieldError
from tests import fakes
from tests.proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import Asset, ConvexSync
    from tests.conftest import Deployment

PART = 1 << 18
CONTENT = os.urandom(5 * PART + 1000)


@pytest.fixture
def job(sync: ConvexSync, job_id: str) -> str:
    """Return the id of a job that exists."""
    sync.upsert_job({"id": job_id, "status": "processing"})
    return job_id


@pytest.fixture(params=["whole", "in parts"])
def asset(request: pytest.FixtureRequest, sync: ConvexSync, job: str, tmp_path: Path) -> Asset:
    """Return a file of a job."""
    source = tmp_path / "source.bin"
    source.write_bytes(CONTENT)
    part_size = PART if request.param == "in parts" else 64 << 20
    return sync.upload_asset(job, source, filename="pages/big.bin", part_size=part_size)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


def test_a_file_comes_back_under_its_name(sync: ConvexSync, asset: Asset, folder: Path) -> None:
    """In a folder it gets the name that it has in the job; nothing else is left."""
    path = sync.download_asset(asset, to=folder)

    assert path == folder / "pages" / "big.bin"
    assert path.read_bytes() == CONTENT
    assert names(folder) == ["big.bin"]


def test_a_file_is_found_by_its_job_and_name(
    sync: ConvexSync, job: str, asset: Asset, folder: Path
) -> None:
    """And is saved under the name that is given."""
    path = sync.download_asset(job, filename=asset.filename, to=folder / "new.bin")

    assert path == folder / "new.bin"
    assert path.read_bytes() == CONTENT


def test_what_ends_in_a_slash_is_a_folder(sync: ConvexSync, asset: Asset, folder: Path) -> None:
    """A folder that is not there yet is made, and does not become the file."""
    path = sync.download_asset(asset, to=f"{folder}/new/")

    assert path == folder / "new" / asset.filename
    assert path.read_bytes() == CONTENT


def test_what_is_there_is_not_fetched_and_what_differs_is_replaced(
    deployment: Deployment, asset: Asset, folder: Path
) -> None:
    """The same call again costs no bytes, until the file is another."""
    path = folder / "a.bin"
    path.write_bytes(b"something else")
    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as watched:
        watched.download_asset(asset, to=path)
        assert path.read_bytes() == CONTENT
        sent = len(proxy.sent)
        watched.download_asset(asset, to=path)
        assert len(proxy.sent) == sent


def test_progress_is_told(sync: ConvexSync, asset: Asset, folder: Path) -> None:
    """From the first bytes to the last."""
    told: list[tuple[int, int]] = []
    sync.download_asset(asset, to=folder, on_progress=lambda *each: told.append(each))

    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [each for each, _ in told] == sorted(each for each, _ in told)


def test_a_download_that_breaks_off_goes_on(sync: ConvexSync, asset: Asset, folder: Path) -> None:
    """Until it is complete nothing has its name; then only what is missing is fetched."""
    path = folder / "a.bin"

    def stop(done: int, _: int) -> None:
        if done > PART:
            raise KeyError(done)

    with pytest.raises(KeyError):
        sync.download_asset(asset, to=path, on_progress=stop)
    assert not path.exists()
    (partial,) = folder.iterdir()
    have = partial.stat().st_size
    assert have > 0

    told: list[int] = []
    sync.download_asset(asset, to=path, on_progress=lambda done, _: told.append(done))
    assert told[0] >= min(have, PART)
    assert path.read_bytes() == CONTENT
    assert names(folder) == ["a.bin"]


def test_what_went_bad_on_disk_is_fetched_again(
    sync: ConvexSync, asset: Asset, folder: Path
) -> None:
    """What an earlier attempt left is only used if it has the right hash."""
    path = folder / "a.bin"
    path.with_name(f".a.bin.{asset.sha256[:16]}.partial").write_bytes(b"x" * (2 * PART))
    sync.download_asset(asset, to=path)

    assert path.read_bytes() == CONTENT


def test_cut_connections_are_gone_on_with(
    deployment: Deployment, sync: ConvexSync, asset: Asset, folder: Path
) -> None:
    """A download survives the loss of its connections."""
    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as shaky:
        proxy.cuts = 2
        path = shaky.download_asset(asset, to=folder / "a.bin")

    assert path.read_bytes() == CONTENT


KILLED = """
import os, signal, sys
from jobsync import ConvexSync

url, key, job_id, to = sys.argv[1:]

def tell(done, total):
    if done > total / 2:
        os.kill(os.getpid(), signal.SIGKILL)

ConvexSync(url, api_key=key).download_asset(
    job_id, filename="pages/big.bin", to=to, on_progress=tell)
"""


@fakes.processes
def test_a_killed_download_leaves_no_half_file(
    deployment: Deployment, sync: ConvexSync, job: str, asset: Asset, folder: Path
) -> None:
    """After kill -9 nothing has the name, and the same call completes it."""
    path = folder / "a.bin"
    args = [deployment.url, deployment.api_key, job, str(path)]
    assert subprocess.run([sys.executable, "-c", KILLED, *args], check=False).returncode < 0
    assert not path.exists()

    assert sync.download_asset(asset, to=path).read_bytes() == CONTENT
    assert names(folder) == ["a.bin"]


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "a\\b", "a//b", "link/a"])
def test_a_name_cannot_lead_out_of_the_folder(
    sync: ConvexSync, asset: Asset, folder: Path, name: str
) -> None:
    """Whatever a deployment says that a file is called."""
    (folder / "link").symlink_to(folder.parent)
    with pytest.raises(DownloadError, match="leads out of"):
        sync.download_asset(asset.model_copy(update={"filename": name}), to=folder)

    assert names(folder) == []


def test_a_file_with_another_hash_is_no_file(sync: ConvexSync, asset: Asset, folder: Path) -> None:
    """What is not what it should be never gets the name."""
    other = asset.model_copy(update={"sha256": "0" * 64})
    with pytest.raises(DownloadError, match="upload it again"):
        sync.download_asset(other, to=folder / "a.bin")

    assert not (folder / "a.bin").exists()


def test_a_file_that_is_gone(sync: ConvexSync, job: str, asset: Asset, folder: Path) -> None:
    """A replaced file cannot be fetched by what was known of it; the error says so."""
    (folder / "new").write_bytes(b"new")
    sync.upload_asset(job, folder / "new", filename=asset.filename)
    with pytest.raises(DownloadError):
        sync.download_asset(asset, to=folder / "a.bin")
    assert not (folder / "a.bin").exists()


def test_a_name_that_the_job_does_not_have(sync: ConvexSync, job: str, folder: Path) -> None:
    """Is not found; and a job alone does not say which file is meant."""
    with pytest.raises(AssetNotFoundError, match=r"no.such"):
        sync.download_asset(job, filename="no.such", to=folder)
    with pytest.raises(InvalidFieldError, match="filename"):
        sync.download_asset(job, to=folder)


def test_a_folder_that_cannot_be_written(sync: ConvexSync, asset: Asset, folder: Path) -> None:
    """The error names the path and says why."""
    (folder / "file").write_bytes(b"")
    with pytest.raises(DownloadError, match=r"cannot be written: File exists"):
        sync.download_asset(asset, to=folder / "file" / "a.bin")
