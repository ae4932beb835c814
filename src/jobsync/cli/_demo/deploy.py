"""Deploys `convex/` of a clone to the demo's deployment, with Convex's own CLI."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from jobsync.cli._failure import CommandError

if TYPE_CHECKING:
    from jobsync.embedded.server import Deployment

CONVEX_CLI = Path("node_modules", "convex", "bin", "main.js")
DEPLOY_TIMEOUT = 120.0
# The demo changes no file of the clone, and leaves the types to `make check`, which takes longer.
FLAGS = ("--codegen", "disable", "--typecheck", "disable")


def find_clone(start: Path) -> Path | None:
    """Find the clone of jobsync's repository around `start`, if its node_modules are there."""
    for folder in (start, *start.parents):
        if _is_jobsync(folder) and (folder / CONVEX_CLI).is_file():
            return folder
    return None


def deploy(clone: Path, deployment: Deployment, node: Path) -> None:
    """Run `npx convex deploy -y` in the clone, against this deployment and no other."""
    target = deployment.data_dir / "demo.env"
    target.touch(mode=0o600)
    target.write_text(
        f"CONVEX_SELF_HOSTED_URL={deployment.url}\n"
        f"CONVEX_SELF_HOSTED_ADMIN_KEY={deployment.admin_key}\n",
        encoding="utf-8",
    )
    ran = subprocess.run(  # noqa: S603 - the CLI that the clone has installed
        # Named by file, so that a .env.local of the clone cannot send this deploy elsewhere.
        [node, clone / CONVEX_CLI, "deploy", "-y", *FLAGS, "--env-file", target],
        cwd=clone,
        env={name: value for name, value in os.environ.items() if not name.startswith("CONVEX_")},
        capture_output=True,
        text=True,
        timeout=DEPLOY_TIMEOUT,
        check=False,
    )
    if ran.returncode != 0:
        raise CommandError(f"`npx convex deploy` failed in {clone}:\n{ran.stderr.strip()}")


def _is_jobsync(folder: Path) -> bool:
    try:
        package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(package, dict) and package.get("name") == "jobsync"
