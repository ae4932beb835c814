"""The words for what goes wrong on purpose, the same for every deployment that tests run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from jobsync.errors import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

Lost = Literal["request", "answer"]

REFUSING = range(400, 600)


@dataclass(frozen=True)
class Refuse:
    """The call is answered with an HTTP status, or as by a function that throws this code."""

    answer: int | str
    retry_after: float | None = None


@dataclass(frozen=True)
class Delay:
    """The call is only looked at after so many seconds, real ones."""

    seconds: float


@dataclass(frozen=True)
class Drop:
    """The connection breaks before the call took effect, or after it, where the answer comes."""

    what: Lost


@dataclass(frozen=True)
class Fault:
    """What happens to which calls, and how often; `times` of `None` is until it is cleared."""

    does: Refuse | Delay | Drop
    calls: tuple[str, ...] = ("*",)
    times: int | None = None


class FaultyDeployment(Protocol):
    """A deployment that can be told what to do wrong."""

    def add_fault(self, fault: Fault) -> str:
        """Do it from now on; return what to call it by."""

    def remove_fault(self, key: str) -> None:
        """Do it no more; calls that it delays go on at once. Safe to repeat."""

    def clear_faults(self) -> None:
        """Do nothing wrong any more."""

    def times_met(self, key: str) -> int:
        """Return how many calls it has hit, also after it was removed."""


class ActiveFault:
    """A fault that is there: until it was met `times` times, its `with` block ends, or `clear`."""

    def __init__(self, deployment: FaultyDeployment, fault: Fault) -> None:
        self.fault = fault
        self._deployment = deployment
        self._key = deployment.add_fault(fault)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.fault!r})"

    @property
    def met(self) -> int:
        """How many calls it has hit."""
        return self._deployment.times_met(self._key)

    def clear(self) -> None:
        """End it; safe to repeat."""
        self._deployment.remove_fault(self._key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()


class Faults:
    """What is to go wrong in a deployment, whichever process calls it.

    Each word begins at once, and ends when it was met `times` times, with its `with` block, or
    with the test. Of several that concern a call, the one that was said first is met.

    `calls` says which: a function (`"jobs:getByJobId"`), the kind of a change (`"progress"`,
    `"complete"`, `"event"`, ...), `"upload"` and `"download"` for the bytes of files, or a route
    (`"POST /api/job"`); `*` stands for anything, and several may be given. Without it: all of them.
    """

    def __init__(self, deployment: FaultyDeployment) -> None:
        self._deployment = deployment

    def refuse(
        self,
        answer: int | str = 503,
        *,
        calls: str | Sequence[str] = "*",
        times: int | None = None,
        retry_after: float | None = None,
    ) -> ActiveFault:
        """Answer with an HTTP status such as 503 or 429, or as a function that throws this code.

        `retry_after` is told with a status, in seconds.
        """
        if isinstance(answer, int) and answer not in REFUSING:
            raise InvalidFieldError.of("answer", f"{answer} refuses nothing; use 400 to 599")
        if retry_after is not None and isinstance(answer, str):
            raise InvalidFieldError.of("retry_after", "goes with an HTTP status, not with a code")
        return self._begin(Refuse(answer, _seconds("retry_after", retry_after)), calls, times)

    def delay(
        self, seconds: float, *, calls: str | Sequence[str] = "*", times: int | None = None
    ) -> ActiveFault:
        """Let calls wait before they take effect, in real seconds, whatever the clock shows."""
        _seconds("seconds", seconds)
        return self._begin(Delay(seconds), calls, times)

    def drop(
        self, what: Lost, *, calls: str | Sequence[str] = "*", times: int | None = None
    ) -> ActiveFault:
        """Break the connection before the call takes effect ("request"), or after it ("answer")."""
        if what not in {"request", "answer"}:
            raise InvalidFieldError.of("what", 'must be "request" or "answer"')
        return self._begin(Drop(what), calls, times)

    def clear(self) -> None:
        """End all of them."""
        self._deployment.clear_faults()

    def _begin(
        self, does: Refuse | Delay | Drop, calls: str | Sequence[str], times: int | None
    ) -> ActiveFault:
        patterns = (calls,) if isinstance(calls, str) else tuple(calls)
        if not patterns or not all(patterns):
            raise InvalidFieldError.of("calls", 'name at least one call, or "*"')
        if times is not None and times < 1:
            raise InvalidFieldError.of("times", "must be at least 1")
        return ActiveFault(self._deployment, Fault(does, patterns, times))


def _seconds(field: str, value: float | None) -> float | None:
    if value is not None and not value >= 0:
        raise InvalidFieldError.of(field, "must be seconds from 0")
    return value
