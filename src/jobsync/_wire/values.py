"""Plain JSON in the form that Convex can store, and back (`contract/values.json`)."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

MAX_DEPTH = 10
MAX_FIELDS = 1000
MAX_ITEMS = 8000
MAX_KEY_LENGTH = 1000
LARGEST_EXACT = 2**53

PACKED = "%json"
IN_FILE = "%file"
EMPTY_KEY = "%"

# Made once: `json.dumps` would make one a call.
_WITHOUT_SPACES = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_PLAIN_KEY = re.compile(r"(?![$_])[ -$&-~]+\Z")


def encode(value: Any, depth: int = 1) -> Any:
    """Return plain JSON with its keys escaped and the containers beyond a limit packed as text."""
    if isinstance(value, dict):
        keys = {key: encode_key(key) for key in value}
        if (
            depth > MAX_DEPTH
            or len(keys) > MAX_FIELDS
            or any(len(k) > MAX_KEY_LENGTH for k in keys.values())
        ):
            return _pack(value)
        return {keys[key]: encode(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        if depth > MAX_DEPTH or len(value) > MAX_ITEMS:
            return _pack(value)
        return [encode(item, depth + 1) for item in value]
    return value


def decode(value: Any) -> Any:
    """Return the plain JSON of a stored value."""
    if isinstance(value, dict):
        if len(value) == 1:
            (key,) = value
            if key == PACKED:
                return loads(value[key])
            if key.startswith("$"):
                return _special(value)
        return {decode_key(key): decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
    return value


def in_file(file: dict[str, Any]) -> dict[str, Any]:
    """Return what stands for a value that a file holds; no encoded value looks like that."""
    return {IN_FILE: file}


def file_of(value: Any) -> dict[str, Any] | None:
    """Return where a value is, if a file holds it."""
    file = value.get(IN_FILE) if isinstance(value, dict) and len(value) == 1 else None
    return file if isinstance(file, dict) else None


def encode_key(key: str) -> str:
    """Percent-encode what Convex does not take in a field's name."""
    if _PLAIN_KEY.match(key):
        return key
    if key == "":
        return EMPTY_KEY
    first = _escape(key[0]) if key[0] in "$_" else _escape_unprintable(key[0])
    return first + "".join(map(_escape_unprintable, key[1:]))


def decode_key(key: str) -> str:
    """Undo `encode_key`."""
    if key == EMPTY_KEY:
        return ""
    return unquote(key, errors="strict") if "%" in key else key


def loads(text: str | bytes) -> Any:
    """Parse JSON as JavaScript writes it: a whole number is an `int` where that is exact."""
    return json.loads(text, parse_float=_parse_float)


def dumps(value: Any) -> str:
    """Write JSON without spaces."""
    return _WITHOUT_SPACES.encode(value)


def _pack(value: Any) -> dict[str, str]:
    return {PACKED: dumps(value)}


def _escape_unprintable(char: str) -> str:
    return char if " " <= char <= "~" and char != "%" else _escape(char)


def _escape(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8"))


def _parse_float(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() and abs(number) <= LARGEST_EXACT else number


def _special(value: dict[str, Any]) -> Any:
    # Nothing that jobsync stores has these; a document that somebody else wrote may.
    from convex.values import ConvexInt64, json_to_convex

    special = json_to_convex(value)
    return special.value if isinstance(special, ConvexInt64) else special
