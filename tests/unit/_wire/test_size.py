"""How large values are where they are stored."""

from __future__ import annotations

from typing import Any

import pytest

from jobsync._wire.size import stored_size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (None, 1),
        (True, 1),
        (0, 9),
        (1.5, 9),
        ("abc", 5),
        ("ü", 4),
        ([], 2),
        ({}, 2),
        ([1, 2], 20),
        ({"a": 1}, 13),
        ({"a": {"b": [None, "x"]}}, 14),
    ],
)
def test_the_sizes_are_those_that_convex_counts(value: Any, size: int) -> None:
    """As its `getConvexSize` does, so that both sides know what fits."""
    assert stored_size(value) == size
