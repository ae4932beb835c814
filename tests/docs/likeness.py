"""Whether a program printed what a page shows of it.

Every line that is shown has to be there, in that order; lines in between may be left out. In a line
`...` or `…` stands for anything; a run of spaces, a date, a duration and a port of this machine are
like any other. Colours do not count.
"""

from __future__ import annotations

import re

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PORT = re.compile(r"(127\.0\.0\.1|localhost)(:|%3A)\d+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")
_DURATION = re.compile(r"\b\d+(\.\d+)? (ms|s|min|h|d)\b")
_ANYTHING = re.compile(r"\.\.\.|…")


def missing_line(shown: str, printed: str) -> str | None:
    """Return the first shown line that was not printed after those before it."""
    there = iter([_plain(line) for line in _COLOURS.sub("", printed).splitlines()])
    for line in filter(str.strip, shown.splitlines()):
        wanted = _pattern(_plain(line))
        if not any(wanted.fullmatch(candidate) for candidate in there):
            return line
    return None


def _plain(line: str) -> str:
    line = _PORT.sub(r"\1:0", " ".join(line.split()))
    return _DURATION.sub("1 s", _DATE.sub("2000-01-01 00:00", line))


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in _ANYTHING.split(line)))
