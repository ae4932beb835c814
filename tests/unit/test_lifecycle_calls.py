"""The calls that take jobs through their lives."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import InvalidFieldError, JobNotFoundError, Receipt
from jobsync._lifecycle_calls import LifecycleCalls
from jobsync._wire import names
from jobsync.job import current_job
from tests.unit.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync._attempt import Connection, Mode


class Calls(LifecycleCalls):
    """The calls, to an answering deployment."""

    def __init__(self, there: Answering) -> None:
        self.there = there

    def _connection(self) -> Connection:
        return self.there.connection

    def _mutate(self, path: str, args: dict[str, Any]) -> None:
        self.mutated = (path, args)
        if args["jobId"] == "missing":
            raise JobNotFoundError("There is no such job.")

    def _apply(self, command: dict[str, Any]) -> Receipt:
        (answer,) = self.there.deliver([command])
        return names.receipt(answer)

    def _mode(self, delivery: Mode | None) -> Mode:
        return delivery or "strict"


@pytest.fixture
def there() -> Iterator[Answering]:
    there = Answering()
    yield there
    there.stop()


@pytest.fixture
def calls(there: Answering) -> Calls:
    return Calls(there)


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        (lambda c: c.start_job("a", lease=5), {"kind": "start", "jobId": "a", "leaseMs": 5000}),
        (
            lambda c: c.update_progress("a", completed=1, total=2, attempt=3),
            {
                "kind": "progress",
                "jobId": "a",
                "attempt": 3,
                "completed": 1,
                "total": 2,
                "progress": 50.0,
            },
        ),
        (lambda c: c.complete_job("a", [1]), {"kind": "complete", "jobId": "a", "result": [1]}),
        (
            lambda c: c.fail_job("a", "no", retryable=False, retry_after=2),
            {
                "kind": "fail",
                "jobId": "a",
                "error": "no",
                "retryable": False,
                "retryAfterMs": 2000,
            },
        ),
        (lambda c: c.cancel_job("a", "r"), {"kind": "cancel", "jobId": "a", "reason": "r"}),
        (lambda c: c.cancel_job("a", done=True), {"kind": "cancel", "jobId": "a", "done": True}),
        (lambda c: c.retry_job("a"), {"kind": "retry", "jobId": "a"}),
        (
            lambda c: c.set_run("a", system="s", id="1"),
            {"kind": "setRun", "jobId": "a", "run": {"system": "s", "id": "1"}},
        ),
    ],
)
def test_each_call_is_its_command(
    calls: Calls, call: Callable[[Calls], Receipt], sent: dict[str, Any]
) -> None:
    """What was said goes out, and nothing else."""
    call(calls)

    assert calls.there.commands == [sent]


def test_a_created_job_is_named_by_its_receipt(calls: Calls) -> None:
    """Whoever leaves the id to us learns it."""
    receipt = calls.create_job("render", owner="org-3")

    assert receipt.job_id == calls.there.last("create")["record"]["id"]


@pytest.mark.parametrize("job_id", ["a", "missing"])
def test_a_job_is_deleted_whether_it_is_there_or_not(calls: Calls, job_id: str) -> None:
    """A call that is repeated, because its answer was lost, is no error."""
    calls.delete_job(job_id)

    assert calls.mutated == ("jobs:remove", {"jobId": job_id})


def test_each_call_of_a_tracked_function_is_a_job(calls: Calls, there: Answering) -> None:
    """Its type is the function's name, and inside it is the current job."""

    @calls.tracked()
    def resize(width: int, *, height: int) -> tuple[int, int]:
        """Resize."""
        job = current_job()
        assert job is not None
        job.result = [width, height]
        return width, height

    assert resize(3, height=4) == (3, 4)
    assert resize(5, height=6) == (5, 6)
    assert (resize.__name__, resize.__doc__) == ("resize", "Resize.")
    assert there.kinds() == ["create", "start", "complete"] * 2
    assert there.last("create")["record"]["type"] == "resize"
    assert there.last("complete")["result"] == [5, 6]


def test_a_tracked_function_that_raises_is_a_failed_job(calls: Calls, there: Answering) -> None:
    """Its exception comes out."""

    @calls.tracked("render", max_attempts=3, owner="org-3")
    def work() -> None:
        raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        work()
    record = there.last("create")["record"]

    assert (record["type"], record["max_attempts"], record["owner"]) == ("render", 3, "org-3")
    assert there.kinds()[-1] == "fail"


def test_a_tracked_coroutine_is_a_job_until_it_is_done(calls: Calls, there: Answering) -> None:
    """Coroutines that run side by side have their own current jobs."""

    @calls.tracked()
    async def work(name: str) -> str:
        job = current_job()
        await asyncio.sleep(0)
        assert current_job() is job
        return name

    async def both() -> list[str]:
        return await asyncio.gather(work("a"), work("b"))

    assert asyncio.run(both()) == ["a", "b"]
    assert there.kinds().count("complete") == 2
    assert there.kinds()[:4] == ["create", "start"] * 2
    assert all("parent" not in c["record"] for c in there.commands if c["kind"] == "create")


def test_a_tracked_generator_is_refused(calls: Calls) -> None:
    """A call of it does nothing yet; the error says what to do instead."""

    def pages() -> Iterator[int]:
        yield 1

    with pytest.raises(InvalidFieldError, match=r"pages.*with sync\.job"):
        calls.tracked()(pages)


def test_an_option_that_does_not_exist_is_named(calls: Calls) -> None:
    """A slip of the pen is found."""
    with pytest.raises(TypeError, match="ownr"), calls.job("t", ownr="x"):  # type: ignore[call-arg]
        pass
