"""The deployment in memory: what it is made of, and what is different about it.

That it does what others do is what tests/contract says, run on it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import threading
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobsync import ConvexSync, RequestTimeoutError, TemporaryServerError
from jobsync.errors import ConnectionFailedError, LocalDeploymentError, UnexpectedResponseError
from jobsync.testing import (
    AsyncFakeConvexSync,
    FakeConvexSync,
    FakeDeployment,
    LocalDeployment,
    _v8,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def fake() -> Iterator[FakeConvexSync]:
    with FakeConvexSync(max_retries=0) as fake:
        yield fake


def test_its_functions_are_those_that_the_wheel_deploys() -> None:
    """The script was made of the recorded push, not of a `convex/` of another day."""
    embedded = resources.files("jobsync") / "_embedded"
    pushed = hashlib.sha256((embedded / "backend.push").read_bytes()).hexdigest()

    assert _v8.shared().push == pushed


def test_it_has_the_words_of_the_local_one(fake: FakeConvexSync) -> None:
    """A test may be moved from one to the other."""
    words = {name for name in dir(LocalDeployment) if not name.startswith("_")}

    assert words <= set(dir(fake.deployment))


def test_fakes_know_nothing_of_each_other(fake: FakeConvexSync) -> None:
    """Each is a deployment of its own, with a key of its own."""
    with FakeConvexSync() as other:
        fake.upsert_job({"id": "fox", "status": "running"})

        assert other.fetch_job("fox") is None
        assert other.deployment.api_key != fake.deployment.api_key


def test_several_clients_share_one(fake: FakeConvexSync) -> None:
    """What one writes the others read."""
    with fake.deployment.sync() as writer:
        writer.upsert_job({"id": "fox", "status": "running"})

    job = fake.fetch_job("fox")
    assert job is not None
    assert job.state == "running"


def test_code_that_makes_its_own_client_finds_it(
    fake: FakeConvexSync, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named by the environment, as every deployment."""
    for name, value in fake.deployment.environ.items():
        monkeypatch.setenv(name, value)

    with ConvexSync() as found:
        found.upsert_job({"id": "fox", "status": "running"})

    assert fake.fetch_job("fox") is not None


def test_files_and_routes_are_reached_with_its_session(
    fake: FakeConvexSync, tmp_path: Path
) -> None:
    """A URL of a file gives its bytes and parts of them; routes answer as they do elsewhere."""
    path = tmp_path / "fox.txt"
    path.write_bytes(b"a quick fox")
    fake.upsert_job({"id": "fox", "status": "running"})
    url = fake.upload_asset("fox", path).url
    assert url is not None
    with closing(fake.deployment.session()) as session:
        assert session.get(url).content == b"a quick fox"
        assert session.get(url, headers={"Range": "bytes=2-6"}).content == b"quick"
        session.headers["Authorization"] = f"Bearer {fake.deployment.api_key}"
        route = f"{fake.deployment.site_url}/api/job"
        assert session.get(route, params={"id": "fox"}).json()["status"] == "running"


def test_time_is_moved_and_leases_run_out(fake: FakeConvexSync) -> None:
    """What came due has run when `advance` returns."""
    fake.create_job("render", job_id="silent", max_attempts=2)
    fake.start_job("silent", lease=60)

    before = fake.deployment.freeze()
    assert fake.deployment.advance(61) == pytest.approx(before + 61)
    job = fake.fetch_job("silent")
    assert job is not None
    assert job.state == "lost"


def test_a_reset_leaves_nothing(fake: FakeConvexSync) -> None:
    """No jobs, no faults, and clients go on."""
    fake.upsert_job({"id": "fox", "status": "running"})
    fake.deployment.faults.refuse(503)

    fake.deployment.reset()

    assert fake.fetch_job("fox") is None


def test_calls_are_refused_delayed_and_dropped(fake: FakeConvexSync) -> None:
    """With the words that every deployment for tests knows."""
    faults = fake.deployment.faults
    with faults.refuse(503), pytest.raises(TemporaryServerError):
        fake.upsert_job({"id": "fox", "status": "running"})
    with faults.drop("request"), pytest.raises(ConnectionFailedError):
        fake.upsert_job({"id": "fox", "status": "running"})
    assert fake.fetch_job("fox") is None
    with faults.drop("answer", times=1), pytest.raises(ConnectionFailedError):
        fake.upsert_job({"id": "fox", "status": "running"})
    assert fake.fetch_job("fox") is not None
    with (
        fake.deployment.sync(timeout=0.05, max_retries=0) as hasty,
        faults.delay(3600),
        pytest.raises(RequestTimeoutError),
    ):
        hasty.fetch_job("fox")


def test_a_delayed_call_is_answered_when_its_time_has_come(fake: FakeConvexSync) -> None:
    """Timers run by themselves, while nobody calls."""
    with fake.deployment.faults.delay(0.05) as delay:
        assert fake.fetch_job("fox") is None

    assert delay.met == 1


def test_whoever_follows_a_job_goes_on_after_an_outage(fake: FakeConvexSync) -> None:
    """A watcher misses nothing of how it ended."""
    fake.upsert_job({"id": "fox", "status": "running"})
    snapshots = fake.watch("fox", timeout=60)
    assert next(snapshots).state == "running"

    fake.deployment.kill()
    with pytest.raises(ConnectionFailedError):
        fake.fetch_job("fox")
    fake.deployment.start()
    fake.upsert_job({"id": "fox", "status": "done"})

    assert [job.state for job in snapshots][-1] == "succeeded"


def test_threads_may_call_at_the_same_time(fake: FakeConvexSync) -> None:
    """Each gets the answer to its own call."""
    answers: dict[str, str] = {}

    def say(name: str) -> None:
        fake.upsert_job({"id": name, "status": "running", "stage": name})
        job = fake.fetch_job(name)
        assert job is not None
        answers[name] = str(job.stage)

    threads = [threading.Thread(target=say, args=(f"job {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {f"job {n}": f"job {n}" for n in range(8)}


def test_an_event_loop_may_use_it() -> None:
    """The asynchronous client has one, too."""

    async def run() -> str | None:
        async with AsyncFakeConvexSync() as fake:
            await fake.upsert_job({"id": "fox", "status": "running"})
            fake.deployment.advance(1)
            job = await fake.fetch_job("fox")
            return job and job.state

    assert asyncio.run(run()) == "running"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_is_told_that_it_cannot_reach_it(fake: FakeConvexSync) -> None:
    """V8 lives in threads, which a child does not have."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            fake.fetch_job("fox")
        except UnexpectedResponseError as error:
            os.write(sending, str(error).encode())
        fake.close()
        os._exit(0)
    os.close(sending)
    with os.fdopen(receiving) as said:
        assert "not there in a forked process" in said.read()
    os.waitpid(child, 0)
    outbox = fake.deployment.environ["JOBSYNC_OUTBOX"]
    assert Path(outbox).parent.is_dir(), "it took its parent's folder with it"


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no mini-racer is told what to install."""
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)

    with pytest.raises(LocalDeploymentError, match=r"pip install 'jobsync\[fake\]'"):
        _v8.V8("")


def test_a_closed_one_is_gone() -> None:
    """Closing it twice does no harm; clients that are left cannot reach it."""
    deployment = FakeDeployment()
    with deployment.sync(max_retries=0) as sync:
        deployment.close()
        deployment.close()

        with pytest.raises(ConnectionFailedError):
            sync.fetch_job("fox")
