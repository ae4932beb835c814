"""Convex apps of the examples as their owners work on them: copied, changed by hand, deployed."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobsync import ConvexSync
from jobsync.embedded.node import find_node
from jobsync.embedded.server import Start, embedded_deployment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync.embedded.server import Deployment

REPOSITORY = Path(__file__).parents[1]
NODE_MODULES = REPOSITORY / "node_modules"
EXAMPLE = REPOSITORY / "examples" / "convex-app"
OVERLAYS = ("with-functions", "with-component")
GUARD = 180


@dataclass(frozen=True)
class ConvexApp:
    """A copy of an app, and the deployment that it goes to."""

    folder: Path
    deployment: Deployment

    def take(self, overlay: str) -> None:
        """Put files of the example over those that are there."""
        shutil.copytree(EXAMPLE / overlay, self.folder, dirs_exist_ok=True)

    def deploy(self) -> None:
        """Deploy it as its owner does, types checked."""
        self.run("convex/bin/main.js", "deploy", "-y", "--typecheck", "enable")

    def install(self, package: Path) -> None:
        """Install a package of this repository as npm does from a registry: packed."""
        npm = ["npm", "pack", "--silent", "--pack-destination", self.folder]
        with (package / "package.json").open() as lock:
            # Processes that test side by side would build it at once, in the same folder.
            fcntl.flock(lock, fcntl.LOCK_EX)
            packed = subprocess.run(npm, cwd=package, capture_output=True, text=True, check=True)
        archive = self.folder / packed.stdout.split()[-1]
        name = json.loads((package / "package.json").read_text())["name"]
        target = self.folder / "node_modules" / name
        target.mkdir()
        untar = ["tar", "-xzf", archive, "--strip-components=1", "-C", target]
        subprocess.run(untar, check=True)

    def own_tests(self) -> str:
        """Run the tests that the app had before, and return what they said."""
        return self.run("vitest/vitest.mjs", "run")

    def run(self, program: str, *words: str) -> str:
        """Run a program of its packages."""
        target = {
            "CONVEX_SELF_HOSTED_URL": self.deployment.url,
            "CONVEX_SELF_HOSTED_ADMIN_KEY": self.deployment.admin_key,
        }
        ran = subprocess.run(
            [find_node(None), self.folder / "node_modules" / program, *words],
            cwd=self.folder,
            env={**os.environ, **target, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=GUARD,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def sync(self, **options: Any) -> ConvexSync:
        """Return a client that is told nothing but the address and the key."""
        return ConvexSync(self.deployment.url, api_key=self.deployment.api_key, **options)


@contextmanager
def convex_app(folder: Path) -> Iterator[ConvexApp]:
    """Copy the example, and start a deployment that has no functions yet."""
    app = folder / "app"
    shutil.copytree(EXAMPLE, app, ignore=shutil.ignore_patterns("_generated", *OVERLAYS))
    (app / "node_modules").mkdir()
    for package in NODE_MODULES.iterdir():
        (app / "node_modules" / package.name).symlink_to(package)
    with embedded_deployment(Start(folder / "data", push=False)) as deployment:
        yield ConvexApp(app, deployment)


def add_lines(folder: Path, work: list[dict[str, Any]]) -> None:
    """Do by hand, to the letter, what `jobsync init --json` says is to be done by hand."""
    by_hand = [each for each in work if each["change"] == "add"]
    for each in sorted(by_hand, key=lambda each: -(each["after"] or 0)):
        file = folder / each["file"]
        lines = file.read_text().splitlines()
        lines.insert(each["after"] or 0, each["text"])
        file.write_text("\n".join(lines) + "\n")
