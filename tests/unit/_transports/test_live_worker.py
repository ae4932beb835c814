"""The worker process, by its lines."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.servers import free_port


def talk(*commands: dict[str, Any], until: int) -> tuple[list[dict[str, Any]], int]:
    """Send commands, read `until` answers, end the input; return the answers and the exit code."""
    with subprocess.Popen(
        [sys.executable, "-m", "jobsync._transports.live_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for command in commands:
            process.stdin.write(json.dumps(command) + "\n")
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(until)]
        process.stdin.close()
        rest = process.stdout.read()
        assert rest == ""
        return answers, process.wait()


STUCK = """
import asyncio, ctypes, sys, threading
from jobsync._transports import live_worker
# As the client does in a call that never returns.
threading.Timer(1.0, lambda: ctypes.PyDLL(None).sleep(600)).start()
asyncio.run(live_worker.serve(sys.stdin, sys.stdout, stuck_after=2.0))
"""


def test_it_ends_when_a_call_holds_the_interpreter() -> None:
    """Whoever started it starts another one, instead of waiting for news for ever."""
    command = [sys.executable, "-c", STUCK]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(json.dumps({"url": f"http://127.0.0.1:{free_port()}"}) + "\n")
        process.stdin.flush()
        said = process.stderr.read()

    assert process.returncode == 1
    assert "Timeout" in said


def test_it_says_that_it_is_ready_and_ends_with_its_input() -> None:
    """The end of the input is the end of the process that started it."""
    answers, code = talk({"url": f"http://127.0.0.1:{free_port()}"}, until=1)

    assert (answers, code) == ([{"ready": True}], 0)


def test_dropping_what_is_not_followed_does_no_harm() -> None:
    """A query may have ended before it is dropped."""
    answers, code = talk({"url": f"http://127.0.0.1:{free_port()}"}, {"drop": 3}, until=1)

    assert (answers, code) == ([{"ready": True}], 0)
