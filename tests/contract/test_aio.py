"""The same verbs for programs with an event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from jobsync import AsyncConvexSync, ConvexSync, InvalidFieldError, UnknownStatusError, current_job

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from tests.conftest import Deployment


def run(deployment: Deployment, body: Any) -> Any:
    """Run `body(sync)` in an event loop, for a minute at most."""

    async def main() -> Any:
        async with AsyncConvexSync(deployment.url, api_key=deployment.api_key) as sync:
            return await asyncio.wait_for(body(sync), 60)

    return asyncio.run(main())


def test_it_has_every_verb_of_the_other() -> None:
    """Whoever knows one knows both; a worker is a process of its own, and has no loop."""
    verbs = {name for name in dir(ConvexSync) if name[0] != "_"}

    assert verbs - {"renew", "worker"} <= set(dir(AsyncConvexSync))


def test_a_record_a_file_and_an_event_come_back(
    deployment: Deployment, job_id: str, tmp_path: Path
) -> None:
    """What is saved is what is read, and pages are gone through with `async for`."""
    file = tmp_path / "out.txt"
    file.write_text("made")

    async def body(sync: AsyncConvexSync) -> None:
        await sync.upsert_job({"id": job_id, "status": "processing", "idea": "fox"})
        asset = await sync.upload_asset(job_id, file)
        await sync.record_event(job_id, "seen", {"n": 1})
        job = await sync.fetch_job(job_id)

        assert job is not None
        assert job["idea"] == "fox"
        assert [each.sha256 for each in await sync.list_assets(job_id)] == [asset.sha256]
        assert [event.payload async for event in sync.list_events(job_id)] == [{"n": 1}]

    run(deployment, body)


def test_an_error_is_raised_where_it_is_awaited(deployment: Deployment, job_id: str) -> None:
    """Errors are those of `ConvexSync`."""
    with pytest.raises(UnknownStatusError):
        run(deployment, lambda sync: sync.upsert_job({"id": job_id, "status": "nonsense"}))


def test_a_watcher_sees_a_job_of_the_same_loop_end(deployment: Deployment, job_id: str) -> None:
    """Following a job does not hold the loop up, in which the job itself runs."""

    async def body(sync: AsyncConvexSync) -> list[str]:
        await sync.create_job("render", job_id=job_id)
        started = asyncio.Event()

        async def follow() -> list[str]:
            states = []
            async for job in sync.watch(job_id):
                states.append(job.state)
                started.set()
            return states

        following = asyncio.create_task(follow())
        await started.wait()
        async with sync.job("render", job_id=job_id):
            pass
        return await following

    assert run(deployment, body)[-1] == "succeeded"


def test_a_cancelled_watcher_lets_go(deployment: Deployment, job_id: str) -> None:
    """The loop ends although the job goes on for ever: no thread is left waiting."""

    async def body(sync: AsyncConvexSync) -> None:
        await sync.upsert_job({"id": job_id, "status": "processing"})
        waiting = asyncio.create_task(_ended(sync.wait(job_id)))
        watch = sync.watch(job_id)
        await anext(watch)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await watch.aclose()

    run(deployment, body)


def test_blocks_of_one_loop_keep_apart(deployment: Deployment, job_id: str) -> None:
    """Each task has its own current job; a block inside a block is its child."""

    async def body(sync: AsyncConvexSync) -> None:
        async def one(name: str) -> None:
            async with sync.job("outer", job_id=f"{job_id}-{name}") as outer:
                await asyncio.sleep(0)
                assert current_job() is outer
                async with sync.job("inner", job_id=f"{job_id}-{name}-in"):
                    pass
                outer.result = name

        await asyncio.gather(one("a"), one("b"))
        for name in ("a", "b"):
            outer = await sync.fetch_job(f"{job_id}-{name}")
            inner = await sync.fetch_job(f"{job_id}-{name}-in")
            assert outer is not None
            assert (outer.state, outer.result) == ("succeeded", name)
            assert inner is not None
            assert inner.parent == outer.job_id

    run(deployment, body)


def test_a_cancelled_task_leaves_a_canceled_job(deployment: Deployment, job_id: str) -> None:
    """A task that is cancelled did not succeed, and did not fail either."""

    async def body(sync: AsyncConvexSync) -> None:
        began = asyncio.Event()

        @sync.tracked("render", job_id=job_id)
        async def work() -> None:
            began.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(_ended(work()))
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        job = await sync.fetch_job(job_id)

        assert job is not None
        assert job.state == "canceled"

    run(deployment, body)


def test_tracked_is_for_coroutine_functions(deployment: Deployment) -> None:
    """A function that would block the loop is refused, with what to use instead."""
    sync = AsyncConvexSync(deployment.url, api_key=deployment.api_key)

    with pytest.raises(InvalidFieldError, match="async def"):

        @sync.tracked("render")
        def work() -> None: ...


async def _ended(work: Coroutine[Any, Any, Any]) -> None:
    await work
