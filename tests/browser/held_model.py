"""The model that the example's app asks, played by a test: questions wait for their answers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

GUARD = 60.0


@dataclass(frozen=True)
class Answer:
    """What the model says, or how it fails."""

    body: str
    status: int = 200


class HeldModel:
    """A server with a queue of answers for each of its paths."""

    def __init__(self, *parts: str) -> None:
        self._answers: dict[str, SimpleQueue[Answer]] = {part: SimpleQueue() for part in parts}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def answer(self, part: str, body: str, status: int = 200) -> None:
        """Answer the question that waits, or the next one."""
        self._answers[part].put(Answer(body, status))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answers = self._answers

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                answer = answers[self.path.strip("/")].get(timeout=GUARD)
                self.send_response(answer.status)
                self.end_headers()
                self.wfile.write(answer.body.encode())

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler
