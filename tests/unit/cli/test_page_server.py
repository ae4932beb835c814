"""What the server of the page answers."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest
import requests

from jobsync.cli._failure import CommandError
from jobsync.cli._page_server import PageServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEPLOYMENT = "https://happy-otter-123.convex.cloud"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lay out a page as the build does, with a file that is no part of it."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Grüße</title>", encoding="utf-8")
    (tmp_path / "assets" / "a1.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("secret")
    policy = {"content-security-policy": "connect-src {deployment} {socket}"}
    served = [
        {"path": "/", "file": "index.html", "headers": {"content-type": "text/html", **policy}},
        {
            "path": "/assets/a1.js",
            "file": "assets/a1.js",
            "headers": {"cache-control": "immutable"},
        },
    ]
    (tmp_path / "serving.json").write_text(json.dumps(served))
    return tmp_path


@pytest.fixture
def server(folder: Path) -> Iterator[PageServer]:
    """Run it for a deployment that is not there: the page's files need none."""
    with PageServer(folder, f"{DEPLOYMENT}/", 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_page_may_talk_to_its_deployment_and_to_nobody_else(server: PageServer) -> None:
    """By HTTP and by WebSocket, which the header names apart."""
    answer = requests.get(f"{server.address}/?x#token=a", timeout=10)
    assert answer.content.decode() == "<title>Grüße</title>"
    assert answer.headers["content-security-policy"] == (
        "connect-src https://happy-otter-123.convex.cloud wss://happy-otter-123.convex.cloud"
    )


def test_a_file_of_the_page_has_its_own_headers(server: PageServer) -> None:
    """And HEAD tells the same without sending it."""
    address = f"{server.address}/assets/a1.js"
    got, asked = requests.get(address, timeout=10), requests.head(address, timeout=10)
    assert (got.text, asked.text) == ("export {};", "")
    for answer in (got, asked):
        assert answer.headers["cache-control"] == "immutable"
        assert answer.headers["content-length"] == "10"


@pytest.mark.parametrize("path", ["/secret.txt", "/serving.json", "/assets/", "/%2e%2e/x", "//a"])
def test_nothing_else_is_served(server: PageServer, path: str) -> None:
    """Whatever lies in or around the folder."""
    assert requests.get(f"{server.address}{path}", timeout=10).status_code == 404


def test_it_listens_on_this_machine_alone(server: PageServer) -> None:
    """The link to it holds a token."""
    assert server.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_named_with_what_to_do(server: PageServer, folder: Path) -> None:
    """As `jobsync dev` says it."""
    port = server.server_address[1]
    with pytest.raises(CommandError, match=rf"port {port}: .*--port"):
        PageServer(folder, DEPLOYMENT, port)


@pytest.mark.parametrize("address", ["https://a;script-src *", "https://a,b", "https://*"])
def test_an_address_that_would_widen_the_policy_is_refused(folder: Path, address: str) -> None:
    """It becomes a part of a header."""
    with pytest.raises(CommandError, match="cannot be limited"):
        PageServer(folder, address, 0)
