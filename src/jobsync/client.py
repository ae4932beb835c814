"""`ConvexSync`: jobs, their files and their events in a Convex deployment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import _commands, _lifecycle, _pages, settings
from ._asset_calls import AssetCalls
from ._assets import AssetUpload, Wanted
from ._attempt import Connection, Mode, check_mode
from ._backend import Backend
from ._clock import Deadline, SystemClock
from ._deliver import Answer, Delivery
from ._fork import around_fork
from ._functions import Functions
from ._lifecycle_calls import LEASE, LifecycleCalls
from ._list_calls import ListCalls
from ._queue import Queue
from ._retention_calls import RetentionCalls
from ._sending import Sender
from ._spill import Spill
from ._tokens import GivenToken, Scope, Signer, Tokens
from ._transports.http import HttpTransport
from ._transports.live import live_updates
from ._watch import Watch
from ._wire import names
from .errors import ClosedError, JobsyncError, SettingsError
from .outbox.courier import Courier
from .outbox.limits import Limits, WhenFull
from .outbox.outbox import Outbox
from .outbox.refusals import OnError, Refusals
from .outbox.rows import NewRow
from .worker import GRACE, Worker

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from types import TracebackType

    import requests
    from pydantic import BaseModel
    from typing_extensions import Self

    from ._clock import Clock
    from ._shift import Function
    from .models import Event, Handshake, Job, Level, PublicJob, Receipt, Share
    from .outbox.pending_file import PendingFile
    from .outbox.stats import DeliveryStats

FLUSH_INTERVAL = 1.0
EXIT_TIMEOUT = 5.0
MAX_QUEUED = 1_000_000
MAX_QUEUED_BYTES = 1 << 30

DELIVERY_TIMEOUT = 15.0
"""Seconds for one call of the thread that delivers, which comes back to it anyway."""

ENDS = frozenset({"complete", "fail", "cancel"})


class ConvexSync(AssetCalls, LifecycleCalls, ListCalls, RetentionCalls):
    """A connection to a deployment. Safe to share between threads, and usable after a fork.

    Without arguments it is found in the environment (`CONVEX_URL`, `JOBSYNC_API_KEY`), else in the
    `.env.local` and `.env` of the project; a named `env_file` goes before all these. `functions`
    (`JOBSYNC_FUNCTIONS`) is the folder below convex/ where the deployment has jobsync's functions;
    without it they are found at the top or in convex/jobsync/. Each method returns when the
    deployment has answered, or raises; `timeout` is for one call with its retries, in seconds.

    What is sent in the background (what a job says, and with `delivery="background"` every change)
    waits in the `outbox`, a file that outlives the process, for up to `flush_interval` seconds (1).
    `on_error` says what becomes of what the deployment refuses there: it is parked, and with
    `raise` or a function of the caller's also told. When `max_queued` commands (a million) or
    `max_queued_bytes` (1 GiB) wait, `when_full` says whether the caller waits, progress is dropped,
    or `OutboxFullError` is raised. A program that ends waits `exit_timeout` seconds (5) for the
    rest. Raises `SettingsError` if no deployment is named, or its address cannot be one.
    """

    def __init__(  # noqa: PLR0913 (each has a default)
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        token: str | None = None,
        functions: str | None = None,
        env_file: str | os.PathLike[str] | None = None,
        timeout: float = 60.0,
        max_retries: int = 4,
        session: requests.Session | None = None,
        delivery: Mode = "strict",
        on_error: OnError = "park",
        outbox: str | os.PathLike[str] | None = None,
        flush_interval: float = FLUSH_INTERVAL,
        exit_timeout: float = EXIT_TIMEOUT,
        max_queued: int = MAX_QUEUED,
        max_queued_bytes: int = MAX_QUEUED_BYTES,
        when_full: WhenFull = "block",
    ) -> None:
        self._settings = settings.load(url, api_key, token, functions=functions, env_file=env_file)
        self._functions = Functions(self._settings.functions)
        self._clock: Clock = SystemClock()
        self._timeout = timeout
        self._max_retries = max_retries
        self._session = session
        self._closed = False
        self._delivery_mode = check_mode(delivery)
        self._exit_timeout = _seconds("exit_timeout", exit_timeout)
        refusals = Refusals(on_error)
        self._courier = Courier(
            Outbox(
                settings.outbox_path(self.url, outbox),
                self.url,
                Limits(max_queued, max_queued_bytes, when_full, timeout).check(),
                self._clock,
                must_last=refusals.raises,
            ),
            ingest=self._ingest,
            apply=self._deliver,
            uploader=self._store,
            refusals=refusals,
            flush_interval=_seconds("flush_interval", flush_interval),
            exit_timeout=self._exit_timeout,
            clock=self._clock,
        )
        self._start()
        self._around_fork = around_fork(self._courier.hold, self._courier.unhold, self._renew)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @property
    def url(self) -> str:
        """The deployment's address."""
        return self._settings.url

    @property
    def functions(self) -> str:
        """The folder below convex/ with jobsync's functions, "" for its top; sure after a call."""
        return self._functions.folder

    def handshake(self) -> Handshake:
        """Ask the deployment for its version and time; raises what any call would raise."""
        said = names.handshake(self._query("handshake:get", {}))
        self._backend.check_protocol(said.protocol)
        return said

    def upsert_job(self, record: Mapping[str, Any] | BaseModel) -> Receipt:
        """Create a job, or change the fields that the record has.

        The record names the job (`id`) and holds whatever belongs to it, as plain JSON. A key that
        is absent leaves its field as it is; `None` clears it. What has ended stays so: a later
        status is answered as `stale`. Raises `InvalidFieldError`, which names the field,
        `UnknownStatusError` or `TooLargeError` if it cannot be stored; then nothing is.
        """
        return self._apply(_commands.upsert(record))

    def fetch_job(self, job_id: str) -> Job | None:
        """Return a job, or `None` if there is none with this id."""
        answer = self._read("jobs:getByJobId", _commands.job(job_id))
        return None if answer is None else names.job(answer)

    def fetch_public(self, job_id: str) -> PublicJob | None:
        """Return what the public sees of a job, or `None` if it does not exist or is not public."""
        backend, args = self._open(), _commands.job(job_id)
        answer = backend.files.read_public(
            lambda: backend.open_query("jobs:getPublic", args, self._deadline())
        )
        return None if answer is None else names.public_job(answer)

    def watch(self, job_id: str, *, timeout: float | None = None) -> Iterator[Job]:
        """Follow a job: the first snapshot at once, then each change, the last when it has ended.

        A job that does not exist yet is waited for a few seconds; then `JobNotFoundError`. If it
        has not ended within `timeout` seconds, `WaitTimeoutError`. Whoever takes long between
        snapshots gets the newest, not each.
        """
        return self._watch(job_id, timeout=timeout).snapshots()

    def wait(self, job_id: str, *, timeout: float | None = None) -> Job:
        """Return the job when it has ended; what it may raise is as with `watch`."""
        *_, last = self.watch(job_id, timeout=timeout)
        return last

    def worker(
        self,
        type: str,  # noqa: A002 (the field's name)
        *,
        concurrency: int = 1,
        lease: float = LEASE,
        grace: float = GRACE,
    ) -> Callable[[Function], Worker]:
        """Make a function a worker, whose `run` calls it with each queued job of a type.

        Several processes may run the same worker: no two get the same attempt of a job. How a call
        ends is how the job ends, as with the block of `job`. What a killed process ran is taken
        over by another one after the `lease` (60 s), if the job has an attempt left. A worker that
        is stopped lets jobs finish for `grace` seconds (20).
        """
        _lifecycle.claim(type, lease)

        def queue() -> Queue:
            backend, connection = self._open(), self._connection()
            return Queue(
                type, lease, connection, backend, self._live, self._deliver, self.fetch_job
            )

        return lambda function: Worker(function, queue, concurrency=concurrency, grace=grace)

    def record_event(
        self,
        job_id: str,
        kind: str,
        payload: Any = None,
        *,
        level: Level = "info",
        time: datetime | None = None,
        event_id: str | None = None,
    ) -> Receipt:
        """Record that something happened to a job: a `kind` of up to 100 characters, plain JSON.

        `time` is an aware datetime, else the deployment's time. An `event_id` that was seen before
        changes nothing. Raises `JobNotFoundError` if there is no such job.
        """
        return self._apply(
            _commands.event(job_id, kind, payload, level=level, time=time, event_id=event_id)
        )

    def list_events(self, job_id: str, *, newest_first: bool = False) -> Iterator[Event]:
        """Go through the events of a job, oldest first; pages are fetched as they are needed.

        Raises `JobNotFoundError`, when the first is asked for, if there is no such job.
        """
        args = {**_commands.job(job_id), "newestFirst": newest_first}
        files = self._open().files
        return (
            names.event(files.event(item))
            for item in _pages.items("events:list", args, self._query)
        )

    def share(self, job_id: str, *, expires_in: float = 3600.0) -> Share:
        """Make a token that shows what the public may see of a job, for so many seconds.

        Whoever has it opens the share's `link`, or passes it as `ConvexSync(url, token=...)` and
        calls `fetch_public`. `expires_in` is from a second to 366 days. Raises `JobNotFoundError`.
        """
        args = {**_commands.job(job_id), "expiresInMs": _lifecycle.millis("expires_in", expires_in)}
        return names.share(self._mutate("jobs:share", args))

    def unshare(self, job_id: str, share_id: str) -> bool:
        """Make a share's token show nothing more; return whether there was such a share."""
        args = {**_commands.job(job_id), "shareId": _commands.text(share_id, "share_id")}
        answer = self._mutate("jobs:unshare", args)
        return isinstance(answer, Mapping) and answer.get("revoked") is True

    def token(
        self,
        scope: Scope = "read",
        *,
        job_id: str | None = None,
        owner: str | None = None,
        tag: str | None = None,
        expires_in: float = 3600.0,
    ) -> str:
        """Sign a token to give away, which reaches no further than its scope and limits.

        `share` may only see what the public sees of a job, `read` may read, `write` may also write,
        `admin` may also set rules of retention. It is good for `expires_in` seconds. No network is
        needed; raises `SettingsError` where there is no key.
        """
        limits = {"job_id": job_id, "owner": owner, "tag": tag}
        given = {
            name.removesuffix("_id"): _commands.text(value, name)
            for name, value in limits.items()
            if value is not None
        }
        tokens = self._open().tokens
        if tokens is None:
            raise SettingsError("Signing a token takes the key; none is set.")
        return tokens.mint(scope, expires_in, given)

    def flush(self, timeout: float | None = None) -> bool:
        """Send all that waits in the outbox, also what earlier processes have left there.

        Return whether nothing waits any more; `None` waits for as long as it takes. What is parked
        does not wait.
        """
        self._open()
        is_clear = self._courier.flush(timeout)
        self._courier.refusals.check()
        return is_clear

    def delivery_stats(self) -> DeliveryStats:
        """Return how much was sent in the background, and how much waits, of this client."""
        return self._courier.stats()

    def close(self, timeout: float | None = None) -> None:
        """Send what waits, for up to `timeout` or else `exit_timeout` seconds, and let go.

        The rest stays in the outbox, for the next process. May be called again.
        """
        if self._closed:
            return
        try:
            self._courier.stop(self._exit_timeout if timeout is None else timeout)
        finally:
            self._closed = True
            self._live.close()
            self._backend.transport.close()
        self._courier.refusals.check()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except JobsyncError:
            # What ended the block must not be hidden.
            if error is None:
                raise

    def _renew(self) -> None:
        """Go on in a forked child, with connections, writers and locks of its own."""
        self._live.forget()
        self._courier.renew()
        if self._session is not None:
            self._session.close()
        self._start()

    def _start(self) -> None:
        transport = HttpTransport(
            self.url, max_retries=self._max_retries, clock=self._clock, session=self._session
        )
        self._backend = Backend(transport, _tokens(self._settings, self._clock), self._functions)
        self._live = live_updates(self.url, self._functions.name)
        sender = Sender(self._backend, self._timeout, self._clock)
        self._delivery = Delivery(self._backend, Spill(sender))
        self._assets = AssetUpload(sender, self._delivery)

    def _open(self) -> Backend:
        if self._closed:
            raise ClosedError("This ConvexSync was closed; make another one.")
        return self._backend

    def _query(self, path: str, args: Mapping[str, Any], scope: Scope = "write") -> Any:
        return self._open().query(path, dict(args), self._deadline(), scope)

    def _read(self, path: str, args: Mapping[str, Any]) -> Any:
        """Ask for a job, with the values of it that are kept in files."""
        return self._open().files.read(lambda: self._query(path, args))

    def _mutate(self, path: str, args: Mapping[str, Any], scope: Scope = "write") -> Any:
        return self._open().mutation(path, dict(args), self._deadline(), scope)

    def _watch(self, job_id: str, *, timeout: float | None) -> Watch:
        backend = self._open()
        deadline = Deadline(timeout, self._clock)
        return Watch(backend, self._live, _commands.job(job_id)["jobId"], deadline, self._timeout)

    def _connection(self) -> Connection:
        self._open()
        return Connection(self.url, self._deliver, self._courier, self._clock, self._timeout)

    def _mode(self, delivery: Mode | None) -> Mode:
        return self._delivery_mode if delivery is None else check_mode(delivery)

    def _store(self, file: PendingFile) -> _commands.Command:
        wanted = Wanted(file.job_id, file.role, file.filename, file.content_type, file.public)
        return self._assets.uploader.store(file.path, wanted).command

    def _ingest(
        self, writer_id: str, first_seq: int, commands: Sequence[_commands.Command]
    ) -> Answer:
        deadline = Deadline(min(self._timeout, DELIVERY_TIMEOUT), self._clock)
        return self._delivery.ingest(writer_id, first_seq, commands, deadline)

    def _deliver(self, commands: Sequence[_commands.Command]) -> Sequence[Mapping[str, Any]]:
        self._open()
        return self._delivery.apply(commands, self._deadline())

    def _apply(self, command: _commands.Command) -> Receipt:
        self._open()
        if self._delivery_mode == "background":
            return self._queued(command)
        return names.receipt(self._delivery.apply_one(command, self._deadline()))

    def _queued(self, command: _commands.Command) -> Receipt:
        row = NewRow.of(command)
        if row.kind == "progress":
            self._courier.update(command)
        else:
            self._courier.append([row], at_once=row.kind in ENDS)
        return names.receipt({"outcome": "queued", "jobId": row.job})

    def _deadline(self) -> Deadline:
        return Deadline(self._timeout, self._clock)


def _tokens(found: settings.Settings, clock: Clock) -> Tokens | None:
    if found.token is not None:
        return GivenToken(found.token)
    return None if found.api_key is None else Signer(found.api_key, clock)


def _seconds(name: str, value: float) -> float:
    return _lifecycle.millis(name, value) / 1000
