"""The parts of the page of one job."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from jobsync.cli._columns import Column, table_of
from jobsync.cli._job_text import bar, doing, error_message, plain, progress, size, state
from jobsync.cli._text import escape_controls, lines
from jobsync.cli._times import ago, duration, local, took

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from jobsync import Asset, Event, Job

LEVEL_STYLE = {"debug": "dim", "info": "", "warning": "yellow", "error": "red"}
MOST_JSON_LINES = 20
BAR_WIDTH = 40


def headline(job: Job, width: int) -> RenderableType:
    """Return who the job is and how far."""
    first = Text("  ").join([plain(job.job_id, "bold"), state(job)])
    if job.cancel_requested_at is not None and not job.finished:
        first.append("  asked to stop", style="yellow")
    rows: list[RenderableType] = [first]
    if job.name:
        rows.append(plain(job.name))
    if not job.finished and (at_work := doing(job)):
        rows.append(at_work)
    if not job.finished and job.progress is not None:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(bar(job, min(BAR_WIDTH, width - 30)), progress(job))
        rows.append(grid)
    return Group(*rows)


def facts(job: Job, at: datetime) -> Table:
    """Return what is known of the job besides, a line each."""
    known = [(name, value) for name, value in _facts(job, at) if value]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=max(len(name) for name, _ in known))
    table.add_column(overflow="fold")
    for name, value in known:
        table.add_row(Text(name, "dim"), plain(value))
    return table


def _facts(job: Job, at: datetime) -> Iterator[tuple[str, str | None]]:
    yield "type", job.type
    yield "status", job.status if job.status != job.state else None
    yield "owner", job.owner
    yield "source", job.source
    yield "tags", ", ".join(job.tags)
    yield "parent", job.parent
    yield "attempt", f"{job.attempt} of {job.max_attempts}" if job.max_attempts > 1 else None
    if job.run is not None:
        yield "run", " ".join(part for part in (job.run.system, job.run.id, job.run.url) if part)
    yield "visibility", job.visibility if job.visibility != "private" else None
    yield "created", _moment(job.created_at, at)
    yield "started", _moment(job.started_at, at)
    yield "finished", _moment(job.finished_at, at)
    time = took(job.started_at, job.finished_at, at)
    if time is not None:
        yield "took" if job.finished else "running for", duration(time.total_seconds())
    if not job.finished:
        yield "last heard", _moment(job.heartbeat_at, at)
        yield "next attempt", None if job.next_attempt_at is None else local(job.next_attempt_at)
    if job.cancel_requested_at is not None:
        reason = f": {job.cancel_reason}" if job.cancel_reason else ""
        yield "asked to stop", f"{ago(job.cancel_requested_at, at)}{reason}"


def error_lines(error: Any, traceback: str | None) -> Group:
    """Return what went wrong; the traceback as it was written."""
    text = [Text(line, "red") for line in lines(error_message(error))]
    if traceback is not None:
        text += [Text(line, "dim") for line in lines(traceback)]
    return Group(*text)


def indented_json(value: Any) -> Text:
    """Return a value as JSON, as much of it as a person looks at."""
    text = escape_controls(json.dumps(value, ensure_ascii=False, indent=2)).splitlines()
    shown = text[:MOST_JSON_LINES]
    if len(text) > MOST_JSON_LINES:
        shown.append(f"… {len(text) - MOST_JSON_LINES} more lines: --json shows all of it")
    return Text("\n".join(shown))


def file_table(files: Sequence[Asset], room: int) -> Table:
    """Return the files of a job, a line each."""
    columns = [
        Column([plain(file.role, "dim") for file in files], weight=1),
        Column([plain(file.filename) for file in files], weight=4),
        Column([Text(size(file.bytes)) for file in files]),
        Column([plain(file.content_type or "", "dim") for file in files], weight=1),
        Column([Text("public" if file.public else "", "green") for file in files]),
    ]
    return table_of(columns, room)


def event_table(events: Sequence[Event], room: int) -> Table:
    """Return events, a line each, in the order that they are given."""
    columns = [
        Column([Text(f"{event.time.astimezone():%H:%M:%S}", "dim") for event in events]),
        Column([plain(event.kind, LEVEL_STYLE[event.level]) for event in events], weight=2),
        Column([_payload(event) for event in events], weight=3),
    ]
    return table_of(columns, room)


def _payload(event: Event) -> Text:
    if event.payload is None:
        return Text()
    return plain(json.dumps(event.payload, ensure_ascii=False))


def _moment(then: datetime | None, at: datetime) -> str | None:
    return None if then is None else f"{local(then)} ({ago(then, at)})"
