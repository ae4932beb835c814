"""What stands between a client and a deployment: it listens, and a session goes through it."""

from __future__ import annotations

import socket
import threading
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from typing_extensions import Self

from tests import fakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Detour(requests.adapters.HTTPAdapter):
    """Sends to another address what was meant for one."""

    def __init__(self, origin: str, via: str) -> None:
        super().__init__()
        self._origin, self._via = origin, via

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        request.url = self._via + request.url.removeprefix(self._origin)
        return super().send(request, *args, **options)


def detoured(origin: str, via: str) -> requests.Session:
    """Return a session that goes through `via` whatever a URL of the origin says."""
    session = requests.Session()
    session.mount(origin, _Detour(origin, via))
    return session


class Intermediary(ABC):
    """Gives each connection to `_serve`, in a thread of its own, until it is stopped."""

    def __init__(self, origin: str) -> None:
        fakes.skip_without_sockets()
        parts = urlsplit(origin)
        self._origin = origin
        self._target = (str(parts.hostname), int(parts.port or 80))
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._stopped = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    @abstractmethod
    def _serve(self, client: socket.socket) -> None:
        """Take care of a connection until it ends."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def session(self) -> requests.Session:
        """Return a session that goes through here whatever a URL of the deployment says."""
        return detoured(self._origin, self.url)

    def stop(self) -> None:
        self._stopped = True
        # Closing alone would leave the thread in accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for connection in list(self._open):
            end(connection)
        for thread in list(self._threads):
            thread.join()

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
            self._start(self._take, client)

    def _take(self, client: socket.socket) -> None:
        with self._held(client):
            self._serve(client)

    def _start(self, work: Callable[..., None], *args: Any) -> threading.Thread:
        def run() -> None:
            work(*args)
            self._threads.discard(thread)

        thread = threading.Thread(target=run)
        self._threads.add(thread)
        thread.start()
        return thread

    def _connect(self) -> AbstractContextManager[socket.socket]:
        """Connect to the deployment, for a block; raise OSError if it is down."""
        return self._held(socket.create_connection(self._target))

    @contextmanager
    def _held(self, connection: socket.socket) -> Iterator[socket.socket]:
        with connection:
            # Else what comes in two pieces goes on in two, the second 40 ms after the first.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.add(connection)
            try:
                if self._stopped:
                    end(connection)
                yield connection
            finally:
                self._open.discard(connection)


def end(connection: socket.socket) -> None:
    """Let whoever reads from a connection see its end."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
