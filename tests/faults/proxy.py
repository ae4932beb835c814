"""A proxy that spoils requests and answers by chance, as networks do."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.faults.messages import read_message
from tests.intermediary import Intermediary
from tests.servers import reset

if TYPE_CHECKING:
    import socket
    from random import Random

CUT_BEFORE = "cut before the commit"
CUT_AFTER = "cut after the commit"
HALF = "half an answer"
TWICE = "sent twice"
TWICE_LATER = "sent again later"
DELAY = "delayed"
# What comes again after others have come is what is most easily done twice.
FAULTS = [CUT_BEFORE, CUT_AFTER, HALF, TWICE, TWICE_LATER, TWICE_LATER, TWICE_LATER, DELAY]

LONGEST_DELAY = 0.15
LATEST_REPEAT = 0.5


class FaultyProxy(Intermediary):
    """Stands before a deployment; each request has a `share` of chance to meet a fault.

    `met` counts the faults. Set `share` to 0 and the network is sound again.
    """

    def __init__(self, url: str, chance: Random, share: float) -> None:
        self.share = share
        self.met: Counter[str] = Counter()
        self._chance = chance
        self._lock = threading.Lock()
        self._ending = threading.Event()
        super().__init__(url)

    def stop(self) -> None:
        self._ending.set()
        super().stop()

    def _serve(self, client: socket.socket) -> None:
        # Whatever breaks here is one more cut to the client.
        with (
            suppress(OSError, ValueError),
            self._connect() as upstream,
            client.makefile("rb") as requests,
            upstream.makefile("rb") as answers,
        ):
            while (request := read_message(requests)) and self._pass(
                request, client, upstream, answers
            ):
                pass

    def _pass(
        self, request: bytes, client: socket.socket, upstream: socket.socket, answers
    ) -> bool:
        """Take a request to the deployment and its answer back; return whether that went on."""
        fault, wait = self._meet()
        if fault == CUT_BEFORE:
            reset(client)
            return False
        if fault == TWICE:
            self._repeat(request, 0.0)
        if fault == TWICE_LATER:
            self._start(self._repeat, request, wait * LATEST_REPEAT)
        if fault == DELAY:
            self._ending.wait(wait * LONGEST_DELAY)
        upstream.sendall(request)
        answer = read_message(answers)
        if fault == CUT_AFTER:
            reset(client)
        if fault == CUT_AFTER or not answer:
            return False
        client.sendall(answer[: len(answer) // 2] if fault == HALF else answer)
        return fault != HALF

    def _repeat(self, request: bytes, wait: float) -> None:
        """Take a request to the deployment that the client knows nothing of."""
        self._ending.wait(wait)
        with (
            suppress(OSError, ValueError),
            self._connect() as upstream,
            upstream.makefile("rb") as answers,
        ):
            upstream.sendall(request)
            read_message(answers)

    def _meet(self) -> tuple[str | None, float]:
        with self._lock:
            if self._chance.random() >= self.share:
                return None, 0.0
            fault = self._chance.choice(FAULTS)
            self.met[fault] += 1
            return fault, self._chance.random()
