"""The error tree."""

from __future__ import annotations

import json
import pickle
import re
from pathlib import Path

import pytest

from jobsync import errors

CONTRACT = Path(__file__).parents[2] / "contract" / "errors.json"
CODES = {code: told for code, told in json.loads(CONTRACT.read_text()).items() if code[0] != "$"}
CLASSES = [getattr(errors, name) for name in errors.__all__]


@pytest.mark.parametrize("code", CODES)
def test_each_code_of_the_contract_becomes_its_exception(code: str) -> None:
    """A code becomes the class that the contract names, which is retryable as it says."""
    error = errors.from_data({"code": code, "message": "words of the server", "field": "stage"})

    assert CODES[code]["exception"] == type(error).__name__
    assert CODES[code]["retryable"] == error.retryable
    assert ("words of the server", code, "stage") == (str(error), error.code, error.field)


def test_no_code_is_known_beyond_the_contract() -> None:
    """The table of codes is that of the contract."""
    assert set(CODES) == set(errors._BY_CODE)


@pytest.mark.parametrize("data", [{}, {"code": "new"}, {"code": 7}, {"code": "new", "message": 1}])
def test_a_code_that_is_not_known_is_the_servers_error(data: dict) -> None:
    """A newer backend's code is told apart by `code`, and nothing breaks."""
    assert type(errors.from_data(data)) is errors.ServerError


def test_the_details_of_the_server_can_be_read() -> None:
    """What depends on the code has a name of its own."""
    unknown = errors.from_data({"code": "unknown_status", "message": "", "known": ["done"]})
    large = errors.from_data({"code": "too_large", "message": "", "bytes": 10, "limit": 5})

    assert isinstance(unknown, errors.UnknownStatusError)
    assert isinstance(large, errors.TooLargeError)
    assert unknown.known == ["done"]
    assert (large.size, large.limit) == (10, 5)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_survives_the_way_between_processes(kind: type[errors.JobsyncError]) -> None:
    """A pool of processes hands errors on with their class, message and details."""
    error = pickle.loads(pickle.dumps(kind("message", {"field": "x"})))  # noqa: S301 (our own)

    assert (kind, "message", "x") == (type(error), str(error), error.field)


def test_all_errors_have_one_root_and_are_public() -> None:
    """Whoever catches `JobsyncError` catches all."""
    found = {
        value.__name__
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, Exception)
    }

    assert all(issubclass(kind, errors.JobsyncError) for kind in CLASSES)
    assert sorted(found) == errors.__all__


def test_the_tree_that_is_drawn_is_the_one_that_is_there() -> None:
    """The picture in the docstring shows each class below its base."""
    drawn = re.findall(r"^([│├└─ ]*)(\w+Error|JobCanceled)\b", errors.__doc__, re.MULTILINE)
    bases: dict[int, str] = {}
    for indent, name in drawn:
        depth = len(indent) // 4
        bases[depth] = name
        if depth:
            assert bases[depth - 1] == getattr(errors, name).__bases__[0].__name__, name

    assert sorted(name for _, name in drawn) == errors.__all__
