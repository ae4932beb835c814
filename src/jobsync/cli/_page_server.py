"""Serves the page to this machine, for a deployment that is anywhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jobsync.cli._failure import CommandError

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class ServedFile:
    """A file of the page, with its headers for one deployment."""

    body: bytes
    headers: dict[str, str]


class PageServer(ThreadingHTTPServer):
    """Answers with the files of a built page, as the `serving.json` beside it says; no others.

    The page may talk to `deployment` and to nobody else.
    """

    daemon_threads = True

    def __init__(self, folder: Path, deployment: str, port: int) -> None:
        self.files = _load(folder, _origin(deployment))
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except OSError as error:
            raise CommandError(
                f"The page cannot be served on port {port}: {error.strerror}. "
                "Choose another with --port, or 0 for a free one."
            ) from None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.server_address[1]}"


def _origin(deployment: str) -> str:
    parts = urlsplit(deployment)
    # It becomes a part of a header's grammar.
    if any(character in parts.netloc for character in " ;,'\"*"):
        raise CommandError(f"The page cannot be limited to the address {deployment}.")
    return f"{parts.scheme}://{parts.netloc}"


def _load(folder: Path, origin: str) -> dict[str, ServedFile]:
    socket = origin.replace("http", "ws", 1)
    return {
        served["path"]: ServedFile(
            (folder / served["file"]).read_bytes(),
            {
                name: value.replace("{deployment}", origin).replace("{socket}", socket)
                for name, value in served["headers"].items()
            },
        )
        for served in json.loads((folder / "serving.json").read_text(encoding="utf-8"))
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PageServer

    def do_GET(self) -> None:
        """Send a file."""
        self.wfile.write(self._begin())

    def do_HEAD(self) -> None:
        """Send what comes before a file."""
        self._begin()

    def _begin(self) -> bytes:
        served = self.server.files.get(urlsplit(self.path).path)
        if served is None:
            self.send_error(404)
            return b""
        self.send_response(200)
        for name, value in served.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(served.body)))
        self.end_headers()
        return served.body

    def log_message(self, *_: object) -> None:
        """Keep the terminal free: what it shows is the link."""
