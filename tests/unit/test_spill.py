"""Which values leave a command for a file."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from typing import Any

from jobsync._backend import Backend
from jobsync._sending import Sender
from jobsync._spill import Spill
from jobsync._tokens import GivenToken
from jobsync._transports.http import HttpTransport
from tests.clocks import HeldClock
from tests.servers import Answer, ScriptedServer, success

LARGE = "x" * 500_000
HUGE = "x" * 1_000_000


def spilled(command: dict[str, Any], **limits: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return what is left of a command, and the files that were sent."""
    clock = HeldClock()
    with ScriptedServer(Answer(b"")) as server:
        place = success({"targets": [{"kind": "upload", "url": f"{server.url}/up"}]})
        server._script = [place, Answer(b'{"storageId": "s"}')] * 40
        with closing(HttpTransport(server.url, max_retries=0, clock=clock)) as transport:
            sender = Sender(Backend(transport, GivenToken("t")), 60.0, clock)
            left = Spill(sender).out(command, **limits)
        return left, [each.body for each in server.requests if each.path == "/up"]


def marker(text: bytes) -> dict[str, Any]:
    return {"%file": {"storageId": "s", "sha256": hashlib.sha256(text).hexdigest()}}


def test_what_fits_stays() -> None:
    """Nothing is sent ahead of a command that a document can hold."""
    command = {"kind": "complete", "jobId": "a", "result": LARGE}

    assert spilled(command) == (command, [])


def test_the_largest_values_go_until_the_rest_is_small() -> None:
    """Each as the plain JSON that it stands for; the others stay where they are."""
    record = {"id": "a", "small": 1, "large": {"%24a": LARGE}, "other": LARGE, "result": "x" * 9}
    left, files = spilled({"kind": "upsert", "record": record})
    text = json.dumps({"$a": LARGE}, separators=(",", ":")).encode()

    assert files[0] == text
    assert left["record"]["large"] == marker(text)
    assert {key: left["record"][key] for key in ("id", "small", "result")} == {
        "id": "a",
        "small": 1,
        "result": "x" * 9,
    }


def test_an_events_payload_and_a_result_go_as_a_whole() -> None:
    """They are one value each."""
    text = json.dumps(HUGE).encode()

    for kind, field in (("event", "payload"), ("complete", "result")):
        left, files = spilled({"kind": kind, "jobId": "a", field: HUGE})
        assert (left[field], files) == (marker(text), [text])


def test_a_second_chance_leaves_only_what_is_not_worth_a_file() -> None:
    """For a job that is full of what was stored before."""
    record = {"id": "a", "small": "x" * 100, "some": "x" * 2000}
    left, _ = spilled({"kind": "upsert", "record": record}, limit=0, room=0)

    assert left["record"]["small"] == record["small"]
    assert "%file" in left["record"]["some"]


def test_what_cannot_be_in_a_file_stays() -> None:
    """Progress and errors, and a record of so many fields that it is one text."""
    for command in (
        {"kind": "progress", "message": HUGE},
        {"kind": "fail", "error": HUGE},
        {"kind": "complete", "jobId": "a"},
        {"kind": "upsert", "record": {"%json": json.dumps({"a": HUGE})}},
    ):
        assert spilled(command) == (command, [])
