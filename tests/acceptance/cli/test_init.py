"""`jobsync init`: the functions in a project of one's own."""

from __future__ import annotations

import json
import os
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import OwnDeployment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.cli.conftest import CommandLine
    from tests.conftest import Deployment

NODE_MODULES = Path(__file__).parents[3] / "node_modules"


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_empty_project_can_be_deployed(
    cli_of: Callable[[Deployment], CommandLine], tmp_path: Path
) -> None:
    """Convex's own CLI takes the folder as it is, and a job can be kept there."""
    empty = OwnDeployment(tmp_path / "empty", push=False)
    try:
        jobsync = cli_of(empty.deployment)
        assert jobsync("init").code == 0
        needs = {"convex": "*", "jose": "*"}
        (jobsync.folder / "package.json").write_text(json.dumps({"dependencies": needs}))
        (jobsync.folder / "node_modules").symlink_to(NODE_MODULES)
        target = {
            "CONVEX_SELF_HOSTED_URL": empty.deployment.url,
            "CONVEX_SELF_HOSTED_ADMIN_KEY": empty.admin_key,
        }
        subprocess.run(
            [NODE_MODULES / ".bin" / "convex", "deploy", "-y", "--typecheck", "disable"],
            cwd=jobsync.folder,
            env=os.environ | target,
            check=True,
            capture_output=True,
            timeout=120,
        )
        with empty.deployment.sync() as sync:
            sync.create_job("render", job_id="first")
        assert jobsync("show", "first").code == 0
        assert jobsync("init", "--check").code == 0
    finally:
        empty.stop()


def test_the_next_commands_are_told_with_their_versions(jobsync: CommandLine) -> None:
    """So that nobody has to look them up."""
    said = jobsync("init", "project")

    assert "npm install --save-exact convex@" in said.err
    assert "npx convex dev" in said.err
    assert "convex/schema.ts\tcreated" in said.out


def test_a_second_time_changes_nothing(jobsync: CommandLine) -> None:
    """And says so."""
    jobsync("init")
    before = contents(jobsync.folder)
    said = jobsync("init")

    assert (said.code, said.out) == (0, "")
    assert contents(jobsync.folder) == before


def test_a_file_that_differs_is_never_overwritten(jobsync: CommandLine) -> None:
    """An app with a schema of its own is told so, and finds nothing changed."""
    schema = jobsync.folder / "convex" / "schema.ts"
    schema.parent.mkdir()
    schema.write_text("export default {};\n")
    said = jobsync("init")

    assert said.code == 1
    assert "convex/schema.ts\tdiffers, and is yours" in said.out
    assert "Nothing was written" in said.err
    assert list(contents(jobsync.folder)) == [schema]


@pytest.mark.parametrize("edit", ["by its owner", "by an older version"])
def test_after_an_upgrade_only_what_init_wrote_is_replaced(jobsync: CommandLine, edit: str) -> None:
    """What was written is remembered by its hash; `--check` tells before anything changes."""
    jobsync("init")
    file = jobsync.folder / "convex" / "jobs.ts"
    newest = file.read_bytes()
    file.write_bytes(b"// older\n")
    if edit == "by an older version":
        remember(jobsync.folder, "convex/jobs.ts", b"// older\n")
    check = jobsync("init", "--check", "--json")
    said = jobsync("init")

    updated = edit == "by an older version"
    change = "update" if updated else "differs"
    assert (check.code, json.loads(check.out)) == (
        1,
        [{"file": "convex/jobs.ts", "change": change}],
    )
    assert said.code == (0 if updated else 1)
    assert file.read_bytes() == (newest if updated else b"// older\n")


def test_what_is_no_longer_shipped_goes_if_nobody_has_changed_it(jobsync: CommandLine) -> None:
    """An old function would go on being deployed."""
    jobsync("init")
    old, changed = (jobsync.folder / "convex" / name for name in ("old.ts", "changed.ts"))
    for file in (old, changed):
        file.write_bytes(b"// older\n")
        remember(jobsync.folder, f"convex/{file.name}", b"// older\n")
    changed.write_bytes(b"// mine\n")
    said = jobsync("init")

    assert (said.code, said.out) == (0, "convex/old.ts\tremoved\n")
    assert (old.exists(), changed.exists()) == (False, True)


def remember(project: Path, name: str, content: bytes) -> None:
    """Make the project one into which an older version wrote something else."""
    manifest = project / "convex" / ".jobsync.json"
    said = json.loads(manifest.read_text())
    said["files"][name] = sha256(content).hexdigest()
    manifest.write_text(json.dumps(said))
