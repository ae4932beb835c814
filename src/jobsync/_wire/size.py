"""How large an encoded value is where it is stored, as Convex counts it."""

from __future__ import annotations

from typing import Any

LARGEST_VALUES = 900 * 1024
"""What the large values of one job, or of one event, may have together."""


def stored_size(value: Any) -> int:
    """Return the bytes of an encoded value."""
    if isinstance(value, str):
        return 2 + len(value.encode("utf-8"))
    if isinstance(value, dict):
        fields = sum(len(key) + 1 + stored_size(item) for key, item in value.items())
        return 2 + fields
    if isinstance(value, list):
        return 2 + sum(map(stored_size, value))
    return 1 if value is None or isinstance(value, bool) else 9
