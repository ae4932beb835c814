"""Strict delivery."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from jobsync import _sending as sending
from jobsync import errors
from jobsync._backend import Backend
from jobsync._clock import Deadline
from jobsync._deliver import Delivery, WriterPool
from jobsync._spill import Spill
from jobsync._tokens import GivenToken
from jobsync._transports.http import HttpTransport
from tests.clocks import HeldClock
from tests.servers import Answer, Reset, ScriptedServer, refusal, success

DONE = {"seq": 1, "outcome": "applied", "jobId": "a"}
COMMAND = {"kind": "upsert", "record": {"id": "a"}}


def receipts(*given: Any, protocol: int = 1) -> Answer:
    return success({"protocol": protocol, "receipts": list(given)})


class Sender:
    """A delivery to a scripted server."""

    def __init__(self, *script: Answer | Reset) -> None:
        self.server = ScriptedServer(*script)
        self.clock = HeldClock()
        self.transport = HttpTransport(self.server.url, max_retries=2, clock=self.clock)
        backend = Backend(self.transport, GivenToken("t"))
        self.delivery = Delivery(backend, Spill(sending.Sender(backend, 60.0, self.clock)))

    def __enter__(self) -> Sender:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()
        self.server.stop()

    def send(self) -> Any:
        return self.delivery.apply_one(COMMAND, Deadline(60.0, self.clock))

    def sequences(self) -> list[tuple[str, int]]:
        args = (request.json["args"] for request in self.server.requests)
        return [(each["writerId"], each["firstSeq"]) for each in args]


def test_a_repeated_call_has_the_same_writer_and_number() -> None:
    """A lost answer makes the same call go out again, so that it is recognised."""
    with Sender(Reset(), Reset(), receipts(DONE)) as sender:
        assert sender.send() == DONE
        assert len(set(sender.sequences())) == 1
        assert len(sender.server.requests) == 3


def test_calls_one_after_the_other_count_up() -> None:
    """One writer serves as long as nobody else needs it."""
    with Sender(receipts(DONE)) as sender:
        sender.send()
        sender.send()
        first, second = sender.sequences()

    assert (first[0], 1, 2) == (second[0], first[1], second[1])


def test_a_call_of_unknown_outcome_spends_its_number() -> None:
    """What may yet arrive must not be mistaken for what was sent after it."""
    with Sender(Reset(), Reset(), Reset(), receipts(DONE)) as sender:
        with pytest.raises(errors.ConnectionFailedError):
            sender.send()
        sender.send()

        assert [number for _, number in sender.sequences()] == [1, 1, 1, 2]


def test_a_refused_command_is_its_exception() -> None:
    """A receipt that says refused is raised as the error in it."""
    refused = {"seq": 1, "outcome": "refused", "error": {"code": "invalid_field", "message": "no"}}
    with Sender(receipts(refused)) as sender, pytest.raises(errors.InvalidFieldError, match="no"):
        sender.send()


def test_a_refused_batch_is_its_exception() -> None:
    """An error of the whole call is raised."""
    with Sender(refusal("forbidden")) as sender, pytest.raises(errors.PermissionDeniedError):
        sender.send()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (receipts(DONE, protocol=0), errors.BackendOutdatedError),
        (receipts(DONE, protocol=2), errors.ClientOutdatedError),
        (success({"receipts": [DONE]}), errors.BackendOutdatedError),
        (receipts(), errors.UnexpectedResponseError),
        (receipts(DONE, DONE), errors.UnexpectedResponseError),
        (success(None), errors.UnexpectedResponseError),
    ],
)
def test_an_answer_of_another_contract_is_an_error(
    answer: Answer, kind: type[errors.JobsyncError]
) -> None:
    """Receipts are taken only from functions that speak this version, one for each command."""
    with Sender(answer) as sender, pytest.raises(kind):
        sender.send()


def test_what_one_transaction_could_not_take_is_sent_in_the_next() -> None:
    """The rest goes out with the numbers that it had, and nothing twice."""
    others = [{"seq": seq, "outcome": "applied"} for seq in (2, 3)]
    with Sender(receipts(DONE), receipts(*others)) as sender:
        assert sender.delivery.apply([COMMAND] * 3, Deadline(60.0, sender.clock)) == [DONE, *others]
        assert [number for _, number in sender.sequences()] == [1, 2]
        sent = [len(request.json["args"]["commands"]) for request in sender.server.requests]

    assert sent == [3, 2]


def test_no_two_calls_in_flight_share_a_writer() -> None:
    """Threads that send at once have different writers, which are lent again afterwards."""
    pool = WriterPool()
    all_in = threading.Barrier(8)
    seen: list[tuple[str, int]] = []

    def borrow() -> None:
        with pool.borrow(3) as lent:
            all_in.wait()
            seen.append(lent)

    for _ in range(2):
        threads = [threading.Thread(target=borrow) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(set(seen)) == 16
    assert len({writer for writer, _ in seen}) == 8
    assert {1, 4} == {number for _, number in seen}


def test_an_interrupted_call_gives_its_writer_back() -> None:
    """Ctrl-C in the middle leaves no writer behind, and its number is spent."""
    pool = WriterPool()
    with pytest.raises(KeyboardInterrupt), pool.borrow(1) as (first, _):
        raise KeyboardInterrupt
    with pool.borrow(1) as (second, number):
        assert (first, 2) == (second, number)
