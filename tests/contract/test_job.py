"""Jobs as blocks of a pipeline, and what becomes of them when it ends in another way."""

from __future__ import annotations

import signal
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from jobsync import (
    ConvexSync,
    InvalidFieldError,
    Job,
    JobCanceled,
    JobEndedError,
)
from tests.contract.following import GUARD, stored, until
from tests.contract.pipelines import LEASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jobsync.testing import LocalDeployment
    from tests.conftest import Deployment, PassTime
    from tests.contract.conftest import Programs

    Start = Callable[[str, str], subprocess.Popen[str]]


@pytest.fixture
def start(programs: Programs) -> Start:
    """Return what starts a pipeline as a process of its own."""
    return lambda name, job_id: programs.start("pipelines", name, job_id, stderr=subprocess.PIPE)


def test_a_block_leaves_a_job_with_all_that_happened(
    sync: ConvexSync, job_id: str, tmp_path: Path
) -> None:
    """Progress, events, files and the result are there when the block has been left."""
    picture = tmp_path / "out.png"
    picture.write_bytes(b"png")
    with sync.job("render", job_id=job_id, source="doc-17", owner="org-3", tags=["x"]) as job:
        for page in job.track(["a", "b", "c"], stage="rendering"):
            job.event("page", {"name": page})
        upload = job.upload(picture)
        job.result = {"pages": 3}
    found = stored(sync, job_id)

    assert (found.state, found.type, found.source, found.owner) == (
        "succeeded",
        "render",
        "doc-17",
        "org-3",
    )
    assert (found.stage, found.progress, found.completed, found.total) == ("rendering", 100, 3, 3)
    assert found.result == {"pages": 3}
    assert [event.payload["name"] for event in sync.list_events(job_id)] == ["a", "b", "c"]
    assert sync.list_assets(job_id) == [upload.wait()]


def test_progress_can_be_followed_while_the_block_runs(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """A reader sees what was said last without the pipeline waiting for it."""
    with deployment.sync() as reader, sync.job("render", job_id=job_id) as job:
        job.progress(40, message="four of ten", stage="rendering")
        seen = until(reader, job_id, lambda found: found.progress == 40)[-1]

    assert (seen.state, seen.message, seen.stage) == ("running", "four of ten", "rendering")


def test_an_exception_leaves_a_failed_job_with_a_private_traceback(
    sync: ConvexSync, job_id: str
) -> None:
    """The public sees the message; who runs the job sees the line that raised."""

    def work() -> None:
        with sync.job("render", job_id=job_id, visibility="public"):
            raise ValueError("page 3 is empty")

    with pytest.raises(ValueError, match="page 3"):
        work()
    job, public = stored(sync, job_id), sync.fetch_public(job_id)

    assert public is not None
    assert (job.state, job.error) == (
        "failed",
        {"message": "page 3 is empty", "type": "ValueError"},
    )
    assert 'raise ValueError("page 3 is empty")' in str(job.error_traceback)
    assert public.error == "page 3 is empty"
    assert "raise ValueError" not in public.model_dump_json()


def test_attempts_follow_each_other_until_one_succeeds(sync: ConvexSync, job_id: str) -> None:
    """The exception comes out each time, and the block says whether there is another attempt."""
    seen = []

    def work(*, good: bool) -> None:
        with sync.job("render", job_id=job_id, max_attempts=3) as job:
            seen.append(job)
            if not good:
                raise ValueError("no luck")

    for _ in range(2):
        with pytest.raises(ValueError, match="no luck"):
            work(good=False)
    assert stored(sync, job_id).error is not None
    work(good=True)

    assert [(job.attempt, job.state) for job in seen] == [
        (1, "queued"),
        (2, "queued"),
        (3, "succeeded"),
    ]
    assert (stored(sync, job_id).state, stored(sync, job_id).error) == ("succeeded", None)


def test_an_error_that_no_attempt_can_help_ends_the_job(sync: ConvexSync, job_id: str) -> None:
    """A wrong argument stays wrong."""
    with (
        pytest.raises(InvalidFieldError),
        sync.job("render", job_id=job_id, max_attempts=3) as job,
    ):
        job.progress(101)

    assert job.state == "failed"


def test_a_job_that_has_ended_is_not_run_again(sync: ConvexSync, job_id: str) -> None:
    """Unless it is retried first; the error says so."""
    with sync.job("render", job_id=job_id):
        pass
    with pytest.raises(JobEndedError, match=r"succeeded.*retry_job"), sync.job("x", job_id=job_id):
        pytest.fail("it ran")


def test_an_orchestrator_says_which_attempt_begins(sync: ConvexSync, job_id: str) -> None:
    """It may come before the one that was killed is lost; what is left of that is late then."""
    killed = sync.job("render", job_id=job_id, attempt=1)
    killed.begin()
    with pytest.raises(ValueError, match="no"), sync.job("render", job_id=job_id, attempt=2):
        raise ValueError("no")
    failed = stored(sync, job_id)
    with sync.job("render", job_id=job_id, attempt=3) as third:
        killed.end(None)
    with (
        pytest.raises(JobEndedError, match=r"retry_job"),
        sync.job("render", job_id=job_id, attempt=4),
    ):
        pytest.fail("it ran")

    assert (failed.state, failed.attempt, failed.max_attempts) == ("failed", 2, 2)
    assert (third.attempt, third.state) == (3, "succeeded")
    assert stored(sync, job_id).error is None


def test_an_attempt_that_is_over_is_not_run(sync: ConvexSync, job_id: str) -> None:
    """A process that comes late finds another one at work."""
    with sync.job("render", job_id=job_id, attempt=2) as job:
        with (
            pytest.raises(JobEndedError, match="attempt 2 has begun since"),
            sync.job("render", job_id=job_id, attempt=1),
        ):
            pytest.fail("it ran")
        assert stored(sync, job_id).state == "running"

    assert (job.attempt, job.state) == (2, "succeeded")


def test_a_newer_attempt_of_a_job_that_was_to_stop_does_not_begin(
    sync: ConvexSync, job_id: str
) -> None:
    """Nobody is left who could stop, so the job is canceled."""
    sync.job("render", job_id=job_id).begin()
    sync.cancel_job(job_id, "too slow")
    with pytest.raises(JobCanceled), sync.job("render", job_id=job_id, attempt=2):
        pytest.fail("it ran")

    assert (stored(sync, job_id).state, stored(sync, job_id).attempt) == ("canceled", 1)


@pytest.mark.parametrize("attempt", [0, True, 1.5, "2"])
def test_an_attempt_is_a_whole_number(sync: ConvexSync, job_id: str, attempt: object) -> None:
    """A mistake is told before anything is begun."""
    with pytest.raises(InvalidFieldError, match="attempt"):
        sync.job("render", job_id=job_id, attempt=attempt).begin()  # type: ignore[arg-type]

    assert sync.fetch_job(job_id) is None


def test_a_job_that_was_canceled_before_it_began_is_not_run(sync: ConvexSync, job_id: str) -> None:
    """Whoever would have run it learns why."""
    sync.create_job("render", job_id=job_id)
    sync.cancel_job(job_id)
    with pytest.raises(JobCanceled), sync.job("render", job_id=job_id):
        pytest.fail("it ran")


def test_a_job_that_gets_done_all_the_same_has_succeeded(sync: ConvexSync, job_id: str) -> None:
    """A request to stop is a request: what is complete is not thrown away."""
    with sync.job("render", job_id=job_id) as job:
        assert sync.cancel_job(job_id).cancel_requested
        job.result = "all of it"

    assert (stored(sync, job_id).state, stored(sync, job_id).result) == ("succeeded", "all of it")


def test_blocks_inside_blocks_are_children(sync: ConvexSync, job_id: str) -> None:
    """A child that fails takes its parent along only if the parent lets it."""
    with sync.job("book", job_id=job_id):
        with sync.job("chapter") as good:
            pass
        with pytest.raises(ValueError, match="bad"), sync.job("chapter") as bad:
            raise ValueError("bad")

    assert stored(sync, good.job_id).parent == job_id
    assert stored(sync, bad.job_id).parent == job_id
    assert [stored(sync, each).state for each in (good.job_id, bad.job_id, job_id)] == [
        "succeeded",
        "failed",
        "succeeded",
    ]


def test_a_tracked_function_is_a_job_each_time(sync: ConvexSync, job_id: str) -> None:
    """Inside a block it is a child of it."""

    @sync.tracked("chapter", tags=[job_id])
    def write(number: int) -> int:
        return number

    with sync.job("book", job_id=job_id) as book:
        assert [write(number) for number in book.track(range(3))] == [0, 1, 2]

    assert stored(sync, job_id).completed == 3


def test_many_threads_run_jobs_on_one_client(sync: ConvexSync, job_id: str) -> None:
    """Each ends with what its own thread said."""
    failures = []

    def work(number: int) -> None:
        try:
            with sync.job("part", job_id=f"{job_id}-{number}") as job:
                for step in job.track(range(50)):
                    job.event("step", step)
                job.result = number
        except Exception as error:  # noqa: BLE001 (any)
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(GUARD)

    assert not failures
    for number in range(8):
        job = stored(sync, f"{job_id}-{number}")
        assert (job.state, job.result, job.completed) == ("succeeded", number, 50)
        assert [e.payload for e in sync.list_events(job.job_id)] == list(range(50))


def test_more_is_said_than_one_call_can_carry(
    sync: ConvexSync, job_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is sent in several, and nothing is refused."""
    with sync.job("render", job_id=job_id) as job:
        for number in range(40):
            job.event("large", {"number": number, "text": "x" * 500_000})

    assert stored(sync, job_id).state == "succeeded"
    assert caplog.records == []


def test_an_outage_in_the_middle_does_not_reach_the_work(
    own: LocalDeployment, job_id: str, tmp_path: Path
) -> None:
    """What was said meanwhile is there once the deployment is back."""
    path = tmp_path / "file"
    path.touch()
    with own.sync() as sync:
        with sync.job("render", job_id=job_id) as job:
            job.progress(10)
            own.kill()
            for percent in range(20, 90, 10):
                job.progress(percent)
                job.event("step", percent)
            own.start()
        found = stored(sync, job_id)

        assert (found.state, found.progress) == ("succeeded", 80)
        assert [e.payload for e in sync.list_events(job_id)] == list(range(20, 90, 10))


def test_a_pipeline_that_is_killed_loses_its_job(
    sync: ConvexSync, start: Start, job_id: str, pass_time: PassTime
) -> None:
    """Alive it holds its lease for as long as it works; killed with 9 it is lost, then failed."""
    pipeline = start("stuck_once", job_id)
    alive = until(sync, job_id, lambda job: _seconds_alive(job) > LEASE)
    assert {job.state for job in alive} <= {"queued", "running"}
    pipeline.kill()
    pass_time(LEASE)
    until(sync, job_id, lambda job: job.state == "lost")
    pass_time(LEASE)
    job = sync.wait(job_id, timeout=GUARD)

    assert (job.state, job.error["reason"]) == ("failed", "lost")


def _seconds_alive(job: Job) -> float:
    if job.heartbeat_at is None or job.started_at is None:
        return 0.0
    return (job.heartbeat_at - job.started_at).total_seconds()


def test_a_pipeline_that_is_killed_may_be_followed_by_another(
    sync: ConvexSync, start: Start, job_id: str, pass_time: PassTime
) -> None:
    """With an attempt left the lost job is queued again; whoever comes next gets on with it."""
    pipeline = start("stuck", job_id)
    until(sync, job_id, lambda job: job.stage == "stuck")
    pipeline.kill()
    pass_time(2 * LEASE)
    until(sync, job_id, lambda job: (job.state, job.attempt) == ("queued", 2))
    assert start("whole", job_id).wait(GUARD) == 0

    assert (stored(sync, job_id).state, stored(sync, job_id).result) == (
        "succeeded",
        {"attempt": 2},
    )


def test_a_second_attempt_that_is_killed_is_lost_too(
    sync: ConvexSync, start: Start, job_id: str, pass_time: PassTime
) -> None:
    """Each attempt has a lease of its own."""
    sync.create_job("stuck", job_id=job_id, max_attempts=2)
    sync.start_job(job_id, lease=LEASE)
    sync.fail_job(job_id, "first")
    pipeline = start("stuck", job_id)
    until(sync, job_id, lambda job: job.stage == "stuck")
    pipeline.kill()
    pass_time(2 * LEASE)
    last = sync.wait(job_id, timeout=GUARD)

    assert (last.state, last.attempt, last.error["reason"]) == ("failed", 2, "lost")


def test_ctrl_c_cancels_the_job(sync: ConvexSync, start: Start, job_id: str) -> None:
    """The process ends as it would have, and the job says why."""
    pipeline = start("stuck", job_id)
    until(sync, job_id, lambda job: job.stage == "stuck")
    pipeline.send_signal(signal.SIGINT)
    _, said = pipeline.communicate(timeout=GUARD)
    job = stored(sync, job_id)

    assert pipeline.returncode == -signal.SIGINT
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert job.state == "canceled"
    assert "Ctrl-C" in str(job.cancel_reason)


def test_an_exit_in_the_middle_cancels_the_job(sync: ConvexSync, start: Start, job_id: str) -> None:
    """Exit code 0 does not make it a success."""
    assert start("leaving", job_id).wait(GUARD) == 0
    job = stored(sync, job_id)

    assert job.state == "canceled"
    assert "code 0" in str(job.cancel_reason)


def test_a_request_to_stop_reaches_the_pipeline(
    sync: ConvexSync, start: Start, job_id: str
) -> None:
    """It learns it with its progress, cleans up, and the job is canceled for the reason given."""
    pipeline = start("obedient", job_id)
    until(sync, job_id, lambda job: job.stage == "working")
    assert sync.cancel_job(job_id, "too slow").state == "running"
    job = sync.wait(job_id, timeout=GUARD)
    _, said = pipeline.communicate(timeout=GUARD)

    assert (job.state, job.cancel_reason, job.stage) == ("canceled", "too slow", "cleaning up")
    assert [event.kind for event in sync.list_events(job_id)] == ["cleaned up"]
    assert "JobCanceled" in said


def test_forked_children_report_and_the_parent_ends_the_job(
    sync: ConvexSync, start: Start, job_id: str
) -> None:
    """A child that leaves does not end what is not its own."""
    pipeline = start("forking", job_id)
    _, said = pipeline.communicate(timeout=GUARD)
    assert pipeline.returncode == 0, said
    job = stored(sync, job_id)

    assert job.state == "succeeded"
    assert sorted(asset.filename for asset in sync.list_assets(job_id)) == [
        "0.log",
        "1.log",
        "2.log",
    ]
    assert [event.kind for event in sync.list_events(job_id)] == ["parent"]
