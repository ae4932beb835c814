"""What the demo shows: bars while jobs run, moved by what the second process sees; then a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.filesize import decimal
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from jobsync.cli._demo.follower import Sighting
    from jobsync.cli._demo.verify import Verified

UNLIMITED = 10_000
STATE_STYLES = {"succeeded": "green", "failed": "red", "running": "yellow"}


@dataclass(frozen=True)
class Row:
    """One job in the table; what the second process saw of it, and what was verified."""

    job: str
    state: str
    stages_seen: int
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
    _print_table(console, rows)
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
    seen, stages = sum(row.stages_seen for row in rows), sum(row.stages for row in rows)
    console.print(
        f"followed live by a second process: {updates} updates, {seen} of {stages} stages"
    )
    console.print(f"{_count(len(rows), 'job')}, {files} files, {size}, {seconds:.1f} s in all")
    if different:
        console.print(f"[bold red]{different} of {len(rows)} jobs differ")
    else:
        console.print("[bold green]every file and every public view is as it should be")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _print_table(console: Console, rows: Sequence[Row]) -> None:
    """Print the addresses in the table if they fit whole, else below it: cut, they open nothing."""
    wide = _table(rows, with_url=True)
    unlimited = console.options.update(max_width=UNLIMITED)
    if Measurement.get(console, unlimited, wide).maximum <= console.width:
        console.print(wide)
        return
    console.print(_table(rows, with_url=False))
    console.print("\nURLs of the pictures, in the same order")
    for row in rows:
        console.print(f"  {row.verified.url or '-'}", soft_wrap=True)


def _table(rows: Sequence[Row], *, with_url: bool) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("job", no_wrap=with_url, overflow="fold")
    table.add_column("state", no_wrap=True)
    for name in ("stages", "files", "bytes", "time"):
        table.add_column(name, justify="right", no_wrap=True)
    if with_url:
        table.add_column("URL", no_wrap=True)
    for row in rows:
        url = [row.verified.url or "-"] if with_url else []
        table.add_row(
            row.job,
            Text(row.state, STATE_STYLES.get(row.state, "")),
            f"{row.stages_seen}/{row.stages}",
            str(row.verified.files),
            decimal(row.verified.bytes),
            f"{row.seconds:.1f} s",
            *url,
        )
    return table
