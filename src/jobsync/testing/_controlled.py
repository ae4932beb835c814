"""What tests do to a deployment, whichever it is: empty it, move its time, let it fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobsync.errors import InvalidFieldError

from ._faults import Delay, Drop, Fault, Faults, Refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._controls import Controls


class ControlledDeployment:
    """A deployment in the hands of a test; `environment` is what it begins with."""

    faults: Faults
    """What is to go wrong in it."""

    def __init__(self, controls: Controls, environment: Mapping[str, str] | None) -> None:
        self._controls = controls
        self._environment = dict(environment or {})
        self.faults = Faults(_OverTheWire(controls))

    def reset(self) -> None:
        """Make it empty, as after a first deploy: no jobs, files, events, schedules or faults.

        Its clock shows real time again, and its variables are those that it was made with; the
        functions stay, and so do its addresses and keys.
        """
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

    def _move(self, body: dict[str, Any]) -> float:
        return float(self._controls.post("jobsync/clock", body)["now"]) / 1000

    def _set_variables(self, changes: Mapping[str, str | None]) -> None:
        if not changes:
            return
        listed = [{"name": name, "value": value} for name, value in changes.items()]
        self._controls.post("update_environment_variables", {"changes": listed})


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
