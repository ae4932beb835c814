"""Plain JSON and its stored form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsync._wire import values

CONTRACT = json.loads((Path(__file__).parents[3] / "contract" / "values.json").read_text())
CASES = [
    pytest.param(case["plain"], case["encoded"], id=case["name"]) for case in CONTRACT["cases"]
]

texts = st.text(st.characters(exclude_categories=["Cs"]))
leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts
plain = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=50
)


@pytest.mark.parametrize(("value", "encoded"), CASES)
def test_the_cases_of_the_contract(value: Any, encoded: Any) -> None:
    """Each value of the contract has the stored form that the contract says, and comes back."""
    assert encoded == values.encode(value)
    assert value == values.decode(encoded)


def test_a_value_in_a_file_is_told_from_all_others() -> None:
    """No value that a caller can make looks like one."""
    known = CONTRACT["inFile"]

    for marker in (known["sent"], known["answered"]):
        assert values.file_of(marker) == marker["%file"]
        assert values.in_file(marker["%file"]) == marker
        assert values.file_of(values.encode(marker)) is None
    assert [values.file_of(other) for other in known["others"]] == [None] * len(known["others"])


def test_the_limits_are_those_of_the_contract() -> None:
    """Both languages pack at the same size."""
    limits = CONTRACT["limits"]

    assert limits == {
        "depth": values.MAX_DEPTH,
        "fields": values.MAX_FIELDS,
        "items": values.MAX_ITEMS,
        "keyLength": values.MAX_KEY_LENGTH,
    }


def _nested(wrap: Any, depth: int) -> Any:
    value: Any = wrap(None) if depth == 1 else wrap(_nested(wrap, depth - 1))
    return value


def _at(value: Any, steps: list[Any]) -> Any:
    for step in steps:
        value = value[step]
    return value


PACKED = {
    "an object of 1001 fields": ({"a": {f"k{i}": i for i in range(1001)}}, ["a"]),
    "an array of 8001 items": ({"a": list(range(8001))}, ["a"]),
    "a key of 1001 escaped characters packs the object that holds it": (
        {"a": {"%" * 333 + "xx": 1}},
        ["a"],
    ),
    "arrays nested 11 deep pack the 11th": (_nested(lambda v: [v], 11), [0] * 10),
    "objects nested 30 deep pack the 11th": (_nested(lambda v: {"k": v}, 30), ["k"] * 10),
}


@pytest.mark.parametrize("name", CONTRACT["packed"]["cases"])
def test_a_container_beyond_a_limit_is_packed_as_text(name: str) -> None:
    """The container that breaks a limit becomes its JSON text, and comes back."""
    value, steps = PACKED[name]
    encoded = values.encode(value)
    packed = _at(encoded, steps)

    assert list(packed) == [values.PACKED]
    assert _at(value, steps) == json.loads(packed[values.PACKED])
    assert value == values.decode(encoded)


@pytest.mark.parametrize(
    "value",
    [
        {f"k{i}": i for i in range(1000)},
        list(range(8000)),
        {"x" * 1000: 1},
        _nested(lambda v: [v], 10),
    ],
    ids=["fields", "items", "key", "depth"],
)
def test_a_container_at_a_limit_is_not_packed(value: Any) -> None:
    """The limits themselves are allowed."""
    assert "%json" not in values.dumps(values.encode(value))


@given(plain)
def test_each_value_comes_back_and_has_only_keys_that_convex_takes(value: Any) -> None:
    """Encoding is undone by decoding, and hides every key that Convex refuses."""
    encoded = values.loads(values.dumps(values.encode(value)))

    assert value == values.decode(encoded)
    _check_keys(encoded)


def _check_keys(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            assert key.isascii()
            assert key.isprintable()
            assert key[:1] not in {"", "$", "_"}
            _check_keys(item)
    if isinstance(value, list):
        for item in value:
            _check_keys(item)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.0", 3),
        ("-0.0", 0),
        ("1.5", 1.5),
        ("7", 7),
        ("9007199254740992.0", 2**53),
        ("1e300", 1e300),
    ],
)
def test_whole_numbers_come_back_as_int(text: str, value: float) -> None:
    """JavaScript has one kind of number; a whole one is an `int` here where that is exact."""
    parsed = values.loads(text)

    assert (type(value), value) == (type(parsed), parsed)


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ({"$integer": "AQAAAAAAAAA="}, 1),
        ({"$bytes": "YWI="}, b"ab"),
        ({"$float": "AAAAAAAA8H8="}, float("inf")),
    ],
)
def test_what_others_stored_in_convexs_own_types_can_be_read(stored: Any, value: Any) -> None:
    """A document that another app wrote may hold an Int64, bytes or a special float."""
    assert {"a": [value]} == values.decode({"a": [stored]})
