"""A job store of one's own whose records are in Convex, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from jobsync import InvalidFieldError

from ._tolerance import tolerated

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync import ConvexSync

S = TypeVar("S")

WRITES = ("create_job", "save_job")
IDS = ("id", "job_id", "jobId")


def mirrored(
    store: S, sync: ConvexSync, *, after: Iterable[str] = WRITES, strict: bool = False
) -> S:
    """Return a store like the one given, whose writes go on to the deployment.

    After each call of the methods named in `after` the record is saved there, with `upsert_job`:
    what the method returned, or else the first of its arguments that is a record (a mapping, a
    dataclass or a model with an id). The local write comes first and stays, whatever happens.
    With `strict`, what cannot be saved raises; else it is worth a warning.
    """
    return cast("S", _Mirrored(store, sync, frozenset(after), strict=strict))


class _Mirrored:
    def __init__(
        self, store: object, sync: ConvexSync, after: frozenset[str], *, strict: bool
    ) -> None:
        self._store = store
        self._sync = sync
        self._after = after
        self._strict = strict

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._store, name)
        return self._followed(name, value) if name in self._after else value

    def __repr__(self) -> str:
        return f"<mirrored {self._store!r}>"

    def _followed(self, name: str, write: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(write)
        def written(*args: Any, **kwargs: Any) -> Any:
            returned = write(*args, **kwargs)
            with tolerated(f"What {name} wrote is not in the deployment", strict=self._strict):
                self._sync.upsert_job(_record(name, (returned, *args, *kwargs.values())))
            return returned

        return written


def _record(name: str, values: tuple[Any, ...]) -> Any:
    for value in values:
        record = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
        if _has_id(record):
            return record
    raise InvalidFieldError.of(
        "record", f"is not to be found: {name} takes and returns nothing that has an id"
    )


def _has_id(record: Any) -> bool:
    if isinstance(record, Mapping):
        return any(key in record for key in IDS)
    return hasattr(record, "model_dump") and any(hasattr(record, key) for key in IDS)
