"""`jobsync dashboard`: the page, for the deployment that the settings name."""

from __future__ import annotations

from typing import Annotated

import typer


def dashboard(
    *,
    port: Annotated[int, typer.Option(help="Port of the page on this machine; 0: free.")] = 0,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only look: no retry, no cancel.")
    ] = False,
) -> None:
    """Show all jobs on a page that moves with them, until Ctrl-C.

    The page comes from this machine and talks to the deployment itself, with a token that is good
    for 12 hours. The key stays here.
    """
    from jobsync.cli._show_page import show_page  # typer needs none of it

    show_page(port=port, open_browser=open_browser, read_only=read_only)
