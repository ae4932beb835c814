"""`jobsync demo`: an image pipeline on real pictures, its jobs in a deployment of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobsync.cli._failure import CommandError

EXAMPLES = """
jobsync demo
jobsync demo my-cat.jpg --keep demo/ --stay
"""

# What the extra `demo` brings, by the names that they are imported with.
EXTRA = {"numpy", "PIL", "skimage"}


def demo(
    pictures: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Your own pictures; else some that scikit-image ships.", metavar="PICTURE"
        ),
    ] = None,
    *,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the jobs and the deployment here.", file_okay=False)
    ] = None,
    stay: Annotated[
        bool, typer.Option("--stay", help="Leave the deployment running afterwards.")
    ] = False,
    node: Annotated[
        Path | None, typer.Option(envvar="JOBSYNC_NODE", help="Node.js for the deployment.")
    ] = None,
) -> None:
    """Cut the subjects out of pictures, with every job, stage and file in Convex; then compare."""
    from rich.console import Console  # only when the command runs

    try:
        from jobsync.cli._demo.run import Options, run_demo  # brings numpy
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        raise CommandError(
            f"jobsync demo needs {error.name}, which is not installed: pip install 'jobsync[demo]'"
        ) from None
    options = Options(pictures=pictures or [], keep=keep, node=node, stay=stay)
    raise typer.Exit(run_demo(options, Console(highlight=False)))
