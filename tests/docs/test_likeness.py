"""The rule by which what a program printed is like what a page shows."""

from __future__ import annotations

import pytest

from tests.docs.likeness import missing_line


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("one\nthree", "one\ntwo\nthree"),
        ("a  b", "a\tb  "),
        ("id-... done", "id-7f3a done"),
        ("took 3 s", "\x1b[1mtook\x1b[0m 0.25 s"),
        ("at 2026-01-02 03:04:05", "at 2027-11-12 13:14:15"),
        ("http://127.0.0.1:3210/", "http://127.0.0.1:48123/"),
        ("\n\n", ""),
    ],
)
def test_what_may_differ(shown: str, printed: str) -> None:
    """Other lines in between, spaces, colours, times, ports, and what is left out with dots."""
    assert missing_line(shown, printed) is None


@pytest.mark.parametrize(
    ("shown", "printed", "missing"),
    [
        ("two\none", "one\ntwo", "one"),
        ("succeeded", "succeeded 2", "succeeded"),
        ("3 files", "2 files", "3 files"),
        ("a.c", "abc", "a.c"),
    ],
)
def test_what_may_not_differ(shown: str, printed: str, missing: str) -> None:
    """The order of lines, their words and their numbers."""
    assert missing_line(shown, printed) == missing
