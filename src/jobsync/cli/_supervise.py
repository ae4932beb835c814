"""Keeps the embedded deployment in the foreground of a terminal, and says how to use it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from jobsync.cli.embedded import EmbeddedServer

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from jobsync.cli.embedded import Deployment, Start

# SIGHUP: the terminal was closed. Windows has none.
ENDING_SIGNALS = ("SIGTERM", "SIGHUP")


def supervise(start: Start, *, as_json: bool, show_key: bool) -> int:
    """Run the deployment until it ends by itself or is asked to; answer its exit code."""
    for name in ENDING_SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    _make_private_folder(start.data)
    server = EmbeddedServer(start)
    try:
        if as_json:
            print(server.ready_line, flush=True)
        else:
            _tell(server.deployment, show_key=show_key)
        return server.process.wait()
    except KeyboardInterrupt:
        return server.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _make_private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("# Data and keys of `jobsync dev`.\n*\n", encoding="utf-8")


def _tell(deployment: Deployment, *, show_key: bool) -> None:
    console = Console(highlight=False)
    keys = deployment.data_dir / "keys.json"
    facts = {
        "deployment": deployment.url,
        "HTTP routes": deployment.site_url,
        "data, keys": str(deployment.data_dir),
    }
    lines: list[Text] = [Text("jobsync deployment is running", "bold green"), Text()]
    lines += [Text.assemble("  ", (f"{name:<12}", "dim"), value) for name, value in facts.items()]
    lines += [Text(), Text("In the shell of your pipeline (or in .env.local, without `export`):")]
    lines += [Text(f"  export CONVEX_URL={deployment.url}", "cyan")]
    if show_key:
        lines += [Text(f"  export JOBSYNC_API_KEY={deployment.api_key}", "cyan")]
    else:
        pointer = f'  export JOBSYNC_API_KEY=…   ("apiKey" in {keys}, or: jobsync dev --show-key)'
        lines += [Text(pointer, "cyan")]
    lines += [Text(), Text("Then, in Python:")]
    lines += [Text("  from jobsync import ConvexSync", "cyan")]
    lines += [Text('  ConvexSync().upsert_job({"id": "first", "status": "running"})', "cyan")]
    lines += [
        Text(),
        Text("Ctrl-C stops it; the data stays. Delete the folder to start over.", "dim"),
    ]
    for line in lines:
        # Never wrapped or cut by us: an address or a path must stay whole to be copied.
        console.print(line, soft_wrap=True)
