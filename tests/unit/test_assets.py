"""The steps of an upload, with a deployment that answers as it is told."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import (
    Asset,
    ConnectionFailedError,
    FileChangedError,
    UnexpectedResponseError,
    UploadError,
)
from jobsync._assets import AssetUpload, Wanted
from jobsync._backend import Backend
from jobsync._deliver import Delivery
from jobsync._sending import Sender
from jobsync._spill import Spill
from jobsync._tokens import GivenToken
from jobsync._transports.http import HttpTransport
from tests.clocks import HeldClock
from tests.servers import Answer, Reset, ScriptedServer, success

if TYPE_CHECKING:
    from pathlib import Path

ASSET = {
    "jobId": "a",
    "role": "output",
    "filename": "a.txt",
    "storageId": "s1",
    "url": None,
    "contentType": "text/plain",
    "bytes": 1,
    "sha256": "00",
    "public": True,
    "createdAt": 0,
}
PRESENT = success({"targets": [{"kind": "present", "asset": ASSET}]})
STORED = Answer(b'{"storageId": "s1"}')
REGISTERED = success(
    {"protocol": 1, "receipts": [{"seq": 1, "outcome": "applied", "asset": ASSET}]}
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a small file."""
    path = tmp_path / "a.txt"
    path.write_text("x")
    return path


class Deployment:
    """Answers as told, and fills its own address into upload URLs."""

    def __init__(self, *script: Answer | Reset) -> None:
        self.server = ScriptedServer(*script)

    def upload(self, path: Path, public: bool | None = None) -> Asset:
        clock = HeldClock()
        with closing(HttpTransport(self.server.url, max_retries=2, clock=clock)) as transport:
            backend = Backend(transport, GivenToken("t"))
            sender = Sender(backend, 60.0, clock)
            assets = AssetUpload(sender, Delivery(backend, Spill(sender)))
            return assets.upload(path, Wanted("a", "output", "a.txt", public=public))

    def paths(self) -> list[str]:
        return [
            request.path if request.path.startswith("/up") else request.json["path"]
            for request in self.server.requests
        ]


def run(script: list[Any], path: Path, **options: Any) -> tuple[Asset, list[str]]:
    """Upload through a script in which a number stands for a target of its own."""
    deployment = Deployment(STORED)
    targets = {
        n: success({"targets": [{"kind": "upload", "url": f"{deployment.server.url}/up{n}"}]})
        for n in range(1, 4)
    }
    deployment.server._script = [
        targets[step] if isinstance(step, int) else step for step in script
    ]
    try:
        return deployment.upload(path, **options), deployment.paths()
    finally:
        deployment.server.stop()


def test_a_file_is_asked_for_sent_and_registered(path: Path) -> None:
    """Three calls, in this order."""
    asset, paths = run([1, STORED, REGISTERED], path)

    assert asset.storage_id == "s1"
    assert paths == ["assets:generateUploadUrl", "/up1", "ingest:apply"]


def test_a_file_that_is_there_costs_one_call(path: Path) -> None:
    """Nothing is sent, nothing registered."""
    asset, paths = run([PRESENT], path)

    assert asset.storage_id == "s1"
    assert paths == ["assets:generateUploadUrl"]


def test_a_file_that_is_there_but_is_to_be_hidden_is_registered_anew(path: Path) -> None:
    """Only who may see it changes, so nothing is sent."""
    _, paths = run([PRESENT, REGISTERED], path, public=False)

    assert paths == ["assets:generateUploadUrl", "ingest:apply"]


@pytest.mark.parametrize(
    "stumble",
    [Reset(), Answer(b"{}", 503), Answer(b'{"code": "StorageTokenExpired"}', 401)],
    ids=["reset", "busy", "expired"],
)
def test_each_attempt_has_a_fresh_url(path: Path, stumble: Answer | Reset) -> None:
    """A URL that failed is not used again."""
    _, paths = run([1, stumble, 2, stumble, 3, STORED, REGISTERED], path)

    assert [each for each in paths if each.startswith("/up")] == ["/up1", "/up2", "/up3"]


def test_retries_do_not_multiply(path: Path) -> None:
    """Asking for a place is retried like any call, and not once more for each attempt to send."""
    deployment = Deployment(Reset())
    try:
        with pytest.raises(ConnectionFailedError):
            deployment.upload(path)
        assert deployment.paths() == ["assets:generateUploadUrl"] * 3
    finally:
        deployment.server.stop()


def test_attempts_end(path: Path) -> None:
    """After the last chance the last error is raised."""
    with pytest.raises(ConnectionFailedError):
        run([1, Reset(), 2, Reset(), 3, Reset()], path)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(b'{"code": "Sha256Mismatch"}', 400), FileChangedError),
        (Answer(b'{"code": "BadHeader"}', 400), UploadError),
        (Answer(b"<html>"), UnexpectedResponseError),
    ],
)
def test_a_file_that_is_refused_is_not_sent_again(
    path: Path, answer: Answer, kind: type[Exception]
) -> None:
    """What is wrong for good is raised at once."""
    with pytest.raises(kind):
        run([1, answer], path)


@pytest.mark.parametrize("answer", [success(None), success({}), success({"targets": []})])
def test_an_answer_without_a_target_is_unexpected(path: Path, answer: Answer) -> None:
    """A place for the file is what was asked for."""
    with pytest.raises(UnexpectedResponseError, match="no place"):
        run([answer], path)
