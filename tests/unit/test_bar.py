"""Bars for what a job goes through."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from jobsync import InvalidFieldError
from jobsync._bar import shown


@pytest.mark.parametrize("bar", [True, "tqdm", "rich"])
def test_a_bar_counts_what_is_gone_through(bar: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Drawn by the tool that was asked for, with the label as it is."""
    with shown(bar, "[red]drawing[/]", 3) as advance:
        for _ in range(3):
            advance()
    said = capsys.readouterr()

    assert "[red]drawing[/]" in said.out + said.err
    assert "3/3" in said.out + said.err


def test_without_a_bar_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Which is how it is unless somebody wants one."""
    with shown(False, "drawing", 3) as advance:
        advance()

    assert capsys.readouterr() == ("", "")


def test_without_tqdm_rich_draws_the_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who only wants a bar gets one."""
    monkeypatch.setattr("jobsync._bar.find_spec", lambda _: None)
    with shown(True, "drawing", 1) as advance:
        advance()

    assert "1/1" in capsys.readouterr().out


def test_tqdm_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way to get it."""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)

    with pytest.raises(InvalidFieldError, match="pip install tqdm"), shown("tqdm", "a", 1):
        pass


def test_a_tool_that_nobody_knows_is_refused() -> None:
    """With those that are known."""
    with pytest.raises(InvalidFieldError, match='"tqdm" or "rich"'), shown("curses", "a", 1):  # type: ignore[arg-type]
        pass
