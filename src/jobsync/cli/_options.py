"""The options and arguments that several commands have."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from jobsync.cli._completion import job_ids

DEPLOYMENT = "Deployment"
OUTPUT = "Output"

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        help="Its address, instead of CONVEX_URL.",
        metavar="URL",
        rich_help_panel=DEPLOYMENT,
    ),
]
EnvFile = Annotated[
    Path | None,
    typer.Option(
        "--env-file",
        help="Look here first for CONVEX_URL and JOBSYNC_API_KEY.",
        metavar="FILE",
        rich_help_panel=DEPLOYMENT,
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document.", rich_help_panel=OUTPUT)
]
JsonLines = Annotated[
    bool, typer.Option("--jsonl", help="Print a JSON document a line.", rich_help_panel=OUTPUT)
]


class StateWord(str, Enum):
    """The states, for a choice."""

    QUEUED = "queued"
    RUNNING = "running"
    LOST = "lost"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


JobId = Annotated[str, typer.Argument(help="The job's id.", metavar="ID", autocompletion=job_ids)]
JobIds = Annotated[
    list[str], typer.Argument(help="The ids of jobs.", metavar="ID...", autocompletion=job_ids)
]
