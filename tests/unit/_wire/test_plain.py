"""What Python values become."""

from __future__ import annotations

import enum
import json
import re
from collections import OrderedDict, namedtuple
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from jobsync._wire.plain import DEEPEST, to_plain
from jobsync.errors import InvalidFieldError


class Color(str, enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "not this"


Point = namedtuple("Point", "x y")  # noqa: PYI024 (an untyped one, as people have them)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (-0.0, 0),
        (1.5, 1.5),
        (2**53, 2**53),
        (-(2**53), -(2**53)),
        ("größe 🦀", "größe 🦀"),
        ((1, (2,)), [1, [2]]),
        (Point(1, 2), [1, 2]),
        (Color.RED, "red"),
        (Size.LARGE, 3),
        (Text("this"), "this"),
        (OrderedDict(a=1), {"a": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        ({Color.RED: 1}, {"red": 1}),
        (np.float32(0.5), 0.5),
        (np.float64(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.int64(7), 7),
        (np.uint8(7), 7),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
    ],
    ids=repr,
)
def test_what_has_a_json_form_takes_it(value: Any, plain: Any) -> None:
    """Subclasses, enums, tuples and numpy scalars become the plain value that they stand for."""
    found = to_plain({"a": [value]}, "")["a"][0]

    assert (type(plain), plain) == (type(found), found)
    json.dumps(found, allow_nan=False)


REFUSED = [
    (datetime(2026, 1, 2, tzinfo=timezone.utc), "datetime", ".isoformat()"),
    (date(2026, 1, 2), "date", ".isoformat()"),
    (time(1, 2), "time", ".isoformat()"),
    (timedelta(1), "timedelta", ".total_seconds()"),
    (Decimal("1.5"), "Decimal", "float(value)"),
    (UUID(int=1), "UUID", "str(value)"),
    (Path("a"), "Path", "str(value)"),
    ({1}, "set", "list"),
    (frozenset({1}), "frozenset", "list"),
    (b"x", "bytes", "upload_asset"),
    (bytearray(b"x"), "bytearray", "upload_asset"),
    (memoryview(b"x"), "memoryview", "upload_asset"),
    (np.zeros(2), "ndarray", ".tolist()"),
    (np.array(1.0), "ndarray", ".tolist()"),
    (np.datetime64("2026-01-02"), "datetime64", "pass"),
    (1j, "complex", "value.real"),
    (object(), "object", "pass"),
    (iter([1]), "list_iterator", "pass"),
    (float("nan"), "nan", "None"),
    (float("inf"), "inf", "None"),
    (np.float32("nan"), "nan", "None"),
    (2**53 + 1, "2**53", "str(value)"),
    (-(2**53) - 1, "2**53", "str(value)"),
    (1e300, "2**53", "str(value)"),
    (np.uint64(2**63), "2**53", "str(value)"),
    ("a\ud800b", "surrogate", "character 1"),
    ({"k\udfff": 1}, "surrogate", "pass"),
    ({1: 2}, "int", "str(key)"),
    ({None: 2}, "NoneType", "str(key)"),
]
# Without addresses: processes that share the tests have to agree on the names.
IDS = [re.sub(" at 0x[0-9a-f]+", "", repr(value)) for value, _, _ in REFUSED]


@pytest.mark.parametrize(("value", "what", "instead"), REFUSED, ids=IDS)
def test_what_has_no_json_form_is_refused_with_its_place(
    value: Any, what: str, instead: str
) -> None:
    """The error names the path and the type, and says what to pass instead."""
    with pytest.raises(InvalidFieldError) as caught:
        to_plain({"items": [1, {"when": value}]}, "payload")

    assert caught.value.field.startswith("payload.items[1].when")
    assert str(caught.value).startswith(caught.value.field)
    assert what in str(caught.value)
    assert instead in str(caught.value)


def test_a_long_key_is_shortened_in_an_error() -> None:
    """A message stays readable, and cannot carry a whole document."""
    with pytest.raises(InvalidFieldError) as caught:
        to_plain({"k" * 10_000: {1}}, "")

    assert len(str(caught.value)) < 200


def test_a_value_that_contains_itself_is_refused() -> None:
    """A cycle is named, not followed."""
    loop: dict[str, Any] = {"a": []}
    loop["a"].append(loop)

    with pytest.raises(InvalidFieldError, match=r"^payload\.a\[0\]: contains itself"):
        to_plain(loop, "payload")


def test_a_value_that_is_there_twice_is_no_cycle() -> None:
    """The same list in two places is stored twice."""
    shared = [1]

    assert to_plain({"a": shared, "b": [shared, shared]}, "") == {"a": [1], "b": [[1], [1]]}


def test_too_deep_a_value_is_refused_before_python_gives_up() -> None:
    """The deepest that is allowed works; one more is refused with the limit."""
    value: Any = 1
    for _ in range(DEEPEST):
        value = [value]
    assert value == to_plain(value, "x")

    with pytest.raises(InvalidFieldError, match=f"deeper than {DEEPEST}"):
        to_plain([value], "x")
