"""Parked commands as a table, as lines and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from jobsync.cli._output import Form, print_items, print_row, remark, screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from jobsync import OutboxFile, Parked


def print_parked(parked: Sequence[Parked], form: Form) -> None:
    """Print what was refused, oldest first."""
    if form is not Form.TEXT:
        print_items(form, map(as_json, parked))
        return
    console = screen()
    if console.is_terminal and parked:
        console.print(_table(parked))
        return
    for each in parked:
        print_row(each.id, each.job_id, each.kind, each.code, _time(each).isoformat(), each.reason)


def print_waiting(file: OutboxFile) -> None:
    """Say, beside the answer, how much waits and whether somebody is there to send it."""
    waiting = file.waiting()
    if not waiting:
        remark(f"Nothing waits in {file.path}.")
        return
    queued = sum(each.queued for each in waiting)
    left = sum(each.queued for each in waiting if not each.is_alive)
    remark(f"{queued:,} commands wait in {file.path}.")
    if left:
        remark(f"{left:,} of them were left by processes that have ended: `jobsync outbox flush`.")


def as_json(parked: Parked) -> dict[str, Any]:
    """Return a parked command as a document."""
    return {**asdict(parked), "parked_at": _time(parked).isoformat()}


def _table(parked: Sequence[Parked]) -> Table:
    from rich.table import Table

    from jobsync.cli._job_text import plain
    from jobsync.cli._times import ago, now

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("no.", "job", "command", "parked", "reason"):
        table.add_column(title, overflow="fold")
    for each in parked:
        table.add_row(
            str(each.id),
            plain(each.job_id, "bold"),
            each.kind,
            ago(_time(each), now()),
            plain(each.reason, "red"),
        )
    return table


def _time(parked: Parked) -> datetime:
    return datetime.fromtimestamp(parked.parked_at, tz=timezone.utc)
