"""V8 inside this process, with the program that runs deployments in memory.

One serves the whole process: a deployment is an object in it, made in milliseconds. It cannot call
out; so whoever says something collects what came of that, and a thread lets timers run when they
are due.
"""

from __future__ import annotations

import base64
import itertools
import json
import logging
import os
import threading
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jobsync.errors import LocalDeploymentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from py_mini_racer import MiniRacer

logger = logging.getLogger("jobsync")

PROGRAM = "in-memory.js"
SEED_BYTES = 32
MOST_AS_TEXT = 1 << 20
"""Bytes up to which a body goes with the request; a larger one is copied into V8's memory."""

NEEDS_EXTRA = (
    "A deployment in memory needs mini-racer: install it with `pip install 'jobsync[fake]'`."
)
FORKED = (
    "A deployment in memory is not there in a forked process: only the process that made it has "
    "it. Use `LocalDeployment`, which other processes reach too."
)


@dataclass(frozen=True)
class Answer:
    """What a request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class V8:
    """The program, running. Safe between threads; other processes than its own are refused."""

    def __init__(self, program: str) -> None:
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._answers: dict[int, Future[Answer]] = {}
        self._followers: dict[int, Callable[[dict[str, Any]], None]] = {}
        self._due = threading.Condition()
        self._next: float | None = None
        self._racer = _new_racer()
        self._racer.eval(program)
        self._say("seed", base64.b64encode(os.urandom(SEED_BYTES)).decode())
        threading.Thread(target=self._keep_time, name="jobsync-fake", daemon=True).start()

    @property
    def push(self) -> str:
        """The SHA-256 of the recorded push whose functions it runs."""
        return str(self._eval("jobsync.push"))

    def open(self, options: Mapping[str, Any]) -> int:
        """Make a deployment; return the number that it goes by."""
        number = next(self._numbers)
        self._answered(number, lambda: self._say("open", number, options)).result()
        return number

    def close(self, deployment: int) -> None:
        """Forget a deployment and all that it holds; in a forked child it is not there anyway."""
        if self.is_here:
            with self._lock:
                self._say("close", deployment)

    def request(self, deployment: int, request: Mapping[str, Any], body: bytes) -> Future[Answer]:
        """Send a deployment a request: its method, its target and its headers."""
        number = next(self._numbers)

        def send() -> None:
            text = None
            if len(body) <= MOST_AS_TEXT:
                text = base64.b64encode(body).decode()
            else:
                self._room("room", number, len(body))[:] = body
            self._say("request", deployment, number, request, text)

        return self._answered(number, send)

    def follow(
        self,
        deployment: int,
        path: str,
        args: Mapping[str, Any],
        told: Callable[[dict[str, Any]], None],
        query: int | None = None,
    ) -> int:
        """Have each new answer of a query told; return its number, to drop or renew it by."""
        self._check_process()
        number = next(self._numbers) if query is None else query
        with self._lock:
            self._followers[number] = told
            self._say("follow", deployment, number, path, args)
            self._collect()
        return number

    def drop(self, deployment: int, query: int) -> None:
        """Follow a query no more."""
        if self.is_here:
            with self._lock:
                self._followers.pop(query, None)
                self._say("drop", deployment, query)

    @property
    def is_here(self) -> bool:
        """Whether this is its process: V8's threads are not in a forked child."""
        return os.getpid() == self._owner

    def _check_process(self) -> None:
        if not self.is_here:
            raise LocalDeploymentError(FORKED)

    def _answered(self, number: int, work: Callable[[], None]) -> Future[Answer]:
        self._check_process()
        answer: Future[Answer] = Future()
        with self._lock:
            self._answers[number] = answer
            work()
            self._collect()
        return answer

    def _collect(self) -> None:
        """Hand out what has come, with the lock held, so that it comes in its order."""
        collected = json.loads(self._eval("jobsync.collect()"))
        for line in collected["printed"]:
            logger.warning("%s", line)
        for each in collected["news"]:
            if "query" in each:
                if told := self._followers.get(each["query"]):
                    told(each["change"])
            else:
                self._resolve(self._answers.pop(each["id"]), each)
        with self._due:
            self._next = collected["next"]
            self._due.notify()

    def _resolve(self, answer: Future[Answer], said: Mapping[str, Any]) -> None:
        if "failure" in said:
            answer.set_exception(LocalDeploymentError(f"The fake failed: {said['failure']}"))
            return
        text = said["text"]
        body = bytes(self._room("take", said["id"])) if text is None else text.encode()
        answer.set_result(Answer(said["status"], said["headers"], body))

    def _keep_time(self) -> None:
        while True:
            with self._due:
                wait = None if self._next is None else self._next / 1000
                if wait != 0:
                    self._due.wait(wait)
                    if self._next is None or self._next / 1000 != wait:
                        continue
            with self._lock:
                self._say("turn")
                self._collect()

    def _say(self, word: str, *args: Any) -> None:
        self._eval(f"jobsync.{word}({_spelled(args)})")

    def _room(self, word: str, *args: Any) -> memoryview:
        room: memoryview = self._eval(f"jobsync.{word}({_spelled(args)})")
        return room

    def _eval(self, script: str) -> Any:
        return self._racer.eval(script)


def _spelled(args: tuple[Any, ...]) -> str:
    # JSON is JavaScript; separators of lines are too, since ES2019.
    return ",".join(json.dumps(arg) for arg in args)


def _new_racer() -> MiniRacer:
    try:
        # From Python 3.14 on it is warned of how it declares its structures.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from py_mini_racer import MiniRacer
    except ImportError:
        raise LocalDeploymentError(NEEDS_EXTRA) from None
    # It would bind itself to an event loop that runs in this thread, which may be blocked later.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(MiniRacer).result()


@cache
def program() -> str:
    """Return what V8 runs, as the build made it."""
    file = resources.files("jobsync") / "_embedded" / PROGRAM
    if not file.is_file():
        raise LocalDeploymentError(f"jobsync/_embedded/{PROGRAM} is missing: run `make build`.")
    return file.read_text(encoding="utf-8")


_shared: dict[int, V8] = {}
_making = threading.Lock()


def shared() -> V8:
    """Return the V8 of this process; the first call starts it, in a fraction of a second."""
    with _making:
        if os.getpid() not in _shared:
            _shared[os.getpid()] = V8(program())
        return _shared[os.getpid()]
