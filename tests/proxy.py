"""A TCP proxy that sees what goes out, and may lose what comes back."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.intermediary import Intermediary, end
from tests.servers import reset

if TYPE_CHECKING:
    import socket

SIZE = 1 << 16


class Proxy(Intermediary):
    """Stands before a deployment.

    While `cuts` is above 0, an answer is lost after its request took effect: the connection is
    reset where the answer should come. After `hold_after` bytes have gone out it sets `held`, and
    lets nothing through until `release` is set.
    """

    def __init__(self, url: str, *, hold_after: int | None = None) -> None:
        self.cuts = 0
        self.sent = bytearray()
        self.held, self.release = threading.Event(), threading.Event()
        self._hold_after = hold_after
        self._lock = threading.Lock()
        super().__init__(url)

    def stop(self) -> None:
        self.release.set()
        super().stop()

    def _serve(self, client: socket.socket) -> None:
        with self._connect() as upstream:
            forward = self._start(self._forward, client, upstream)
            self._back(client, upstream)
            forward.join()

    def _forward(self, client: socket.socket, upstream: socket.socket) -> None:
        while data := _receive(client):
            with self._lock:
                self.sent += data
            if self._hold_after is not None and len(self.sent) > self._hold_after:
                self.held.set()
                self.release.wait()
            with suppress(OSError):
                upstream.sendall(data)
        end(upstream)

    def _back(self, client: socket.socket, upstream: socket.socket) -> None:
        while data := _receive(upstream):
            with self._lock:
                cut = self.cuts > 0
                self.cuts -= cut
            if cut:
                reset(client)
                return
            with suppress(OSError):
                client.sendall(data)
        end(client)


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(SIZE)
    except OSError:
        return b""
