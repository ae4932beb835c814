"""`jobsync stats`: how many jobs are in each state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobsync.cli._options import EnvFile, Json, JsonLines, Url

if TYPE_CHECKING:
    from jobsync import JobCounts

EXAMPLES = """
jobsync stats
jobsync stats --owner org-3 --type render
jobsync stats --json | jq .failed
"""


def stats(
    *,
    owner: Annotated[str | None, typer.Option(help="Only of this owner.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Only of this type.")] = None,
    url: Url = None,
    env_file: EnvFile = None,
    json: Json = False,
    jsonl: JsonLines = False,
) -> None:
    """Count the jobs in each state."""
    from jobsync.cli._connect import connect
    from jobsync.cli._output import Form, print_json, print_row, screen

    form = Form.of(json=json, jsonl=jsonl)
    with connect(url, env_file) as sync:
        counts = sync.stats(owner=owner, type=type_)
    if form is not Form.TEXT:
        document = {**counts.model_dump(), "total": counts.total}
        print_json(document, on_one_line=form is Form.LINES)
        return
    console = screen()
    if console.is_terminal:
        from jobsync.cli._counts_table import counts_table

        console.print(counts_table(counts))
        return
    for state, count in _rows(counts):
        print_row(state, count)


def _rows(counts: JobCounts) -> list[tuple[str, int]]:
    return [*counts, ("total", counts.total)]
