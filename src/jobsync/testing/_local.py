"""`LocalDeployment`: the embedded deployment, for tests."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobsync import settings
from jobsync.client import ConvexSync
from jobsync.embedded.server import EmbeddedServer, Start, launch

from ._controlled import ControlledDeployment
from ._controls import Controls
from ._shown_clock import ShownClock

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from typing_extensions import Self


class LocalDeployment(ControlledDeployment):
    """A Convex deployment with jobsync's functions on this machine, for tests; it needs Node.js.

    It is a process of its own, with its data in a folder that goes with it: programs that a test
    starts reach it, too. `environment` holds variables of the deployment, `node` names the Node.js
    to take; without `functions` it is empty until somebody deploys to it. Raises
    `LocalDeploymentError` where it cannot run.
    """

    def __init__(
        self,
        *,
        node: str | os.PathLike[str] | None = None,
        environment: Mapping[str, str] | None = None,
        functions: bool = True,
    ) -> None:
        chosen = node or settings.chosen_node()
        self._resets = 0
        self._folder = tempfile.TemporaryDirectory(
            prefix="jobsync-test-", ignore_cleanup_errors=True
        )
        self._start = Start(
            Path(self._folder.name) / "deployment",
            node=None if chosen is None else Path(chosen),
            push=functions,
            for_tests=True,
        )
        self._server: EmbeddedServer | None = None
        self._clock = ShownClock()
        try:
            self.start()
        except BaseException:
            self._folder.cleanup()
            raise
        super().__init__(Controls(self.url, self.admin_key), environment)
        try:
            self._set_variables(self._environment)
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @property
    def url(self) -> str:
        """Its address, the same after `kill` and `start`."""
        return self._ready.url

    @property
    def site_url(self) -> str:
        """The address of its HTTP routes."""
        return self._ready.site_url

    @property
    def api_key(self) -> str:
        """The key of pipelines."""
        return self._environment.get("JOBSYNC_API_KEY", self._ready.api_key)

    @property
    def admin_key(self) -> str:
        """The key that opens everything, for `npx convex` as CONVEX_SELF_HOSTED_ADMIN_KEY."""
        return self._ready.admin_key

    @property
    def running(self) -> bool:
        """Whether it runs: from the start on, but between `kill` and `start`."""
        return self._server is not None

    @property
    def environ(self) -> dict[str, str]:
        """What code under test finds it by, in its environment. The outbox is new after a reset."""
        return {
            "CONVEX_URL": self.url,
            "JOBSYNC_API_KEY": self.api_key,
            "JOBSYNC_OUTBOX": str(Path(self._folder.name) / f"outbox-{self._resets}.sqlite"),
        }

    def sync(self, **options: Any) -> ConvexSync:
        """Return a client, with the options of `ConvexSync`; whoever asks closes it."""
        # Not in the home of whoever runs the tests, if nobody has named another place.
        outbox = settings.named_outbox() or self.environ["JOBSYNC_OUTBOX"]
        return ConvexSync(self.url, **{"api_key": self.api_key, "outbox": outbox, **options})

    def start(self) -> None:
        """Run it again after `kill`, at the same addresses, with what it had; safe to repeat."""
        if self._server is not None:
            return
        self._server = launch(replace(self._start, clock_ahead=self._clock.ahead()))
        self._ready = self._server.deployment
        self._start = self._start.at(self._ready)
        if self._clock.frozen_at is not None:
            self.freeze()

    def kill(self) -> None:
        """End it without a warning, as a crash does; its data stay. Safe to repeat."""
        self._end(EmbeddedServer.kill)

    def stop(self) -> None:
        """End it in order; its data stay. Safe to repeat."""
        self._end(EmbeddedServer.stop)

    def reset(self) -> None:
        """Make it empty, as after a first deploy: no jobs, files, events, schedules or faults.

        Its clock shows real time again, and its variables are those that it was made with; the
        functions stay, and so do its addresses and keys. It is started if it does not run.
        """
        self._clock = ShownClock()
        self.start()
        self._resets += 1
        super().reset()

    def close(self) -> None:
        """End it and remove its data; safe to repeat."""
        self.stop()
        self._controls.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _move(self, body: dict[str, Any]) -> float:
        now = super()._move(body)
        self._clock.shows(now, frozen=body.get("hold"))
        return now

    def _end(self, how: Callable[[EmbeddedServer], object]) -> None:
        server, self._server = self._server, None
        if server is not None:
            how(server)
