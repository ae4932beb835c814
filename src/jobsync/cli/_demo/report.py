"""What the demo shows: bars while jobs run, moved by what the second process sees; then a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from jobsync.cli._demo.follower import Sighting
    from jobsync.cli._demo.verify import Verified

STATE_STYLES = {"succeeded": "green", "failed": "red", "running": "yellow"}


@dataclass(frozen=True)
class Row:
    """One job in the table; state, stages and updates are what the second process saw of it."""

    job: str
    state: str
    stages: int
    updates: int
    seconds: float
    verified: Verified


class LiveBars:
    """One bar a job. Without a terminal there is nothing to see."""

    def __init__(self, console: Console, job_ids: Sequence[str]) -> None:
        self.progress = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("[dim]{task.fields[stage]}"),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._tasks = {
            job: self.progress.add_task(job, total=100, stage="queued") for job in job_ids
        }

    def show(self, seen: Sighting) -> None:
        """Move the job's bar to where the other process saw it."""
        self.progress.update(
            self._tasks[seen.job], completed=seen.progress or 0, stage=seen.stage or seen.state
        )


def print_report(console: Console, rows: Sequence[Row], seconds: float) -> None:
    """Print the table, where each picture is, what differs, and the verdict."""
    console.print()
    console.print(_table(rows))
    console.print("\n[bold]pictures")
    for row in rows:
        if row.verified.url is not None:
            # Never wrapped or cut by us: an address must stay whole to be opened.
            console.print(f"  {row.verified.url}", soft_wrap=True)
    console.print()
    for row in rows:
        for difference in row.verified.differences:
            console.print(Text.assemble(("differs  ", "bold red"), f"{row.job}: {difference}"))
    _print_totals(console, rows, seconds)


def _print_totals(console: Console, rows: Sequence[Row], seconds: float) -> None:
    different = sum(bool(row.verified.differences) for row in rows)
    files = sum(row.verified.files for row in rows)
    size = decimal(sum(row.verified.bytes for row in rows))
    updates = sum(row.updates for row in rows)
    console.print(f"followed live by a second process: {updates} updates")
    console.print(f"{len(rows)} jobs, {files} files, {size}, {seconds:.1f} s in all")
    if different:
        console.print(f"[bold red]{different} of {len(rows)} jobs differ")
    else:
        console.print("[bold green]every file and every public view is as it should be")


def _table(rows: Sequence[Row]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("job", overflow="fold")
    table.add_column("state")
    for name in ("stages", "files", "bytes", "time"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.job,
            Text(row.state, STATE_STYLES.get(row.state, "")),
            str(row.stages),
            str(row.verified.files),
            decimal(row.verified.bytes),
            f"{row.seconds:.1f} s",
        )
    return table
