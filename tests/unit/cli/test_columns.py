"""Columns that share the width of a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from jobsync.cli._columns import Column, table_of


def lines(room: int, *columns: Column) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=room).print(table_of(columns, room))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def column(*cells: str, weight: int = 0, title: str = "") -> Column:
    return Column([Text(cell) for cell in cells], title, weight)


def test_with_room_enough_each_column_is_as_wide_as_its_cells() -> None:
    """Nothing is spread out."""
    assert lines(80, column("a", "bcd"), column("e", "f")) == ["a    e", "bcd  f"]


@pytest.mark.parametrize("room", [14, 20, 40])
def test_what_may_give_way_does_and_the_rest_stays_whole(room: int) -> None:
    """However much longer it is."""
    (line,) = lines(room, column("01:02:03"), column("x" * 500, weight=1))

    assert line.startswith("01:02:03")
    assert len(line) <= room


def test_the_heavier_column_is_spared_longer() -> None:
    """In the measure of the weights."""
    (line,) = lines(34, column("x" * 90, weight=1), column("y" * 90, weight=2))

    assert (line.count("x"), line.count("y")) == (9, 19)


def test_titles_are_shown_where_there_are_any() -> None:
    """And count as cells do."""
    assert lines(80, column("a", title="long title"), column("b", title="t")) == [
        "long title  t",
        "a           b",
    ]
