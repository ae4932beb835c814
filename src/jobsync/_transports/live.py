"""Live queries: each new value as the deployment has it, from the worker process."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

from jobsync._backoff import delay
from jobsync._wire.values import dumps, loads
from jobsync.errors import LiveUpdatesError

from . import in_process
from .feed import Feed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .feed import Live

COMMAND = (sys.executable, "-m", "jobsync._transports.live_worker")
MOST_FAILED_STARTS = 3


def live_updates(url: str, name: Callable[[str], str]) -> Live:
    """Return what follows queries of a deployment, where functions go by these names."""
    here = in_process.find(url)
    return LiveUpdates(url, name=name) if here is None else here.live_updates(name)


class LiveUpdates:
    """Starts the worker when somebody watches, and again when it died.

    `name` says what a function is called on the deployment, asked each time that a query is sent.
    """

    def __init__(
        self,
        url: str,
        *,
        name: Callable[[str], str] = str,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._url = url
        self._name = name
        self._command = command
        self._lock = threading.Lock()
        self._feeds: dict[int, Feed] = {}
        self._last_number = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    @contextmanager
    def follow(
        self, path: str, args: Callable[[], dict[str, Any]], told: Callable[[], None] | None = None
    ) -> Iterator[Feed]:
        """Follow a query."""
        feed = Feed(path, args, told)
        with self._lock:
            self._last_number += 1
            number = self._last_number
            self._feeds[number] = feed
            self._watch(number, feed)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="jobsync-live", daemon=True)
                self._thread.start()
        try:
            yield feed
        finally:
            with self._lock:
                del self._feeds[number]
                self._send({"drop": number})

    def again(self, feed: Feed) -> None:
        """Send a query afresh, with the arguments of now."""
        with self._lock:
            numbers = [number for number, each in self._feeds.items() if each is feed]
            for number in numbers:
                self._watch(number, feed)

    def close(self) -> None:
        """End the worker; feeds get no more messages."""
        self._closed.set()
        with self._lock:
            process, thread = self._process, self._thread
        if process is not None:
            process.kill()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=5.0)

    def forget(self) -> None:
        """In a forked child: let go of the worker, which is the parent's."""
        process = self._process
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            # So that it is neither waited for nor reported as left running.
            process.returncode = 0

    def _run(self) -> None:
        failed_starts = 0
        while not self._closed.is_set():
            was_ready = self._serve()
            failed_starts = 0 if was_ready else failed_starts + 1
            if failed_starts == MOST_FAILED_STARTS:
                self._give_up()
                return
            self._closed.wait(delay(failed_starts, 0.0))

    def _serve(self) -> bool:
        """Run a worker until it ends; return whether it ever began to work."""
        with subprocess.Popen(  # noqa: S603 (a constant)
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        ) as process:
            with self._lock:
                self._process = process
                self._send({"url": self._url})
                for number, feed in self._feeds.items():
                    self._watch(number, feed)
            if self._closed.is_set():
                process.kill()
            was_ready = self._listen(process.stdout) if process.stdout else False
            with self._lock:
                self._process = None
            process.kill()
        return was_ready

    def _listen(self, answers: IO[bytes]) -> bool:
        was_ready = False
        # The pipe itself is unbuffered, which a fork cannot hurt but a line at a time is slow.
        with open(answers.fileno(), "rb", closefd=False) as lines:
            for line in lines:
                message = loads(line)
                was_ready = was_ready or "ready" in message
                with self._lock:
                    feed = self._feeds.get(message.get("id", 0))
                if feed is not None:
                    feed.put(message)
        return was_ready

    def _give_up(self) -> None:
        command = " ".join(self._command)
        failure = LiveUpdatesError(
            f"The process that follows jobs does not start; try `{command} </dev/null`."
        )
        with self._lock:
            self._thread = None
            feeds = list(self._feeds.values())
        for feed in feeds:
            feed.fail(failure)

    def _watch(self, number: int, feed: Feed) -> None:
        self._send({"watch": number, "path": self._name(feed.path), "args": feed.args()})

    def _send(self, command: dict[str, Any]) -> None:
        """Write a line, with the lock held. What a dying worker misses, the next one is told."""
        process = self._process
        if process is not None and process.stdin is not None:
            with suppress(OSError):
                process.stdin.write(dumps(command).encode() + b"\n")
