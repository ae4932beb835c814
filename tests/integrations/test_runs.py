"""What all tools have in common: a run, its attempts and its job."""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import ConnectionFailedError, ConvexSync, JobCanceled, SettingsError, current_job
from jobsync.integrations._foreign_run import ForeignRun
from jobsync.integrations._runs import RunningJob, Runs
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEASE = 30.0


@pytest.fixture
def runs(sync: ConvexSync) -> Runs:
    return Runs(sync, strict=True, lease=LEASE, describe=None)


def run(job_id: str, **said: Any) -> ForeignRun:
    return ForeignRun("tool", job_id, "render", **said)


def begun(runs: Runs, job_id: str, **said: Any) -> RunningJob:
    running = runs.begin(run(job_id, **said))
    assert running is not None
    return running.enter()


def test_a_run_is_the_current_job_until_it_ends(runs: Runs, job_id: str) -> None:
    """Code of the task needs no other word than everywhere."""
    running = begun(runs, job_id)
    assert current_job() is running.job
    running.succeed()

    assert current_job() is None
    assert running.job.state == "succeeded"


def test_a_retry_waits_for_as_long_as_the_tool_does(
    runs: Runs, sync: ConvexSync, job_id: str
) -> None:
    """In between the job is queued, with what went wrong, also where the tool sets no limit."""
    running = begun(runs, job_id)
    running.retry(ValueError("no ink"), 1000.0)
    job = sync.fetch_job(running.job.job_id)

    assert job is not None
    assert (job.state, job.attempt, job.error["message"]) == ("queued", 2, "no ink")
    assert job.next_attempt_at is not None
    assert 990 < (job.next_attempt_at - job.updated_at).total_seconds() <= 1000


def test_a_run_that_begins_again_before_its_job_is_lost_was_killed(
    runs: Runs, sync: ConvexSync, job_id: str
) -> None:
    """The tool was quicker than the lease: what is left of the first attempt is late."""
    process = contextvars.copy_context()
    first = process.run(begun, runs, job_id)
    second = begun(runs, job_id, attempt=2)
    process.run(first.succeed)
    second.job.result = "second"
    second.succeed()
    job = sync.fetch_job(second.job.job_id)

    assert job is not None
    assert (job.attempt, job.result, job.error) == (2, "second", None)


def test_an_attempt_is_the_tools_though_nobody_told_of_those_before(
    runs: Runs, job_id: str
) -> None:
    """The deployment was away then, or the process died before it could say anything."""
    third = begun(runs, job_id, attempt=3, max_attempts=3)
    third.succeed()

    assert (third.job.attempt, third.job.state) == (3, "succeeded")


def test_an_attempt_follows_the_jobs_where_the_tool_does_not_count(runs: Runs, job_id: str) -> None:
    """What is delivered again has the same number for the tool."""
    process = contextvars.copy_context()
    process.run(begun, runs, job_id)
    process.run(begun, runs, job_id, again=True)
    third = begun(runs, job_id, again=True)
    third.succeed()

    assert (third.job.attempt, third.job.state) == (3, "succeeded")


def test_a_run_that_failed_for_good_may_be_run_again(runs: Runs, job_id: str) -> None:
    """A person asked the tool for one more try."""
    begun(runs, job_id).fail("no ink")
    again = begun(runs, job_id, attempt=2)
    again.succeed()

    assert (again.job.attempt, again.job.state) == (2, "succeeded")


def test_a_run_that_succeeded_and_is_run_again_is_another_job(
    runs: Runs, sync: ConvexSync, job_id: str
) -> None:
    """What has succeeded stays so; the page may have shown its result."""
    first = begun(runs, job_id)
    first.succeed()
    second = begun(runs, job_id, attempt=2)
    second.fail("no ink")
    stored = sync.fetch_job(first.job.job_id)

    assert stored is not None
    assert stored.state == "succeeded"
    assert second.job.job_id == f"tool:{job_id}~2"


def test_a_run_that_was_canceled_while_it_waited_does_not_begin(
    runs: Runs, sync: ConvexSync, job_id: str
) -> None:
    """Whether it is its first attempt or a later one."""
    runs.wait_for(run(job_id))
    sync.cancel_job(run(job_id).job_id)
    with pytest.raises(JobCanceled):
        runs.begin(run(job_id))

    begun(runs, f"{job_id}-2", max_attempts=2).retry("no ink")
    sync.cancel_job(run(f"{job_id}-2").job_id)
    with pytest.raises(JobCanceled):
        runs.begin(run(f"{job_id}-2", attempt=2))


def test_a_canceled_run_that_a_person_runs_again_goes_on(runs: Runs, job_id: str) -> None:
    """The tool then has more tries than before."""
    begun(runs, job_id, max_attempts=3, is_limited=True).cancel("stopped")
    again = begun(runs, job_id, attempt=2, max_attempts=4, is_limited=True)
    again.succeed()

    assert (again.job.attempt, again.job.state) == (2, "succeeded")


@pytest.mark.parametrize(
    "tries", [{"max_attempts": 3, "is_limited": True}, {"max_attempts": 4, "is_limited": False}]
)
def test_a_canceled_run_that_the_tool_tries_again_stays_canceled(
    runs: Runs, job_id: str, tries: dict[str, Any]
) -> None:
    """The tool takes the cancellation for a failure, and knows no better."""
    begun(runs, job_id, max_attempts=3).cancel("stopped")

    with pytest.raises(JobCanceled):
        runs.begin(run(job_id, attempt=2, **tries))


def test_a_run_that_is_put_off_waits_as_its_next_attempt(
    runs: Runs, sync: ConvexSync, job_id: str
) -> None:
    """It holds no lease meanwhile, and goes on by the same count of the tool."""
    running = begun(runs, job_id)
    running.put_off("deferred")
    waiting = sync.fetch_job(running.job.job_id)
    again = begun(runs, job_id)
    again.succeed()

    assert current_job() is None
    assert waiting is not None
    assert (waiting.state, waiting.stage, waiting.lease_expires_at) == ("queued", "deferred", None)
    assert (again.job.attempt, again.job.state) == (2, "succeeded")


@pytest.fixture
def away() -> Iterator[ConvexSync]:
    """Return a client of a deployment that is not there."""
    url = f"http://127.0.0.1:{free_port()}"
    with ConvexSync(url, api_key="k" * 32, max_retries=0, exit_timeout=0.0) as sync:
        yield sync


def test_a_deployment_that_is_away_costs_a_task_nothing(away: ConvexSync, job_id: str) -> None:
    """The code of the task finds a job to talk to, first try or later."""
    runs = Runs(away, strict=False, lease=LEASE, describe=None)
    runs.wait_for(run(job_id))
    running = begun(runs, job_id)
    running.job.progress(50)
    running.retry("no ink", 1.0)
    again = runs.begin(run(job_id, attempt=2))
    runs.cancel("elsewhere", "stopped")

    assert again is not None
    again.enter()
    assert again.job.attempt is None
    again.succeed()


def test_strictly_a_deployment_that_is_away_fails_the_task(away: ConvexSync, job_id: str) -> None:
    """Somebody wants no work that nobody can follow."""
    runs = Runs(away, strict=True, lease=LEASE, describe=None)

    with pytest.raises(ConnectionFailedError):
        runs.begin(run(job_id))


def test_where_no_deployment_is_named_tasks_run_without_jobs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, job_id: str
) -> None:
    """On a laptop, or in a test; strictly it is a mistake in the settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("CONVEX_URL", "CONVEX_SELF_HOSTED_URL"):
        monkeypatch.delenv(name, raising=False)

    assert Runs(None, strict=False, lease=LEASE, describe=None).begin(run(job_id)) is None
    with pytest.raises(SettingsError):
        Runs(None, strict=True, lease=LEASE, describe=None).begin(run(job_id))


def test_a_mistake_in_describe_fails_no_task(
    sync: ConvexSync, job_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is warned of, and the job is kept without what it would have said; strictly it raises."""

    def describe(_: ForeignRun) -> ForeignRun:
        raise KeyError("owner")

    running = Runs(sync, strict=False, lease=LEASE, describe=describe).begin(run(job_id))
    assert running is not None
    running.succeed()
    assert len(caplog.messages) == 1
    with pytest.raises(KeyError):
        Runs(sync, strict=True, lease=LEASE, describe=describe).begin(run(job_id))
