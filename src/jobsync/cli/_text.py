"""Text from jobs, made harmless for a terminal.

Names, messages and file names come from whoever wrote the job. An escape sequence in them could
repaint the screen, a line break could fake a row, a direction mark could turn a name around.
"""

from __future__ import annotations

import re

# DEL and C1 controls, line and paragraph separators, and the marks that change direction.
_NOT_FOR_A_TERMINAL = "\\x7f-\\x9f\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"
_BEYOND_ASCII = re.compile(f"[{_NOT_FOR_A_TERMINAL}]")
_CONTROLS = re.compile(f"[\\x00-\\x1f{_NOT_FOR_A_TERMINAL}]")
# A sequence as a whole, so that nothing of it is left: CSI, OSC and the like, then the short ones.
_SEQUENCES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f]).*?(?:\x07|\x1b\\\\|\x9c|$)"
    "|\x1b[ -/]*[0-~]",
    re.DOTALL,
)
_SPACES = re.compile(r"\s+")


def one_line(value: object) -> str:
    """Return a value's text as one line without control characters."""
    return _SPACES.sub(" ", _CONTROLS.sub("", _SPACES.sub(" ", _sequences_gone(value)))).strip()


def lines(value: object) -> list[str]:
    """Return a value's text as lines without control characters."""
    return [_CONTROLS.sub("", line.expandtabs(4)) for line in _sequences_gone(value).splitlines()]


def escape_controls(json_text: str) -> str:
    """Escape what JSON lets through and a terminal would obey; the breaks of its layout stay."""
    return _BEYOND_ASCII.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def _sequences_gone(value: object) -> str:
    return _SEQUENCES.sub("", str(value))
