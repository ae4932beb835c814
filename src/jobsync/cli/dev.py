"""`jobsync dev`: a Convex deployment on this machine, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """
jobsync dev
jobsync dev --data /var/lib/jobsync --port 4000 --site-port 4001
jobsync dev --json --port 0 --site-port 0
"""
DEFAULT_DATA = Path(".jobsync")


def dev(
    *,
    port: Annotated[int, typer.Option(help="Port of the deployment; 0 is a free one.")] = 3210,
    site_port: Annotated[
        int, typer.Option(help="Port of its HTTP routes; 0 is a free one.")
    ] = 3211,
    data: Annotated[
        Path, typer.Option(help="Folder that keeps everything.", file_okay=False)
    ] = DEFAULT_DATA,
    host: Annotated[
        str, typer.Option(help="Address to listen on. Other than loopback: others can connect.")
    ] = "127.0.0.1",
    json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON, keys included, when ready.")
    ] = False,
    show_key: Annotated[bool, typer.Option(help="Print the API key, too.")] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Let the page only look: no retry, no cancel.")
    ] = False,
    node: Annotated[
        Path | None, typer.Option(envvar="JOBSYNC_NODE", help="Node.js to run it with.")
    ] = None,
) -> None:
    """Run a Convex deployment on this machine, with jobsync's functions in it, until Ctrl-C."""
    from jobsync.cli._supervise import supervise  # rich and the rest, when needed
    from jobsync.embedded.server import Start

    start = Start(data=data, port=port, site_port=site_port, host=host, node=node)
    raise typer.Exit(supervise(start, as_json=json, show_key=show_key, read_only=read_only))
