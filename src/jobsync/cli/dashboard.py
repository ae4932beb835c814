"""`jobsync dashboard`: the page, for the deployment that the settings name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from jobsync.cli._options import EnvFile, Url

if TYPE_CHECKING:
    from jobsync.cli._page_server import PageServer

EXAMPLES = """
jobsync dashboard
jobsync dashboard --read-only --no-open
jobsync dashboard --url https://happy-otter-123.convex.cloud --port 3220
"""


def dashboard(
    *,
    port: Annotated[int, typer.Option(help="Port of the page on this machine; 0: free.")] = 0,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only look: no retry, no cancel.")
    ] = False,
    url: Url = None,
    env_file: EnvFile = None,
) -> None:
    """Show all jobs on a page that moves with them, until Ctrl-C. Piped: the link alone.

    The page comes from this machine and talks to the deployment itself, with a token that is good
    for 12 hours. The key stays here.
    """
    from jobsync.cli._connect import connect
    from jobsync.cli._page import page_link
    from jobsync.cli._page_server import PageServer
    from jobsync.cli._signals import end_as_ctrl_c_does
    from jobsync.embedded.server import page_folder

    end_as_ctrl_c_does()
    with connect(url, env_file) as sync:
        # Whether it answers and the key is right is better said here than on the page; and tokens
        # are signed on the deployment's time, which the answer tells.
        sync.stats()
        with PageServer(page_folder(), sync.url, port) as server:
            link = page_link(server.address, sync, read_only=read_only, deployment=sync.url)
            with suppress(KeyboardInterrupt):
                _tell(sync.url, link)
                _serve(server, link if open_browser else None)


def _tell(deployment: str, link: str) -> None:
    from jobsync.cli._output import screen

    console = screen()
    if not console.is_terminal:
        print(link, flush=True)
        return
    console.print(f"The jobs of {deployment}, for 12 hours:\n", soft_wrap=True)
    console.print(f"  {link}\n", soft_wrap=True, style="cyan")
    console.print("Whoever has this link can do what the page can do. Ctrl-C ends it.", style="dim")


def _serve(server: PageServer, link: str | None) -> None:
    import threading
    import webbrowser

    if link is not None:
        # Some browsers keep their caller waiting until they end, and need the page before that.
        threading.Thread(target=webbrowser.open, args=[link], daemon=True).start()
    server.serve_forever()
