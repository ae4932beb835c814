"""Following a job where no live updates come: the worker is real, the server speaks only HTTP."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import JobNotFoundError, PermissionDeniedError, WaitTimeoutError
from jobsync._backend import Backend
from jobsync._clock import Deadline, SystemClock
from jobsync._tokens import GivenToken
from jobsync._transports.http import HttpTransport
from jobsync._transports.live import LiveUpdates
from jobsync._watch import Watch
from tests.servers import Answer, Reset, ScriptedServer, refusal, success

if TYPE_CHECKING:
    from collections.abc import Iterator


def record(status: str, state: str, **fields: Any) -> Answer:
    base = {"jobId": "a", "status": status, "state": state, "createdAt": 0, "updatedAt": 0}
    return success({**base, **fields})


RUNNING = record("processing", "running")
DONE = record("done", "succeeded")
TOUCHED = success(None)


@contextmanager
def watch(
    *script: Answer | Reset, timeout: float | None = None, appear_within: float = 30.0
) -> Iterator[Watch]:
    clock = SystemClock()
    with (
        ScriptedServer(*script) as server,
        closing(HttpTransport(server.url, max_retries=0, clock=clock)) as transport,
        closing(LiveUpdates(server.url)) as live,
    ):
        backend = Backend(transport, GivenToken("t"))
        deadline = Deadline(timeout, clock)
        yield Watch(backend, live, "a", deadline, 15.0, appear_within=appear_within)


def test_where_only_calls_get_through_the_job_is_followed_in_calls() -> None:
    """A proxy that lets no live connection through makes it slower, not wrong."""
    with watch(RUNNING, TOUCHED, RUNNING, DONE) as job:
        assert [found.status for found in job.snapshots()] == ["processing", "done"]


def test_a_deployment_that_is_down_meanwhile_is_waited_for() -> None:
    """After the first snapshot an outage ends nothing."""
    with watch(RUNNING, TOUCHED, Reset(), Reset(), DONE) as job:
        assert [found.status for found in job.snapshots()] == ["processing", "done"]


def test_what_is_refused_at_the_start_is_an_error() -> None:
    """Whoever may not see the job hears so at once."""
    with watch(refusal("forbidden")) as job, pytest.raises(PermissionDeniedError):
        next(job.snapshots())


def test_a_job_that_nobody_creates_is_not_waited_for_for_ever() -> None:
    """A mistyped id is an error after a while, also without a timeout."""
    said = r"no job 'a'; nobody created it within 0\.2 s"
    with (
        watch(success(None), appear_within=0.2) as job,
        pytest.raises(JobNotFoundError, match=said),
    ):
        next(job.snapshots())


def test_a_job_that_is_created_meanwhile_is_followed() -> None:
    """Who waits is often there before who creates."""
    with watch(success(None), DONE) as job:
        assert [found.status for found in job.snapshots()] == ["done"]


def test_a_job_that_is_deleted_meanwhile_is_an_error() -> None:
    """What will never end is not waited for."""
    with (
        watch(RUNNING, TOUCHED, success(None)) as job,
        pytest.raises(JobNotFoundError, match="deleted"),
    ):
        list(job.snapshots())


def test_the_time_that_was_given_is_kept() -> None:
    """The error says how the job is."""
    with (
        watch(RUNNING, TOUCHED, RUNNING, timeout=0.3) as job,
        pytest.raises(WaitTimeoutError, match="is running"),
    ):
        list(job.snapshots())


def test_a_right_that_is_lost_meanwhile_is_an_error() -> None:
    """A refusal is not waited out."""
    with watch(RUNNING, TOUCHED, refusal("forbidden")) as job, pytest.raises(PermissionDeniedError):
        list(job.snapshots())


def test_a_watch_that_may_not_be_announced_goes_on() -> None:
    """It only makes the writers quicker."""
    with watch(RUNNING, refusal("forbidden"), RUNNING, DONE) as job:
        assert [found.status for found in job.snapshots()] == ["processing", "done"]
