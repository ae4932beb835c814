"""How many jobs are in each state, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from jobsync.cli._job_text import STATE_STYLE

if TYPE_CHECKING:
    from jobsync import JobCounts

BAR_WIDTH = 30


def counts_table(counts: JobCounts) -> Table:
    """Return a line for each state, with its share of the whole."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    for state, count in counts:
        style = STATE_STYLE[state]
        bar = ProgressBar(
            total=max(1, counts.total),
            completed=count,
            width=BAR_WIDTH,
            complete_style=style,
            finished_style=style,
        )
        table.add_row(Text(state, style), Text(f"{count:,}"), bar)
    table.add_row(Text("total", "bold"), Text(f"{counts.total:,}", "bold"), Text())
    return table
