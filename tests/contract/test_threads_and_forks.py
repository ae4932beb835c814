"""One client in many threads, and on both sides of a fork."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import requests

from tests import fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync import ConvexSync
    from tests.conftest import Deployment


def in_child(act: Callable[[], object]) -> int:
    """Do something in a forked child; return 0 if it went well."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_threads_share_a_client(sync: ConvexSync, job_id: str) -> None:
    """Sixteen threads write at once: nothing is lost, doubled or mixed up."""
    ids = [f"{job_id}-{n}" for n in range(16)]
    start = threading.Barrier(len(ids))
    failures: list[BaseException] = []

    def work(each: str) -> None:
        try:
            start.wait()
            sync.upsert_job({"id": each, "status": "processing"})
            for step in range(10):
                assert sync.record_event(each, "step", step).outcome == "applied"
            assert sync.upsert_job({"id": each, "status": "done", "n": each}).job_id == each
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=work, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    for each in ids:
        job = sync.fetch_job(each)
        assert job is not None
        assert (job.status, job["n"]) == ("done", each)
        assert [event.payload for event in sync.list_events(each)] == list(range(10))


def test_threads_write_to_one_job(sync: ConvexSync, job_id: str) -> None:
    """Fields that different threads set at once are all there."""
    sync.upsert_job({"id": job_id})
    threads = [
        threading.Thread(target=sync.upsert_job, args=({"id": job_id, f"field {n}": n},))
        for n in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    job = sync.fetch_job(job_id)
    assert job is not None
    assert [job[f"field {n}"] for n in range(16)] == list(range(16))


@fakes.processes
def test_a_client_works_on_both_sides_of_a_fork(sync: ConvexSync, job_id: str) -> None:
    """Parent and children write through what was one client, at the same time."""
    sync.upsert_job({"id": job_id})
    children: list[int] = []
    threads = [
        threading.Thread(
            target=lambda n=n: children.append(
                in_child(lambda: [sync.record_event(job_id, f"child {n}", i) for i in range(5)])
            )
        )
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for i in range(5):
        sync.record_event(job_id, "parent", i)
    for thread in threads:
        thread.join()

    assert children == [0, 0, 0]
    found = [(event.kind, event.payload) for event in sync.list_events(job_id)]
    kinds = ["parent", "child 0", "child 1", "child 2"]
    assert sorted(found) == sorted((kind, i) for kind in kinds for i in range(5))


@fakes.processes
def test_a_session_of_the_caller_works_after_a_fork(deployment: Deployment, job_id: str) -> None:
    """A session that was passed in is not used by two processes at once."""
    with requests.Session() as session, deployment.sync(session=session) as sync:
        sync.upsert_job({"id": job_id})
        assert in_child(lambda: sync.record_event(job_id, "child")) == 0
        sync.record_event(job_id, "parent")
        assert [event.kind for event in sync.list_events(job_id)] == ["child", "parent"]


@fakes.processes
def test_a_child_may_watch_while_its_parent_watches(sync: ConvexSync, job_id: str) -> None:
    """Each side of a fork has a worker of its own, and the parent's goes on."""
    sync.upsert_job({"id": job_id, "status": "processing"})
    snapshots = sync.watch(job_id, timeout=60.0)
    next(snapshots)
    sync.upsert_job({"id": job_id, "stage": "live"})
    next(snapshots)

    def child() -> None:
        own = sync.watch(job_id, timeout=60.0)
        assert next(own).stage == "live"
        sync.upsert_job({"id": job_id, "stage": "child"})
        assert next(own).stage == "child"
        sync.close()

    assert in_child(child) == 0
    assert next(snapshots).stage == "child"
    sync.upsert_job({"id": job_id, "status": "done"})
    assert [job.status for job in snapshots] == ["done"]
