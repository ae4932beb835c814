"""Lengths of time as they are typed: `90`, `30m`, `12h`, `7d`."""

from __future__ import annotations

import re

from jobsync.cli._failure import UsageError

UNITS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds(text: str, option: str) -> float:
    """Return the seconds that an option's value stands for."""
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([smhd]?)\s*", text)
    if found is None:
        raise UsageError(f"{option}: {text!r} is no length of time: try 90, 30m, 12h or 7d.")
    return float(found[1]) * UNITS[found[2]]
