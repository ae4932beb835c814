"""Times and durations as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(timezone.utc)


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units: `3 min 20 s`."""
    whole = int(max(0.0, seconds))
    if whole == 0:
        return "0 s"
    largest = next(at for at, (_, size) in enumerate(_UNITS) if whole >= size)
    parts = []
    for unit, size in _UNITS[largest : largest + 2]:
        count, whole = divmod(whole, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts)


def ago(then: datetime, at: datetime) -> str:
    """Return how long something is past, in its largest unit: `3 min ago`."""
    seconds = (at - then).total_seconds()
    if seconds < 1:
        return "now"
    unit, size = next((unit, size) for unit, size in _UNITS if seconds >= size)
    return f"{int(seconds / size)} {unit} ago"


def clock(seconds: float) -> str:
    """Return a length of time as a stopwatch shows it: `0:12`, `1:02:03`."""
    minutes, second = divmod(int(max(0.0, seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def local(then: datetime) -> str:
    """Return a moment in the time of this machine, to the second."""
    return then.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def took(started: datetime | None, finished: datetime | None, at: datetime) -> timedelta | None:
    """Return how long something has taken, so far or until it ended; `None` before it began."""
    return None if started is None else (finished or at) - started
