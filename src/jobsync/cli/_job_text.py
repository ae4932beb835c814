"""A job's state, progress and error as coloured text and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.progress_bar import ProgressBar
from rich.text import Text

from jobsync.cli._text import one_line

if TYPE_CHECKING:
    from jobsync import Job, JobSummary

STEP = 1000

STATE_STYLE = {
    "queued": "cyan",
    "running": "blue",
    "lost": "magenta",
    "succeeded": "green",
    "failed": "red",
    "canceled": "yellow",
}


def plain(value: object, style: str = "") -> Text:
    """Return a value as text that is neither markup nor a control sequence."""
    return Text(one_line(value), style=style)


def state(job: Job | JobSummary) -> Text:
    """Return a job's state, with its attempt where it is not the first."""
    text = Text(job.state, style=STATE_STYLE[job.state])
    if job.attempt > 1:
        text.append(f" #{job.attempt}", style="dim")
    return text


def done(job: Job) -> float | None:
    """Return the percentage that a job is at; what has succeeded is done, whatever it said last."""
    return 100.0 if job.state == "succeeded" else job.progress


def percent(job: Job) -> str:
    """Return how far a job is; nothing if it does not say."""
    known = done(job)
    # Rounded down: 100 % is for what is done.
    return "" if known is None else f"{int(known)} %"


def progress(job: Job) -> Text:
    """Return how far a job is, with the counts that it gives."""
    text = Text(percent(job))
    if job.completed is not None and job.total is not None:
        text.append(f"  {job.completed:g} of {job.total:g}", style="dim")
    return text


def bar(job: Job, width: int | None = None) -> ProgressBar:
    """Return a bar that is full when the job has succeeded, and pulses where nothing is known."""
    style = STATE_STYLE[job.state]
    return ProgressBar(
        total=100.0,
        completed=done(job) or 0.0,
        width=width,
        pulse=job.state == "running" and job.progress is None,
        complete_style=style,
        finished_style=style,
        pulse_style=style,
    )


def doing(job: Job) -> Text:
    """Return what a job is at: its stage and message."""
    stage = plain(job.stage or "", "bold")
    message = plain(job.message or "")
    return Text(" · ").join(part for part in (stage, message) if part)


def error_message(error: Any) -> str:
    """Return the words of an error, however it was stored."""
    if isinstance(error, dict):
        kind, message = error.get("type"), error.get("message")
        return ": ".join(str(part) for part in (kind, message) if part) or str(error)
    return "" if error is None else str(error)


def size(count: int) -> str:
    """Return a number of bytes as people say it: `1.2 MB`."""
    scaled, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        # What would be shown as 1000.0 is one of the next unit.
        if scaled < STEP - 0.05:
            break
        scaled, unit = scaled / STEP, larger
    return f"{count} B" if unit == "B" else f"{scaled:.1f} {unit}"
