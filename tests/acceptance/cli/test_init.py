"""`jobsync init`: the functions in a project of one's own."""

from __future__ import annotations

import json
import os
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobsync.testing import LocalDeployment
from tests.convex_apps import add_lines

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
    with LocalDeployment(functions=False) as empty:
        jobsync = cli_of(empty)
        assert jobsync("init").code == 0
        needs = {"convex": "*", "jose": "*"}
        (jobsync.folder / "package.json").write_text(json.dumps({"dependencies": needs}))
        (jobsync.folder / "node_modules").symlink_to(NODE_MODULES)
        target = {
            "CONVEX_SELF_HOSTED_URL": empty.url,
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
        with empty.sync() as sync:
            sync.create_job("render", job_id="first")
        assert jobsync("show", "first").code == 0
        assert jobsync("init", "--check").code == 0


def test_the_next_commands_are_told_with_their_versions(jobsync: CommandLine) -> None:
    """So that nobody has to look them up."""
    said = jobsync("init", "project")

    assert "npm install --save-exact convex@" in said.err
    assert "npx convex dev" in said.err
    assert "convex/\t" in said.out
    assert "files created" in said.out


def test_a_second_time_changes_nothing(jobsync: CommandLine) -> None:
    """And says so."""
    jobsync("init")
    before = contents(jobsync.folder)
    said = jobsync("init")

    assert (said.code, said.out) == (0, "")
    assert contents(jobsync.folder) == before


SCHEMA = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

// Not yet: ...jobsyncTables
export default defineSchema({
  users: defineTable({ name: v.string() }),
});
"""


@pytest.fixture
def app(jobsync: CommandLine) -> CommandLine:
    """Return a command line in an app that has a schema and a router, but no crons."""
    convex = jobsync.folder / "convex"
    convex.mkdir()
    (convex / "schema.ts").write_text(SCHEMA)
    (convex / "http.ts").write_text("const router = httpRouter();\nexport default router;\n")
    return jobsync


def test_an_app_of_its_own_gets_a_folder_and_keeps_its_files(app: CommandLine) -> None:
    """What the app does not have is made, and what it has is left to its owner, line by line."""
    before = contents(app.folder)
    said = app("init")

    after = contents(app.folder)
    new = {path.relative_to(app.folder).as_posix() for path in after.keys() - before.keys()}
    assert said.code == 0
    assert {path: after[path] for path in before} == before
    assert "convex/crons.ts" in new
    assert all(name == "convex/crons.ts" or name.startswith("convex/jobsync/") for name in new)
    assert not new & {f"convex/jobsync/{name}.ts" for name in ("schema", "http", "crons")}
    assert "convex/schema.ts: at the top\n      import { jobsyncTables }" in said.err
    assert "after line 5\n      ...jobsyncTables," in said.err
    assert "after line 1\n      addJobsyncRoutes(router);" in said.err
    assert "npm install --save-exact convex@" in said.err


def test_lines_are_asked_for_until_they_are_there(app: CommandLine) -> None:
    """In a comment they are not; and a second run of `init` changes nothing."""
    app("init")
    missing = app("init", "--check")
    work = json.loads(app("init", "--json").out)
    add_lines(app.folder, work)
    before = contents(app.folder)
    added = app("init", "--check")
    again = app("init")

    assert (missing.code, missing.out.count("has no line yet")) == (1, 4)
    assert (added.code, added.out) == (0, "")
    assert (again.code, again.out) == (0, "")
    assert contents(app.folder) == before


def test_files_that_init_has_made_need_no_lines(jobsync: CommandLine) -> None:
    """An app with nothing but functions gets schema, router and crons that are complete."""
    convex = jobsync.folder / "convex"
    convex.mkdir()
    (convex / "messages.ts").write_text("export {};\n")
    jobsync("init")
    made = {path.name for path in convex.iterdir() if path.is_file()}
    check = jobsync("init", "--check")

    assert made == {"messages.ts", "schema.ts", "http.ts", "crons.ts"}
    assert (check.code, check.out) == (0, "")


def test_tables_of_the_same_name_are_refused_before_anything_is_written(app: CommandLine) -> None:
    """Two tables of one name would be one: the component is the way then."""
    (app.folder / "convex" / "schema.ts").write_text(SCHEMA.replace("users", "jobs"))
    before = contents(app.folder)
    said = app("init")

    assert said.code == 1
    assert "named jobs" in said.err
    assert "component" in said.err
    assert contents(app.folder) == before


def test_a_file_that_differs_is_never_overwritten(app: CommandLine) -> None:
    """Where one of jobsync's would go, an own file stays, and nothing else is written."""
    own = app.folder / "convex" / "jobsync" / "jobs.ts"
    own.parent.mkdir()
    own.write_text("export default {};\n")
    before = contents(app.folder)
    said = app("init")

    assert said.code == 1
    assert "Nothing was written" in said.err
    assert contents(app.folder) == before


CONFIG = """\
import { defineApp } from "convex/server";
import workpool from "@convex-dev/workpool/convex.config.js";

const shop = defineApp();
shop.use(workpool);
export default shop;
"""


def test_an_app_with_components_is_told_what_to_add_for_this_one(app: CommandLine) -> None:
    """Its schema, router and crons stay as they are; what clients may call is written for it."""
    config = app.folder / "convex" / "convex.config.ts"
    config.write_text(CONFIG)
    before = contents(app.folder)
    said = app("init", "--component")

    after = contents(app.folder)
    new = {path.relative_to(app.folder / "convex").as_posix() for path in after.keys() - before}
    assert said.code == 0
    assert {path: after[path] for path in before} == before
    assert {"jobsync/client.ts", "jobsync/jobs.ts", "jobsync/handshake.ts"} < new
    assert all(name.startswith("jobsync/") for name in new)
    assert "after the app, after line 4\n      shop.use(jobsync," in said.err
    assert "npm install --save-exact jobsync-convex@" in said.err

    config.write_text(
        'import jobsync from "jobsync-convex/convex.config.js";\n'
        + CONFIG.replace(
            "defineApp()", "defineApp({ env: { JOBSYNC_API_KEY, JOBSYNC_DASHBOARD_URL } })"
        )
        + "shop.use(jobsync, {});\n"
    )
    (app.folder / "convex" / "jobsync" / "retention.ts").unlink()
    check = app("init", "--check")
    assert (check.code, check.out) == (0, "")


def test_jobs_are_not_kept_in_two_places_by_mistake(app: CommandLine) -> None:
    """An app has the functions, or the component."""
    app("init")
    before = contents(app.folder)
    said = app("init", "--component")

    assert said.code == 1
    assert "has jobsync's functions among its own" in said.err
    assert contents(app.folder) == before


def test_functions_may_be_elsewhere_than_in_convex(jobsync: CommandLine) -> None:
    """An app's convex.json says where."""
    (jobsync.folder / "convex.json").write_text('{"functions": "backend/"}')
    said = jobsync("init")

    assert said.code == 0
    assert (jobsync.folder / "backend" / "schema.ts").exists()
    assert not (jobsync.folder / "convex").exists()


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
