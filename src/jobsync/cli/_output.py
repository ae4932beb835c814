"""Where commands write: text for people, JSON for programs, and remarks beside it."""

from __future__ import annotations

import json
import sys
from enum import Enum
from typing import TYPE_CHECKING, Any

from jobsync.cli._failure import UsageError
from jobsync.cli._text import escape_controls, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console


WITHOUT_EDGE = 10_000


class Form(Enum):
    """In which form an answer is wanted."""

    TEXT = "text"
    JSON = "json"
    LINES = "jsonl"

    @classmethod
    def of(cls, *, json: bool, jsonl: bool) -> Form:
        """Return the form that the options ask for."""
        if json and jsonl:
            raise UsageError("--json and --jsonl are two forms of the same answer: pass one.")
        return cls.JSON if json else cls.LINES if jsonl else cls.TEXT


def screen() -> Console:
    """Return the terminal, or what stands in its place; nothing that is printed is markup."""
    from rich.console import Console

    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        # Where nobody sees an edge nothing is cut at one.
        console.width = WITHOUT_EDGE
    return console


def remark(text: str) -> None:
    """Tell a person something that is not part of the answer."""
    print(one_line(text), file=sys.stderr, flush=True)


def print_row(*cells: object) -> None:
    """Print a line for a program that reads text: cells between tabs."""
    print("\t".join("" if cell is None else one_line(cell) for cell in cells), flush=True)


def print_count(form: Form, word: str, count: int) -> None:
    """Print how many of something there were."""
    if form is Form.TEXT:
        print_row(word, count)
    else:
        print_json({word: count}, on_one_line=form is Form.LINES)


def print_json(value: Any, *, on_one_line: bool = False) -> None:
    """Print a document: on a line, or in a terminal spread over several."""
    indent = 2 if sys.stdout.isatty() and not on_one_line else None
    # Where the output is not Unicode, JSON has its own way to say what does not fit.
    in_ascii = "utf" not in (sys.stdout.encoding or "").lower()
    print(escape_controls(json.dumps(value, ensure_ascii=in_ascii, indent=indent)), flush=True)


def print_items(form: Form, items: Iterable[Any]) -> None:
    """Print a list as one document, or a line each as they come."""
    if form is Form.JSON:
        print_json(list(items))
        return
    for item in items:
        print_json(item, on_one_line=True)
