"""What Python values become: plain JSON, or an error that names the place and says what to do."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from enum import Enum
from typing import Any

from jobsync.errors import InvalidFieldError

LARGEST_WHOLE = 2**53
TOO_LARGE = "is a whole number beyond 2**53, which JSON cannot hold exactly; pass str(value)"
DEEPEST = 200
LONGEST_NAME = 60

_INSTEAD = {
    "datetime": "pass .isoformat() or .timestamp()",
    "date": "pass .isoformat()",
    "time": "pass .isoformat()",
    "timedelta": "pass .total_seconds()",
    "Decimal": "pass float(value), or str(value) to keep every digit",
    "UUID": "pass str(value)",
    "set": "pass a list, for example sorted(value)",
    "frozenset": "pass a list, for example sorted(value)",
    "bytes": "upload it with upload_asset, or pass text, for example base64",
    "bytearray": "upload it with upload_asset, or pass text, for example base64",
    "memoryview": "upload it with upload_asset, or pass text, for example base64",
    "ndarray": "pass value.tolist(), or upload it with upload_asset",
    "complex": "pass [value.real, value.imag]",
}

_PLAIN_SCALARS = frozenset({str, int, float, bool, type(None)})


def to_plain(value: Any, path: str) -> Any:
    """Return the plain JSON of a value; `path` is its name in errors."""
    # Most values; what they are not takes longer to find out.
    if type(value) in _PLAIN_SCALARS:
        return _scalar(value, path)
    return _Walk().plain(value, path)


class _Walk:
    """One walk through a value, which knows the containers that it is inside of."""

    def __init__(self) -> None:
        self._inside: set[int] = set()

    def plain(self, value: Any, path: str) -> Any:
        if type(value) in _PLAIN_SCALARS:
            return _scalar(value, path)
        if isinstance(value, Enum):
            return self.plain(value.value, path)
        if isinstance(value, (Mapping, list, tuple)):
            return self._container(value, path)
        return _scalar(value, path)

    def _container(self, value: Any, path: str) -> Any:
        if id(value) in self._inside:
            raise InvalidFieldError.of(
                path, "contains itself, which JSON cannot say; pass a copy that ends"
            )
        if len(self._inside) == DEEPEST:
            raise InvalidFieldError.of(path, f"is nested deeper than {DEEPEST} levels; flatten it")
        self._inside.add(id(value))
        try:
            if isinstance(value, Mapping):
                return {_key(k, path): self.plain(v, join(path, k)) for k, v in value.items()}
            return [self.plain(item, f"{path}[{i}]") for i, item in enumerate(value)]
        finally:
            self._inside.discard(id(value))


def _scalar(value: Any, path: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int):
        return _whole(int(value), path)
    if isinstance(value, float):
        return _number(float(value), path)
    return _numpy_scalar(value, path)


def _numpy_scalar(value: Any, path: str) -> Any:
    # Without the module nobody can have made one of its scalars.
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        if isinstance(value, numpy.bool_):
            return bool(value)
        if isinstance(value, numpy.integer):
            return _whole(int(value), path)
        if isinstance(value, numpy.floating):
            return _number(float(value), path)
    raise InvalidFieldError.of(path, _refusal(value))


def join(path: str, key: str) -> str:
    """Return the name of a field inside another; the outermost has no name."""
    shown = key if len(key) <= LONGEST_NAME else f"{key[:LONGEST_NAME]}..."
    return f"{path}.{shown}" if path else shown


def _key(key: Any, path: str) -> str:
    if not isinstance(key, str):
        where = path or "the record"
        raise InvalidFieldError.of(
            where, f"has the key {key!r}, a {type(key).__name__}; keys are text, so pass str(key)"
        )
    return _text(key.value if isinstance(key, Enum) else key, join(path, "(key)"))


def _text(value: str, path: str) -> str:
    text = str.__str__(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidFieldError.of(
            path,
            f"has half of a surrogate pair at character {error.start}, which is not valid Unicode; "
            'pass value.encode("utf-8", "replace").decode()',
        ) from None
    return text


def _whole(value: int, path: str) -> int:
    if not -LARGEST_WHOLE <= value <= LARGEST_WHOLE:
        raise InvalidFieldError.of(path, TOO_LARGE)
    return value


def _number(value: float, path: str) -> float | int:
    if not math.isfinite(value):
        raise InvalidFieldError.of(path, f"is {value}, which JSON cannot say; pass None or text")
    # Every float beyond the limit is whole, and JSON does not tell it from an int.
    if not -LARGEST_WHOLE <= value <= LARGEST_WHOLE:
        raise InvalidFieldError.of(path, TOO_LARGE)
    return 0 if value == 0 else value


def _refusal(value: Any) -> str:
    for kind in type(value).__mro__:
        if kind.__name__ in _INSTEAD:
            return f"a {type(value).__name__} cannot be stored; {_INSTEAD[kind.__name__]}"
        if kind.__name__ == "PurePath":
            return f"a {type(value).__name__} cannot be stored; pass str(value)"
    return f"a {type(value).__name__} cannot be stored; pass text, a number, a list or a dict"
