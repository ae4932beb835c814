"""`LocalDeployment`: the embedded deployment, for tests."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobsync import settings
from jobsync.client import ConvexSync
from jobsync.embedded.server import EmbeddedServer, Start
from jobsync.errors import InvalidFieldError

from ._controls import Controls
from ._faults import Delay, Drop, Fault, Faults, Refuse

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from typing_extensions import Self


class LocalDeployment:
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
        self._environment = dict(environment or {})
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
        try:
            self.start()
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
        return self._ready.api_key

    @property
    def admin_key(self) -> str:
        """The key that opens everything, for `npx convex` as CONVEX_SELF_HOSTED_ADMIN_KEY."""
        return self._ready.admin_key

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
        outbox = self.environ["JOBSYNC_OUTBOX"]
        return ConvexSync(self.url, **{"api_key": self.api_key, "outbox": outbox, **options})

    def start(self) -> None:
        """Run it again after `kill`, at the same addresses, with what it had; safe to repeat."""
        if self._server is not None:
            return
        self._start.data.mkdir(exist_ok=True)
        with (self._start.data / "deployment.log").open("a+", encoding="utf-8") as errors:
            self._server = EmbeddedServer(self._start, errors=errors)
        self._ready = self._server.deployment
        self._start = self._start.at(self._ready)
        self._controls = Controls(self.url, self.admin_key)
        self.faults = Faults(_OverTheWire(self._controls))

    def kill(self) -> None:
        """End it without a warning, as a crash does; its data stay. Safe to repeat."""
        self._end(EmbeddedServer.kill)

    def close(self) -> None:
        """End it and remove its data; safe to repeat."""
        self._end(EmbeddedServer.stop)
        self._folder.cleanup()

    def reset(self) -> None:
        """Make it empty, as after a first deploy: no jobs, files, events, schedules or faults.

        Its clock shows real time again, and its variables are those that it was made with; the
        functions stay, and so do its addresses and keys. A killed one is started.
        """
        self.start()
        self._resets += 1
        self._controls.post("jobsync/reset", {"environment": self._environment})

    def advance(self, seconds: float) -> float:
        """Let so much time pass on the deployment's clock; return what it shows then.

        Returns when everything has run that came due meanwhile: leases, retries, cleaning. Clocks
        of clients are not moved.
        """
        if not seconds >= 0:
            raise InvalidFieldError.of("seconds", "must be from 0: time goes forward only")
        return self._move({"advanceMs": round(seconds * 1000)})

    def freeze(self) -> float:
        """Stop the deployment's clock but for `advance`; return what it shows."""
        return self._move({"hold": True})

    def unfreeze(self) -> float:
        """Let the clock go on from where it stands."""
        return self._move({"hold": False})

    def set_variable(self, name: str, value: str | None) -> None:
        """Set a variable of the deployment's environment until the next reset, or remove it."""
        self._set_variables({name: value})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _move(self, body: dict[str, Any]) -> float:
        return float(self._controls.post("jobsync/clock", body)["now"]) / 1000

    def _set_variables(self, changes: Mapping[str, str | None]) -> None:
        if not changes:
            return
        listed = [{"name": name, "value": value} for name, value in changes.items()]
        self._controls.post("update_environment_variables", {"changes": listed})

    def _end(self, how: Any) -> None:
        server, self._server = self._server, None
        if server is not None:
            self._controls.close()
            how(server)


class _OverTheWire:
    """Faults of the process that the deployment is."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    def add_fault(self, fault: Fault) -> str:
        body = {"calls": fault.calls, "times": fault.times, **_action(fault.does)}
        return str(self._post({"add": body})["id"])

    def remove_fault(self, key: str) -> None:
        self._post({"remove": key})

    def clear_faults(self) -> None:
        self._post({"clear": True})

    def times_met(self, key: str) -> int:
        return int(self._post({"met": key})["met"])

    def _post(self, body: dict[str, Any]) -> Any:
        return self._controls.post("jobsync/faults", body)


def _action(does: Refuse | Delay | Drop) -> dict[str, Any]:
    if isinstance(does, Delay):
        return {"delayMs": round(does.seconds * 1000)}
    if isinstance(does, Drop):
        return {"drop": does.what}
    if isinstance(does.answer, str):
        return {"code": does.answer}
    return {"status": does.answer, "retryAfter": does.retry_after}
