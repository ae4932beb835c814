"""Servers that behave as they are told, on real sockets: for what a good deployment never does."""

from __future__ import annotations

import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import Self


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass(frozen=True)
class Reset:
    """The connection is reset where the answer should come."""


@dataclass(frozen=True)
class Hang:
    """Nothing comes, until the server is stopped."""


@dataclass(frozen=True)
class Request:
    """What arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def success(value: Any) -> Answer:
    """Answer as a function that returned a value."""
    return Answer(json.dumps({"status": "success", "value": value}).encode())


def refusal(code: str, **data: Any) -> Answer:
    """Answer as a function that threw a ConvexError of this code."""
    error = {"code": code, "message": f"refused: {code}", **data}
    body = {"status": "error", "errorMessage": "Server Error", "errorData": error}
    return Answer(json.dumps(body).encode())


FAILURE = Answer(json.dumps({"status": "error", "errorMessage": "Server Error"}).encode())


class ScriptedServer:
    """Answers one request after the other from a script, the last line again and again."""

    def __init__(self, *script: Answer | Reset | Hang) -> None:
        self.requests: list[Request] = []
        self._script = list(script)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def stop(self) -> None:
        self._stopped.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _next(self, request: Request) -> Answer | Reset | Hang:
        with self._lock:
            self.requests.append(request)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.perform(server._next(Request(self.path, dict(self.headers), body)))

            def perform(self, step: Answer | Reset | Hang) -> None:
                if isinstance(step, Answer):
                    self.answer(step)
                    return
                self.close_connection = True
                if isinstance(step, Hang):
                    server._stopped.wait()
                reset(self.connection)

            def answer(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for name, value in {
                    "Content-Length": str(len(answer.body)),
                    **answer.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                # Whoever was promised more than there is has to see the end.
                self.close_connection = "Content-Length" in answer.headers
                self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler


def reset(connection: socket.socket) -> None:
    """Make the other side see a reset, not an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # A thread that still reads from it would hold the closing back.
    connection.shutdown(socket.SHUT_RD)
    connection.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
