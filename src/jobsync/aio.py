"""`AsyncConvexSync`: the same verbs for programs with an event loop.

Each verb runs in a thread, so that the loop never waits for the network; what it does stands in
`ConvexSync` alone.
"""

from __future__ import annotations

import asyncio
import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from .client import ConvexSync
from .errors import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from types import TracebackType

    from typing_extensions import Self

    from ._block import JobBlock
    from .job import TrackedJob
    from .models import Job

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
F = TypeVar("F", bound="Callable[..., Awaitable[Any]]")

_END: Any = object()


def _verb(
    method: Callable[Concatenate[ConvexSync, P], R],
) -> Callable[Concatenate[AsyncConvexSync, P], Awaitable[R]]:
    @wraps(method)
    async def call(self: AsyncConvexSync, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(method, self.sync, *args, **kwargs)

    return call


def _list(
    method: Callable[Concatenate[ConvexSync, P], Iterator[T]],
) -> Callable[Concatenate[AsyncConvexSync, P], AsyncIterator[T]]:
    @wraps(method)
    def call(self: AsyncConvexSync, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return _stepped(method(self.sync, *args, **kwargs))

    return call


def _block(
    method: Callable[Concatenate[ConvexSync, P], JobBlock],
) -> Callable[Concatenate[AsyncConvexSync, P], AsyncJobBlock]:
    @wraps(method)
    def call(self: AsyncConvexSync, /, *args: P.args, **kwargs: P.kwargs) -> AsyncJobBlock:
        return AsyncJobBlock(method(self.sync, *args, **kwargs))

    return call


def _at_once(
    method: Callable[Concatenate[ConvexSync, P], R],
) -> Callable[Concatenate[AsyncConvexSync, P], R]:
    @wraps(method)
    def call(self: AsyncConvexSync, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return method(self.sync, *args, **kwargs)

    return call


async def _stepped(items: Iterator[T]) -> AsyncIterator[T]:
    while (item := await asyncio.to_thread(next, items, _END)) is not _END:
        yield item


class AsyncConvexSync:
    """A connection to a deployment, for `async with`; it is made as a `ConvexSync` is.

    `sync` is the connection that it shares its work with.
    """

    def __init__(self, url: str | None = None, **options: Any) -> None:
        self.sync = ConvexSync(url, **options)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @property
    def url(self) -> str:
        """The deployment's address."""
        return self.sync.url

    @property
    def functions(self) -> str:
        """The folder below convex/ with jobsync's functions, "" for its top; sure after a call."""
        return self.sync.functions

    handshake = _verb(ConvexSync.handshake)
    upsert_job = _verb(ConvexSync.upsert_job)
    fetch_job = _verb(ConvexSync.fetch_job)
    fetch_public = _verb(ConvexSync.fetch_public)
    upload_asset = _verb(ConvexSync.upload_asset)
    upload_files = _verb(ConvexSync.upload_files)
    upload_folder = _verb(ConvexSync.upload_folder)
    download_asset = _verb(ConvexSync.download_asset)
    list_assets = _verb(ConvexSync.list_assets)
    record_event = _verb(ConvexSync.record_event)
    create_job = _verb(ConvexSync.create_job)
    start_job = _verb(ConvexSync.start_job)
    update_progress = _verb(ConvexSync.update_progress)
    complete_job = _verb(ConvexSync.complete_job)
    fail_job = _verb(ConvexSync.fail_job)
    cancel_job = _verb(ConvexSync.cancel_job)
    retry_job = _verb(ConvexSync.retry_job)
    set_run = _verb(ConvexSync.set_run)
    delete_job = _verb(ConvexSync.delete_job)
    share = _verb(ConvexSync.share)
    unshare = _verb(ConvexSync.unshare)
    latest_of_source = _verb(ConvexSync.latest_of_source)
    rollup = _verb(ConvexSync.rollup)
    stats = _verb(ConvexSync.stats)
    set_retention = _verb(ConvexSync.set_retention)
    list_retention = _verb(ConvexSync.list_retention)
    flush = _verb(ConvexSync.flush)
    close = _verb(ConvexSync.close)

    token = _at_once(ConvexSync.token)
    delivery_stats = _at_once(ConvexSync.delivery_stats)
    job = _block(ConvexSync.job)

    list_events = _list(ConvexSync.list_events)
    list_jobs = _list(ConvexSync.list_jobs)
    active_jobs = _list(ConvexSync.active_jobs)
    jobs_of_source = _list(ConvexSync.jobs_of_source)

    async def watch(self, job_id: str, *, timeout: float | None = None) -> AsyncIterator[Job]:
        """Follow a job, as `ConvexSync.watch` does; ends at once when the task is cancelled."""
        watch = self.sync._watch(job_id, timeout=timeout)  # noqa: SLF001 (the same package)
        try:
            async for job in _stepped(watch.snapshots()):
                yield job
        finally:
            watch.stop()

    async def wait(self, job_id: str, *, timeout: float | None = None) -> Job:
        """Return the job when it has ended, as `ConvexSync.wait` does."""
        async for job in self.watch(job_id, timeout=timeout):
            last = job
        return last

    def tracked(self, type: str | None = None, **options: Any) -> Callable[[F], F]:  # noqa: A002
        """Make each call of a coroutine function a job, as `ConvexSync.tracked` does."""

        def decorate(function: F) -> F:
            if not inspect.iscoroutinefunction(function):
                raise InvalidFieldError.of(
                    "tracked", "takes an `async def` function; for others use ConvexSync.tracked"
                )

            @wraps(function)
            async def run(*args: Any, **kwargs: Any) -> Any:
                async with self.job(type or function.__name__, **options):
                    return await function(*args, **kwargs)

            return cast("F", run)

        return decorate

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class AsyncJobBlock:
    """`async with sync.job(...) as job:`, once. A cancelled task leaves a canceled job.

    What the job says and the files that it is given never wait for the network, so there is no
    `await`; only `Upload.wait` waits, and belongs in `asyncio.to_thread`.
    """

    def __init__(self, block: JobBlock) -> None:
        self._block = block

    async def __aenter__(self) -> TrackedJob:
        await asyncio.to_thread(self._block.begin)
        return self._block.enter()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._block.leave()
        await asyncio.to_thread(self._block.end, error)
