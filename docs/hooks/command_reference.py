"""Puts what the commands say of themselves into the page that asks for it."""

from __future__ import annotations

import html
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "<!-- commands -->"


def on_page_markdown(markdown: str, **_: object) -> str:
    """Replace the mark by a section for each command."""
    if MARK not in markdown:
        return markdown
    return markdown.replace(MARK, "\n".join(_sections()))


def _sections() -> Iterator[str]:
    sys.path.insert(0, str(Path(__file__).parents[2] / "src"))
    from jobsync.cli import app

    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        yield from _section(f"jobsync {name}", command, 2)


def _section(name: str, command: Any, level: int) -> Iterator[str]:
    context = typer.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    yield f"{'#' * level} `{name}`\n\n{_prose(command.help)}\n\n```text\n{usage}\n```\n"
    if rows := [*filter(None, (param.get_help_record(context) for param in command.params))]:
        yield "| argument or option | what it does |\n|---|---|"
        yield from (f"| <code>{_cell(words)}</code> | {_cell(what)} |" for words, what in rows)
        yield ""
    if examples := (command.epilog or "").replace("[bold]Examples[/]", "").strip():
        yield f'```text title="Examples"\n{examples}\n```\n'
    for child_name, child in getattr(command, "commands", {}).items():
        yield from _section(f"{name} {child_name}", child, level + 1)


def _prose(help_text: str | None) -> str:
    return (help_text or "").replace("[", r"\[")


def _cell(text: str) -> str:
    return html.escape(text.strip()).replace("|", "&#124;")
