"""A terminal as a picture: its screen as HTML, which the browser draws."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser
    from pyte.screens import Char

    from tests.acceptance.cli.terminal import Terminal

# The names that a terminal has for its colours; all others come as hexadecimal numbers.
COLOURS = {
    "default": "#d8dbe2",
    "black": "#5b6170",
    "red": "#ff7b72",
    "green": "#7ee787",
    "brown": "#e3b341",
    "blue": "#79c0ff",
    "magenta": "#d2a8ff",
    "cyan": "#76e3ea",
    "white": "#d8dbe2",
    "brightblack": "#8b93a3",
}
STYLE = """
body { margin: 0; background: #14161a; }
pre { display: inline-block; margin: 0; padding: 20px 24px; line-height: 1.4;
      font: 15px 'DejaVu Sans Mono', monospace; }
"""


def picture_of(terminal: Terminal, browser: Browser, path: Path) -> Path:
    """Draw what is on the screen."""
    lines = ["".join(map(_span, _runs(line))) for line in terminal.cells]
    while lines and not lines[-1].strip():
        lines.pop()
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_content(f"<style>{STYLE}</style><pre>{chr(10).join(lines)}</pre>")
    page.locator("pre").screenshot(path=path)
    page.close()
    return path


def _look(cell: Char) -> str:
    colour = COLOURS.get(cell.fg, f"#{cell.fg}")
    weight = ";font-weight:bold" if cell.bold else ""
    return f"color:{colour}{weight}"


def _runs(line: list[Char]) -> list[tuple[str, str]]:
    """Take neighbours of one look together; blanks at the end are nobody's."""
    runs = [(look, "".join(c.data for c in cells)) for look, cells in groupby(line, _look)]
    while runs and not runs[-1][1].strip():
        runs.pop()
    return runs


def _span(run: tuple[str, str]) -> str:
    look, text = run
    return f'<span style="{look}">{escape(text)}</span>'
