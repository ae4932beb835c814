"""Columns that share the width of a terminal: those that matter stay whole, others give way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

GAP = 2
NARROWEST = 2
"""A letter, and the sign that there are more."""


@dataclass(frozen=True)
class Column:
    """The cells of one column, from top to bottom."""

    cells: Sequence[Text]
    title: str = ""
    weight: int = 0
    """How long it is spared when there is too little room; 0: it stays whole."""

    @property
    def needed(self) -> int:
        """How wide it would be by itself."""
        return max(len(self.title), *(cell.cell_len for cell in self.cells))


def table_of(columns: Sequence[Column], room: int) -> Table:
    """Return a table that is no wider than the room; what is too long ends in an ellipsis."""
    titled = any(column.title for column in columns)
    table = Table(
        box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim", show_header=titled
    )
    for column, width in zip(columns, _widths(columns, room), strict=True):
        table.add_column(column.title, width=width, no_wrap=True, overflow="ellipsis")
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    return table


def _widths(columns: Sequence[Column], room: int) -> list[int]:
    """Take from the widest columns, weighed, until all of them fit."""
    widths = [column.needed for column in columns]
    flexible = [at for at, column in enumerate(columns) if column.weight]
    excess = sum(widths) + GAP * len(widths) - room
    while excess > 0:
        widest = max(flexible, key=lambda at: widths[at] / columns[at].weight)
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
        excess -= 1
    return widths
