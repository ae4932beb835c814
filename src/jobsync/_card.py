"""A job as a small card: HTML in a notebook, a line of text elsewhere.

What a job says of itself is data: it is escaped, and what it does to the direction of text stays
inside its element.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any

# Seen on white as well as on black; the words beside them have the colour of the page.
COLOURS = {
    "queued": "#0891b2",
    "running": "#3b82f6",
    "lost": "#a855f7",
    "succeeded": "#16a34a",
    "failed": "#dc2626",
    "canceled": "#d97706",
}
LINE = "rgba(128,128,128,.35)"


@dataclass(frozen=True, repr=False)
class Card:
    """What a card shows of a job; what is `None` is left out."""

    job_id: str
    state: str
    name: str | None = None
    attempt: int | None = None
    stage: str | None = None
    message: str | None = None
    progress: float | None = None
    completed: float | None = None
    total: float | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error: Any = None

    def __repr__(self) -> str:
        parts = [f"{self.job_id}: {self.state}", self._percent, self._counts, self._doing]
        line = ", ".join(part for part in (*parts, self._error) if part)
        # A terminal would obey the rest.
        return "".join(letter if letter.isprintable() else " " for letter in line)

    def _repr_html_(self) -> str:
        return self.html()

    def html(self) -> str:
        """Return the card as HTML."""
        colour = COLOURS.get(self.state, LINE)
        parts = (self._head(colour), self._bar(colour), self._foot(), self._trouble())
        return (
            f'<div style="border:1px solid {LINE};border-left:4px solid {colour};'
            "border-radius:6px;padding:8px 12px;max-width:34em;line-height:1.5;"
            'overflow-wrap:anywhere">'
            f"{''.join(parts)}</div>"
        )

    def _head(self, colour: str) -> str:
        title = f"<b>{_text(self.name)}</b> " if self.name else ""
        again = f", attempt {self.attempt}" if (self.attempt or 1) > 1 else ""
        return (
            '<div style="display:flex;gap:8px;align-items:baseline">'
            f'<span style="min-width:0">{title}'
            f"<code>{_text(self.job_id)}</code></span>"
            f'<span style="margin-left:auto;white-space:nowrap">'
            f'<span style="color:{colour}">●</span> {_text(self.state)}{again}</span></div>'
        )

    def _bar(self, colour: str) -> str:
        if self.progress is None:
            return ""
        percent = f"{min(100.0, max(0.0, self.progress)):.1f}"
        return (
            f'<div role="progressbar" aria-label="progress" aria-valuenow="{percent}"'
            ' aria-valuemin="0" aria-valuemax="100"'
            f' style="height:6px;border-radius:3px;margin:6px 0;background:{LINE}">'
            f'<div style="width:{percent}%;height:100%;border-radius:3px;background:{colour}">'
            "</div></div>"
        )

    def _foot(self) -> str:
        numbers = " · ".join(part for part in (self._percent, self._counts, self._took) if part)
        if not numbers and not self._doing:
            return ""
        return (
            '<div style="display:flex;gap:8px"><span style="min-width:0">'
            f'{_text(self._doing)}</span><span style="margin-left:auto;white-space:nowrap;'
            f'opacity:.7">{_text(numbers)}</span></div>'
        )

    def _trouble(self) -> str:
        if not self._error:
            return ""
        return f'<pre style="margin:6px 0 0;white-space:pre-wrap">{_text(self._error)}</pre>'

    @property
    def _percent(self) -> str:
        # Rounded down: 100 % is for what is done.
        return "" if self.progress is None else f"{int(self.progress)} %"

    @property
    def _counts(self) -> str:
        if self.completed is None or self.total is None:
            return ""
        return f"{self.completed:g} of {self.total:g}"

    @property
    def _doing(self) -> str:
        return " · ".join(part for part in (self.stage, self.message) if part)

    @property
    def _took(self) -> str:
        if self.started_at is None or self.finished_at is None:
            return ""
        return f"in {timedelta(seconds=int((self.finished_at - self.started_at).total_seconds()))}"

    @property
    def _error(self) -> str:
        if isinstance(self.error, dict):
            return str(self.error.get("message") or self.error)
        return "" if self.error is None else str(self.error)


def _text(value: str | None) -> str:
    return f"<bdi>{escape(value or '')}</bdi>"
