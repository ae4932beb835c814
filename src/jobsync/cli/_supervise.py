"""Keeps the embedded deployment in the foreground of a terminal, and says how to use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from jobsync import ConvexSync
from jobsync.cli._failure import CommandError
from jobsync.cli._page import page_link
from jobsync.cli._signals import end_as_ctrl_c_does
from jobsync.embedded.server import EmbeddedServer

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync.embedded.server import Deployment, Start


def supervise(start: Start, *, as_json: bool, show_key: bool, read_only: bool) -> int:
    """Run the deployment until it ends by itself or is asked to; answer its exit code."""
    end_as_ctrl_c_does()
    _make_private_folder(start.data)
    server = EmbeddedServer(start)
    try:
        page = _page_of(server.deployment, read_only=read_only)
        if as_json:
            print(json.dumps({**json.loads(server.ready_line), "page": page}), flush=True)
        else:
            _tell(server.deployment, page, show_key=show_key)
        return server.process.wait()
    except KeyboardInterrupt:
        return server.stop()


def _make_private_folder(folder: Path) -> None:
    ignore = folder / ".gitignore"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not ignore.exists():
            ignore.write_text("# Data and keys of `jobsync dev`.\n*\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"The data folder cannot be used: {error}") from None


def _page_of(deployment: Deployment, *, read_only: bool) -> str:
    with ConvexSync(deployment.url, api_key=deployment.api_key) as sync:
        return page_link(deployment.url, sync, read_only=read_only)


def _tell(deployment: Deployment, page: str, *, show_key: bool) -> None:
    console = Console(highlight=False)
    key = deployment.api_key if show_key else "…"
    data = escape(str(deployment.data_dir))
    keys_file = escape(str(deployment.data_dir / "keys.json"))
    for line in (
        "[bold green]A Convex deployment with jobsync's functions is running.",
        "",
        f"  [dim]deployment[/]   {deployment.url}",
        f"  [dim]HTTP routes[/]  {deployment.site_url}",
        f"  [dim]data, keys[/]   {data}",
        "",
        "All jobs on a page that moves with them (the link is good for 12 hours):",
        f"  [cyan]{page}",
        "",
        "For a pipeline, in its shell (or in .env.local, without `export`):",
        f"  [cyan]export CONVEX_URL={deployment.url}",
        f"  [cyan]export JOBSYNC_API_KEY={key}",
        "" if show_key else f'The key is "apiKey" (--show-key prints it) in {keys_file}\n',
        "Then, in Python:",
        "  [cyan]from jobsync import ConvexSync",
        '  [cyan]ConvexSync().upsert_job({"id": "first", "status": "running"})',
        "",
        "To deploy functions of your own, run `npx convex deploy` with",
        f"  [cyan]CONVEX_SELF_HOSTED_URL={deployment.url}",
        '  [cyan]CONVEX_SELF_HOSTED_ADMIN_KEY=…[/]   ("adminKey" in the same file)',
        "",
        "[dim]Ctrl-C stops it. The data stays; delete the folder to start over.",
    ):
        # Never wrapped or cut by us: an address or a path must stay whole to be copied.
        console.print(line, soft_wrap=True)
