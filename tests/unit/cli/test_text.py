"""Text from jobs, made harmless for a terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsync.cli._text import escape_controls, lines, one_line


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain", "plain"),
        ("日本語 🦊 é", "日本語 🦊 é"),
        ("two\nlines\r\tand a tab", "two lines and a tab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPdevice\x1b\\after", "after"),
        ("\x1bc reset", "reset"),
        ("bell\x07 back\x08space nul\x00", "bell backspace nul"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("a\u2028b", "a b"),
        ("[bold]markup is text[/]", "[bold]markup is text[/]"),
        (None, "None"),
    ],
)
def test_what_a_terminal_would_obey_is_gone(written: object, shown: str) -> None:
    """Whole sequences go, so that none of their letters are left over; the rest stays."""
    assert one_line(written) == shown


def test_lines_stay_lines() -> None:
    """A traceback keeps its shape."""
    assert lines("one\n  two\x1b[2J\n\tthree") == ["one", "  two", "    three"]


@given(st.text())
def test_nothing_that_controls_comes_through(text: str) -> None:
    """Whatever was written."""
    for shown in (one_line(text), *lines(text)):
        assert not any(
            ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\u2066\u2028" for c in shown
        )


@given(st.text())
def test_json_stays_the_same_value(text: str) -> None:
    """It is only written in another way."""
    written = escape_controls(json.dumps({"text": text}, ensure_ascii=False))

    assert json.loads(written) == {"text": text}
    assert "\x9b" not in written
