"""A TCP proxy that sees what goes out, and may lose what comes back."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from typing_extensions import Self

from tests.servers import reset

SIZE = 1 << 16


class _Detour(requests.adapters.HTTPAdapter):
    """Sends to another address what was meant for one."""

    def __init__(self, origin: str, via: str) -> None:
        super().__init__()
        self._origin, self._via = origin, via

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        request.url = self._via + request.url.removeprefix(self._origin)
        return super().send(request, *args, **options)


class Proxy:
    """Stands before a deployment.

    While `cuts` is above 0, an answer is lost after its request took effect: the connection is
    reset where the answer should come. After `hold_after` bytes have gone out it sets `held`, and
    lets nothing through until `release` is set.
    """

    def __init__(self, url: str, *, hold_after: int | None = None) -> None:
        parts = urlsplit(url)
        self._origin = url
        self._target = (str(parts.hostname), int(parts.port or 80))
        self.cuts = 0
        self.sent = bytearray()
        self.held, self.release = threading.Event(), threading.Event()
        self._hold_after = hold_after
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def session(self) -> requests.Session:
        """Return a session that goes through here whatever a URL of the deployment says."""
        session = requests.Session()
        via = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        session.mount(self._origin, _Detour(self._origin, via))
        return session

    def stop(self) -> None:
        # Closing alone would leave the thread in accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        self.release.set()
        for connection in self._connections:
            _end(connection)
        for thread in self._threads:
            thread.join()
        for connection in self._connections:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            upstream = socket.create_connection(self._target)
            self._connections += [client, upstream]
            for pump in (self._forward, self._back):
                thread = threading.Thread(target=pump, args=(client, upstream))
                self._threads.append(thread)
                thread.start()

    def _forward(self, client: socket.socket, upstream: socket.socket) -> None:
        while data := _receive(client):
            with self._lock:
                self.sent += data
            if self._hold_after is not None and len(self.sent) > self._hold_after:
                self.held.set()
                self.release.wait()
            with suppress(OSError):
                upstream.sendall(data)
        _end(upstream)

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
        _end(client)


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(SIZE)
    except OSError:
        return b""


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
