"""Keeps the page of one deployment in the foreground of a terminal."""

from __future__ import annotations

import sys
import webbrowser

from rich.console import Console

from jobsync import ConvexSync
from jobsync.cli._page import page_link
from jobsync.cli._page_server import PageServer
from jobsync.cli._signals import end_as_ctrl_c_does
from jobsync.cli.embedded import page_folder


def show_page(*, port: int, open_browser: bool, read_only: bool) -> None:
    """Serve it until Ctrl-C."""
    end_as_ctrl_c_does()
    with ConvexSync() as sync:
        # Whether it answers and the key is right is better said here than on the page; and a token
        # is signed on the deployment's time, which the answer tells.
        sync.stats()
        with PageServer(page_folder(), sync.url, port) as server:
            link = page_link(server.address, sync, read_only=read_only, deployment=sync.url)
            _tell(sync.url, link)
            if open_browser:
                webbrowser.open(link)
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                return


def _tell(deployment: str, link: str) -> None:
    if not sys.stdout.isatty():
        print(link, flush=True)
        return
    console = Console(highlight=False)
    for line in (
        f"The jobs of {deployment}, for 12 hours:",
        "",
        f"  [cyan]{link}",
        "",
        "[dim]Who has this link can do what you can do here. Ctrl-C ends it.",
    ):
        console.print(line, soft_wrap=True)
