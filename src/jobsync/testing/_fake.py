"""`FakeConvexSync`, and the deployment in the memory of this process that it talks to."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from jobsync import settings
from jobsync._transports import in_process
from jobsync.aio import AsyncConvexSync
from jobsync.client import ConvexSync

from . import _v8
from ._controlled import ControlledDeployment
from ._controls import Controls
from ._fake_adapter import FakeAdapter
from ._fake_live import FakeLive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Self

_numbers = itertools.count(1)


class FakeDeployment(ControlledDeployment):
    """The functions of jobsync, run in this process: nothing is started, and no port is open.

    Every `ConvexSync` of this process finds it by its `url`, those of other processes do not.
    `environment` holds variables that its functions see. It takes the extra `fake`; without it
    `LocalDeploymentError` is raised.
    """

    def __init__(self, *, environment: Mapping[str, str] | None = None) -> None:
        self._v8 = _v8.shared()
        # No name of this kind ever leads to a computer.
        self.url = f"http://fake-{next(_numbers)}.jobsync.invalid"
        self.api_key = secrets.token_hex(32)
        self.admin_key = f"jobsync-fake|{secrets.token_hex(32)}"
        keys = {"apiKey": self.api_key, "adminKey": self.admin_key}
        variables = dict(environment or {})
        self._number = self._v8.open({"url": self.url, "keys": keys, "environment": variables})
        self._running = True
        self._resets = 0
        self._lives: weakref.WeakSet[FakeLive] = weakref.WeakSet()
        self._folder = Path(tempfile.mkdtemp(prefix="jobsync-fake-"))
        self._remove = weakref.finalize(self, _remove, self._folder, os.getpid())
        super().__init__(Controls(self.url, self.admin_key, self.session()), environment)
        in_process.announce(self.url, self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @property
    def site_url(self) -> str:
        """The address of its HTTP routes, for what `session` returns."""
        return f"{self.url}/http"

    @property
    def running(self) -> bool:
        """Whether it answers: from the start on, but between `kill` and `start`."""
        return self._running

    @property
    def environ(self) -> dict[str, str]:
        """What code under test finds it by, in the environment of this process.

        The outbox is new after a reset.
        """
        return {
            "CONVEX_URL": self.url,
            "JOBSYNC_API_KEY": self.api_key,
            "JOBSYNC_OUTBOX": str(self._folder / f"outbox-{self._resets}.sqlite"),
        }

    def sync(self, **options: Any) -> ConvexSync:
        """Return a client, with the options of `ConvexSync`; whoever asks closes it."""
        return ConvexSync(self.url, **self.options(options))

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options that a client takes beside those that are given."""
        outbox = settings.named_outbox() or self.environ["JOBSYNC_OUTBOX"]
        return {"api_key": self.api_key, "outbox": outbox, **given}

    def session(self) -> requests.Session:
        """Return what `requests` reaches it with: its routes, and the files by their URLs."""
        session = requests.Session()
        session.mount(f"{self.url}/", self.adapter())
        return session

    def adapter(self) -> FakeAdapter:
        """Return what a session of one's own reaches it with, mounted at its `url`."""
        return FakeAdapter(self._v8, self._number, lambda: self._running)

    def live_updates(self, name: Callable[[str], str]) -> FakeLive:
        """Return what its clients follow queries with."""
        live = FakeLive(self._v8, self._number, name, lambda: self._running)
        self._lives.add(live)
        return live

    def kill(self) -> None:
        """Let nobody reach it until `start`, as after a crash; what it has stays."""
        self._running = False

    stop = kill

    def start(self) -> None:
        """Let it be reached again after `kill`; safe to repeat."""
        if self._running:
            return
        self._running = True
        for live in list(self._lives):
            live.resume()

    def reset(self) -> None:
        """Make it empty, as after a first deploy: no jobs, files, events, schedules or faults.

        Its clock shows real time again, and its variables are those that it was made with; the
        functions stay, and so do its address and keys. It is started if it does not run.
        """
        self.start()
        self._resets += 1
        super().reset()

    def close(self) -> None:
        """Forget it and all that it holds; safe to repeat."""
        self._running = False
        self._v8.close(self._number)
        self._controls.close()
        self._remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _remove(folder: Path, owner: int) -> None:
    # A forked child ends, too, and the folder is its parent's.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


class FakeConvexSync(ConvexSync):
    """A `ConvexSync` whose deployment lives in this process, made with it and gone with it.

    It takes the options of `ConvexSync`; `deployment` has the controls for tests, and more clients.
    It is the real client on the real functions, so it answers and refuses what they do.
    """

    def __init__(self, *, environment: Mapping[str, str] | None = None, **options: Any) -> None:
        self.deployment = FakeDeployment(environment=environment)
        super().__init__(self.deployment.url, **self.deployment.options(options))

    def close(self, timeout: float | None = None) -> None:
        """Send what waits, then let go of the deployment, too; may be called again."""
        try:
            super().close(timeout)
        finally:
            self.deployment.close()


class AsyncFakeConvexSync(AsyncConvexSync):
    """An `AsyncConvexSync` whose deployment lives in this process, as that of `FakeConvexSync`."""

    def __init__(self, *, environment: Mapping[str, str] | None = None, **options: Any) -> None:
        self.sync: FakeConvexSync = FakeConvexSync(environment=environment, **options)

    @property
    def deployment(self) -> FakeDeployment:
        """The deployment, with the controls for tests."""
        return self.sync.deployment
