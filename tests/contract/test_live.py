"""Following jobs that others run."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import WaitTimeoutError
from jobsync._transports.live import COMMAND, LiveUpdates
from tests import fakes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync import ConvexSync, Job
    from jobsync.testing import LocalDeployment
    from tests.conftest import Deployment

RUNNER = """
import sys
from jobsync import ConvexSync
url, job_id = sys.argv[1:]
with ConvexSync(url) as sync:
    for line in sys.stdin:
        status, stage = line.split()
        sync.upsert_job({"id": job_id, "status": status, "stage": stage})
"""

PATIENCE = 60.0


class Runner:
    """Another process, which does to a job what it is told."""

    def __init__(self, deployment: Deployment, job_id: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", RUNNER, deployment.url, job_id],
            stdin=subprocess.PIPE,
            text=True,
            env={"JOBSYNC_API_KEY": deployment.api_key},
        )

    def say(self, status: str, stage: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{status} {stage}\n")
        self._process.stdin.flush()

    def end(self) -> int:
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
            return process.wait()


class RunnerHere:
    """The same in this process, where the deployment is one of it, with a client of its own."""

    def __init__(self, deployment: Deployment, job_id: str) -> None:
        self._sync = deployment.sync()
        self._job_id = job_id

    def say(self, status: str, stage: str) -> None:
        self._sync.upsert_job({"id": self._job_id, "status": status, "stage": stage})

    def end(self) -> int:
        self._sync.close()
        return 0


@pytest.fixture
def runner(deployment: Deployment, job_id: str) -> Iterator[Runner | RunnerHere]:
    """Return another client that runs the job, in another process if it can be."""
    runner = (RunnerHere if fakes.CHOSEN else Runner)(deployment, job_id)
    yield runner
    assert runner.end() == 0


def test_a_watcher_sees_each_stage_until_the_end(
    sync: ConvexSync, job_id: str, runner: Runner
) -> None:
    """The first snapshot is what is there; each change follows; the last is how it ended."""
    sync.upsert_job({"id": job_id, "status": "queued"})
    steps = iter([("processing", "one"), ("processing", "two"), ("done", "three")])
    seen: list[tuple[str, str | None]] = []
    for job in sync.watch(job_id, timeout=PATIENCE):
        seen.append((job.status, job.stage))
        if not job.finished:
            runner.say(*next(steps))

    assert seen == [
        ("queued", None),
        ("processing", "one"),
        ("processing", "two"),
        ("done", "three"),
    ]


def test_whoever_waits_gets_the_job_when_it_has_ended(
    sync: ConvexSync, job_id: str, runner: Runner
) -> None:
    """Waiting may begin before the job exists; a failed job ends the wait too."""
    runner.say("error", "broken")

    job = sync.wait(job_id, timeout=PATIENCE)
    assert (job.state, job.stage) == ("failed", "broken")


@fakes.processes
def test_a_job_that_has_ended_is_there_at_once(sync: ConvexSync, job_id: str) -> None:
    """One snapshot, and no process is started for it."""
    sync.upsert_job({"id": job_id, "status": "done"})

    assert [job.status for job in sync.watch(job_id)] == ["done"]
    assert sync._live._process is None


def test_a_wait_that_takes_too_long_says_how_the_job_is(sync: ConvexSync, job_id: str) -> None:
    """The time that was given is kept, and the error names id and state."""
    sync.upsert_job({"id": job_id, "status": "processing"})

    with pytest.raises(WaitTimeoutError, match=f"{job_id}.* is running"):
        sync.wait(job_id, timeout=0.5)


def test_many_watch_through_one_process(sync: ConvexSync, job_id: str) -> None:
    """Several threads follow several jobs, each its own."""
    ids = [f"{job_id}-{n}" for n in range(5)]
    for each in ids:
        sync.upsert_job({"id": each, "status": "processing", "n": each})
    started = threading.Barrier(len(ids) + 1)
    ended: dict[str, Job] = {}

    def follow(each: str) -> None:
        snapshots = sync.watch(each, timeout=PATIENCE)
        next(snapshots)
        started.wait()
        *_, ended[each] = snapshots

    threads = [threading.Thread(target=follow, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    started.wait()
    for each in reversed(ids):
        sync.upsert_job({"id": each, "status": "done"})
    for thread in threads:
        thread.join()

    assert {each: job["n"] for each, job in ended.items()} == {each: each for each in ids}


@fakes.processes
def test_the_worker_may_die(sync: ConvexSync, job_id: str) -> None:
    """A worker that is killed is started again, and nothing is missed."""
    sync.upsert_job({"id": job_id, "status": "processing", "stage": "one"})
    snapshots = sync.watch(job_id, timeout=PATIENCE)
    next(snapshots)
    sync.upsert_job({"id": job_id, "stage": "two"})
    assert next(snapshots).stage == "two"

    worker = sync._live._process
    assert worker is not None
    worker.kill()
    sync.upsert_job({"id": job_id, "stage": "three"})
    assert next(snapshots).stage == "three"


def test_a_token_that_ran_out_is_renewed(sync: ConvexSync, job_id: str) -> None:
    """A job may run longer than a token lives."""
    tokens = sync._backend.tokens
    assert tokens is not None
    sync.upsert_job({"id": job_id, "status": "processing"})
    snapshots = sync.watch(job_id, timeout=PATIENCE)
    next(snapshots)
    # On this clock the token that is sent for the live query is too old on arrival.
    tokens.learn(time.time() - 3600)
    with_old_token = threading.Thread(
        target=lambda: sync.upsert_job({"id": job_id, "status": "done"})
    )
    with_old_token.start()

    assert [job.status for job in snapshots][-1] == "done"
    with_old_token.join()


@fakes.processes
@pytest.mark.parametrize(
    ("path", "code"), [("jobs:getByJobId", "unauthenticated"), ("no:such", None)]
)
def test_what_cannot_be_followed_is_answered_with_an_error(
    deployment: Deployment, path: str, code: str | None
) -> None:
    """A refusal comes with its data, any other failure without."""
    updates = LiveUpdates(deployment.url)
    with closing(updates), updates.follow(path, lambda: {"jobId": "a"}) as news:
        message = news.take(PATIENCE)

    assert message is not None
    data = message["error"]["data"]
    assert (data and data["code"]) == code


@fakes.processes
def test_closing_ends_worker_and_thread(deployment: Deployment) -> None:
    """Nothing is left behind, and closing again does no harm."""
    updates = LiveUpdates(deployment.url)
    with updates.follow("no:such", dict) as news:
        news.take(PATIENCE)
        process, thread = updates._process, updates._thread
    updates.close()
    updates.close()

    assert process is not None
    assert process.poll() is not None
    assert thread is not None
    assert not thread.is_alive()


@fakes.processes
def test_the_worker_ends_with_its_parent(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """A process that is killed while it watches leaves no process behind."""
    sync.upsert_job({"id": job_id, "status": "processing"})
    watcher = f"""
from jobsync import ConvexSync
sync = ConvexSync({deployment.url!r})
snapshots = sync.watch({job_id!r})
next(snapshots)
sync.upsert_job({{"id": {job_id!r}, "stage": "seen"}})
next(snapshots)
print(sync._live._process.pid, flush=True)
next(snapshots)
"""
    with subprocess.Popen(
        [sys.executable, "-c", watcher],
        stdout=subprocess.PIPE,
        text=True,
        env={"JOBSYNC_API_KEY": deployment.api_key},
    ) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.kill()

    wait_until_gone(worker)


def wait_until_gone(pid: int) -> None:
    """Wait for the end of a process that is not a child; the test's time limit is the patience."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
        if not state.strip() or state.startswith("Z"):
            return
        time.sleep(0.05)
    pytest.fail(f"process {pid} is still there")


def test_a_watch_outlives_a_crash_of_the_deployment(own: LocalDeployment, job_id: str) -> None:
    """The deployment is killed and started again; the watcher sees the end all the same."""
    with own.sync() as sync:
        sync.upsert_job({"id": job_id, "status": "processing", "stage": "before"})
        snapshots = sync.watch(job_id, timeout=PATIENCE)
        assert next(snapshots).stage == "before"
        sync.upsert_job({"id": job_id, "stage": "live"})
        assert next(snapshots).stage == "live"

        own.kill()
        own.start()
        sync.upsert_job({"id": job_id, "status": "done", "stage": "after"})
        assert [job.stage for job in snapshots] == ["after"]


def test_a_watch_may_begin_live_while_the_deployment_is_down(
    own: LocalDeployment, job_id: str
) -> None:
    """A deployment that goes down right after the first snapshot is waited for."""
    with own.sync() as sync:
        sync.upsert_job({"id": job_id, "status": "processing"})
        snapshots = sync.watch(job_id, timeout=PATIENCE)
        next(snapshots)
        own.kill()
        ended: list[str] = []
        watcher = threading.Thread(target=lambda: ended.extend(job.status for job in snapshots))
        watcher.start()
        own.start()
        sync.upsert_job({"id": job_id, "status": "done"})
        watcher.join()

    assert ended == ["done"]


@fakes.processes
def test_a_number_that_is_watched_again_stands_for_the_new_query_alone(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """Whoever sends a query afresh gets nothing more from the one before."""
    before, after = f"{job_id}-before", f"{job_id}-after"
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None

        def say(**command: Any) -> None:
            worker.stdin.write(json.dumps(command).encode() + b"\n")
            worker.stdin.flush()

        def heard() -> Any:
            return json.loads(worker.stdout.readline())["value"]["jobId"]

        say(url=deployment.url)
        worker.stdout.readline()
        for watched in (before, after):
            sync.upsert_job({"id": watched})
            args = {"jobId": watched, "token": sync.token()}
            say(watch=1, path="jobs:getByJobId", args=args)
            assert heard() == watched
        for changed in (before, after):
            sync.upsert_job({"id": changed, "stage": "two"})
        assert heard() == after
        worker.stdin.close()
