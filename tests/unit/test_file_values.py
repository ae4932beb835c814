"""Values that come back from files."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import DownloadError
from jobsync._file_values import FileValues
from jobsync._transports.http import HttpTransport
from jobsync._wire.values import decode
from tests.clocks import HeldClock

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = json.dumps({"$a": [1, "ü"]}).encode()


class Files:
    """A deployment that has one file, and counts how often it is fetched."""

    def __init__(self, status: int = 200) -> None:
        self.fetched = 0
        files = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                files.fetched += 1
                self.send_response(status)
                self.send_header("Content-Length", str(len(TEXT)))
                self.end_headers()
                self.wfile.write(TEXT)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._transport = HttpTransport(self.url, max_retries=0, clock=HeldClock())
        self.values = FileValues(self._transport)

    def marker(self, sha256: str = hashlib.sha256(TEXT).hexdigest()) -> dict[str, Any]:
        return {"%file": {"url": f"{self.url}/a", "bytes": len(TEXT), "sha256": sha256}}

    def close(self) -> None:
        self._transport.close()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def files() -> Iterator[Files]:
    """Return a deployment with a file."""
    with closing(Files()) as files:
        yield files


def test_values_take_the_place_of_their_files(files: Files) -> None:
    """In a job's own fields, in its payload's and in an event; the rest stays as it is."""
    record = {"result": files.marker(), "stage": "x", "payload": {"a": files.marker(), "b": 1}}
    value = {"$a": [1, "ü"]}

    assert decode(files.values.job(record)) == {
        "result": value,
        "stage": "x",
        "payload": {"a": value, "b": 1},
    }
    assert decode(files.values.event({"payload": files.marker()})) == {"payload": value}
    assert files.values.job(None) is None
    assert files.fetched == 1


def test_a_component_that_was_in_a_file_gets_the_urls_of_its_assets(files: Files) -> None:
    """Only the first of a name counts, and what is no public asset has none."""
    component = {"%json": json.dumps({"assets": {"a": 1, "b": 2}})}
    assets = [{"filename": "a", "url": "first"}, {"filename": "a", "url": "second"}]
    answer = files.values.read_public(lambda: {"component": component, "assets": assets})

    assert decode(answer["component"]) == {"assets": {"a": "first", "b": None}}


@pytest.mark.parametrize("sha256", ["0" * 64])
def test_a_file_that_is_another_is_asked_for_again_and_then_an_error(
    files: Files, sha256: str
) -> None:
    """A job may have got another value meanwhile; what is wrong twice stays wrong."""
    answers = [{"result": files.marker(sha256)}, {"result": files.marker()}]
    assert decode(files.values.read(lambda: answers.pop(0)))["result"] == {"$a": [1, "ü"]}
    with pytest.raises(DownloadError, match="not what was stored"):
        files.values.read(lambda: {"result": files.marker(sha256)})
    with pytest.raises(DownloadError, match="no longer stored"):
        files.values.job({"result": {"%file": {"url": None, "sha256": sha256}}})


def test_a_file_that_is_gone_is_an_error() -> None:
    """With what the deployment answered."""
    with closing(Files(status=404)) as files, pytest.raises(DownloadError):
        files.values.job({"result": files.marker()})
