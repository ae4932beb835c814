"""Whether a program printed what a page shows of it.

Every line that is shown has to be there, in that order; lines in between may be left out. In a line
`...` or `…` stands for anything, any run of spaces is like any other, and a port of this machine is
like any other. Rules of tables and colours do not count.
"""

from __future__ import annotations

import re

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PORT = re.compile(r"(127\.0\.0\.1|localhost)(:|%3A)\d+")
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
    return _PORT.sub(r"\1:0", " ".join(line.split()))


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in _ANYTHING.split(line)))
