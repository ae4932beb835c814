"""The process that follows queries, run as `python -m jobsync._transports.live_worker`.

The official client holds the interpreter while it waits and never gives up, so it has a process
to itself. Commands come as JSON lines on standard input: `{"url"}` once, then
`{"watch", "path", "args"}` and `{"drop"}` with a number that the starter chose; watching a number
again replaces what it stood for. Answers go as JSON lines to standard output: `{"ready"}` once,
then `{"id", "value"}` each time a value is new, or `{"id", "error"}` as the last one.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import os
import sys
import threading
from typing import IO, Any

from convex import ConvexClient, ConvexError
from convex.values import convex_to_json

STUCK_AFTER = 30.0
"""Seconds in one call of the client after which the process ends, and is started afresh."""


class Worker:
    """The queries that are followed, on one event loop."""

    def __init__(self, url: str, answers: IO[str]) -> None:
        self._client = ConvexClient(url)
        self._answers = answers
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def obey(self, command: dict[str, Any]) -> None:
        """Do what a line says."""
        if "watch" in command:
            number = command["watch"]
            self._drop(number)
            follow = self._follow(number, command["path"], command["args"])
            self._tasks[number] = asyncio.get_running_loop().create_task(follow)
        else:
            self._drop(command["drop"])

    def _drop(self, number: int) -> None:
        if task := self._tasks.pop(number, None):
            task.cancel()

    async def _follow(self, number: int, path: str, args: dict[str, Any]) -> None:
        try:
            subscription = self._client.subscribe(path, args)
            async for value in subscription:
                self._answer({"id": number, "value": convex_to_json(value)})
        except ConvexError as error:
            self._answer({"id": number, "error": {"message": str(error), "data": error.data}})
        except Exception as error:  # noqa: BLE001 (the client raises bare exceptions)
            self._answer({"id": number, "error": {"message": str(error), "data": None}})

    def _answer(self, answer: dict[str, Any]) -> None:
        self._answers.write(json.dumps(answer) + "\n")
        self._answers.flush()


async def serve(commands: IO[str], answers: IO[str], stuck_after: float = STUCK_AFTER) -> None:
    """Obey until the commands end."""
    loop = asyncio.get_running_loop()
    worker = Worker(json.loads(commands.readline())["url"], answers)
    answers.write('{"ready": true}\n')
    answers.flush()
    threading.Thread(target=_read, args=(commands, loop, worker), daemon=True).start()
    while True:
        # Only this loop can put the alarm off: a call that holds the interpreter sets it free.
        faulthandler.dump_traceback_later(stuck_after, exit=True, file=sys.stderr)
        await asyncio.sleep(stuck_after / 3)


def _read(commands: IO[str], loop: asyncio.AbstractEventLoop, worker: Worker) -> None:
    for line in commands:
        loop.call_soon_threadsafe(worker.obey, json.loads(line))
    # The starter is gone or wants no more; there is nothing to clean up.
    os._exit(0)


def _private_output() -> IO[str]:
    """Keep standard output for answers: the client prints what functions log there."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    asyncio.run(serve(sys.stdin, _private_output()))
