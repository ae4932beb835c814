"""The part of `ConvexSync` that says how long jobs are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from . import _commands, _pages
from ._wire import names
from .errors import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._tokens import Scope
    from .models import RetentionRule


class RetentionCalls(ABC):
    """Rules are for all jobs of a deployment: they take the key, or a token of scope `admin`."""

    @abstractmethod
    def _query(self, path: str, args: Mapping[str, Any], scope: Scope) -> Any: ...

    @abstractmethod
    def _mutate(self, path: str, args: Mapping[str, Any], scope: Scope) -> Any: ...

    def set_retention(
        self,
        state: str,
        days: int | None,
        *,
        type: str | None = None,  # noqa: A002 (the field's name)
    ) -> None:
        """Delete jobs so many days after they ended in a state; with `None` they are kept again.

        With their files and events, once a day. A rule for a `type` goes before the one for all.
        Without a rule, which is how a deployment begins, nothing is ever deleted.
        """
        rule = {"state": _commands.text(state, "state"), "days": _days(days)}
        if type is not None:
            rule["type"] = _commands.text(type, "type")
        self._mutate("retention:set", rule, "admin")

    def list_retention(self) -> list[RetentionRule]:
        """Return the rules of the deployment."""
        answer = self._query("retention:list", {}, "admin")
        return [names.retention_rule(rule) for rule in _pages.whole(answer)]


def _days(days: Any) -> int | None:
    if days is None or (isinstance(days, int) and not isinstance(days, bool)):
        return days
    given = type(days).__name__
    raise InvalidFieldError.of("days", f"must be a whole number of days, or None; not a {given}")
