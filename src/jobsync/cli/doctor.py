"""`jobsync doctor`: what is wrong between this machine and the deployment."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from jobsync.cli._options import EnvFile, Json, JsonLines, Url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobsync.cli._finding import Finding

EXAMPLES = """
jobsync doctor
jobsync doctor --env-file production.env
jobsync doctor --json | jq '.checks[] | select(.ok == false)'
"""


def doctor(
    *, url: Url = None, env_file: EnvFile = None, json: Json = False, jsonl: JsonLines = False
) -> None:
    """Check settings, deployment, key, versions, clocks, outbox and Node, and say what to fix.

    The exit code is 0 if all is well, else 1.
    """
    from jobsync.cli._checkup import check_up
    from jobsync.cli._output import Form, print_items, print_json

    form = Form.of(json=json, jsonl=jsonl)
    findings = list(check_up(url, env_file))
    ok = all(finding.ok is not False for finding in findings)
    if form is Form.JSON:
        print_json({"ok": ok, "checks": [asdict(finding) for finding in findings]})
    elif form is Form.LINES:
        print_items(form, map(asdict, findings))
    else:
        _tell(findings)
    raise typer.Exit(0 if ok else 1)


def _tell(findings: Sequence[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    from jobsync.cli._job_text import plain
    from jobsync.cli._output import print_row, screen

    marks = {True: Text("ok", "green"), False: Text("wrong", "bold red"), None: Text("-", "dim")}
    console = screen()
    if not console.is_terminal:
        for finding in findings:
            print_row(finding.check, marks[finding.ok].plain, finding.found, finding.fix)
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for finding in findings:
        table.add_row(Text(finding.check, "bold"), marks[finding.ok], plain(finding.found))
        if finding.fix is not None:
            table.add_row(
                Text(), Text(), plain(finding.fix, "dim" if finding.ok is None else "cyan")
            )
    console.print(table)
