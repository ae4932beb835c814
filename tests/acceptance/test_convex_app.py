"""An app with users, tables, routes and tests of its own takes jobsync, in both ways."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests

from jobsync import FunctionsMissingError
from tests.browser.chromium import chromium, require_chromium
from tests.convex_apps import REPOSITORY, ConvexApp, add_lines, convex_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def init(app: ConvexApp, *words: str) -> tuple[int, list[dict[str, Any]]]:
    ran = subprocess.run(
        [sys.executable, "-m", "jobsync.cli", "init", "--json", *words],
        cwd=app.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ran.returncode, json.loads(ran.stdout)


@pytest.fixture(scope="module", params=["functions", "component"])
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ConvexApp]:
    """Return the example, with jobsync added as `jobsync init` says, and deployed."""
    with convex_app(tmp_path_factory.mktemp("app")) as app:
        if request.param == "component":
            app.install(REPOSITORY / "component")
        code, work = init(app, *(["--component"] if request.param == "component" else []))
        assert code == 0
        add_lines(app.folder, work)
        app.take(f"with-{request.param}")
        app.deploy()
        yield app


def test_after_the_lines_were_added_nothing_is_left_to_do(app: ConvexApp) -> None:
    """So `init --check` in an app's CI says when an upgrade brings something new."""
    assert init(app, "--check") == (0, [])


def test_the_apps_own_tests_still_pass(app: ConvexApp) -> None:
    """Its tables, functions and routes are as they were."""
    assert "convex/documents.test.ts (3 tests)" in app.own_tests()


def test_a_pipeline_need_not_know_where_the_functions_are(app: ConvexApp, tmp_path: Path) -> None:
    """Calls, background delivery, files and live updates find `jobsync/...` by themselves."""
    with app.sync(outbox=f"{tmp_path}/outbox.sqlite") as sync:
        with sync.job("render", owner="o-1") as job:
            for _ in job.track(range(3), stage="pages"):
                job.event("page", {"seen": True})
            job.result = {"pages": 3}
        seen = [each.state for each in sync.watch(job.job_id, timeout=30)]
        assert seen[-1] == "succeeded"
        assert len(list(sync.list_events(job.job_id))) == 3
        assert sync.functions == "jobsync"


@pytest.mark.parametrize("first_call", ["share", "upload", "list"])
def test_whatever_is_called_first_finds_the_functions(
    app: ConvexApp, first_call: str, tmp_path: Path
) -> None:
    """Also a change, which is not sent to where another function may have its name."""
    with app.sync() as sync:
        sync.create_job("render", job_id=first_call)
    with app.sync() as sync:
        if first_call == "share":
            assert sync.share(first_call).token
        elif first_call == "upload":
            assert sync.upload_asset(first_call, __file__).url
        else:
            assert first_call in [job.job_id for job in sync.list_jobs()]


def test_a_folder_that_was_named_is_the_only_one_asked(app: ConvexApp) -> None:
    """A wrong one is told, with its name."""
    with app.sync(functions="/jobsync/") as sync:
        assert sync.handshake().protocol
    with app.sync(functions="other") as sync, pytest.raises(FunctionsMissingError, match="other/"):
        sync.handshake()


def test_both_have_their_routes(app: ConvexApp) -> None:
    """The app's keep their paths, and jobsync's get a prefix since one of them was taken."""
    site, key = app.deployment.site_url, app.deployment.api_key
    own = requests.get(f"{site}/api/health", timeout=10)
    ours = requests.get(
        f"{site}/jobsync/api/health", headers={"Authorization": f"Bearer {key}"}, timeout=10
    )

    assert own.text == "all is well"
    assert ours.json()["ok"] is True


def test_an_action_of_the_apps_own_is_a_job(app: ConvexApp) -> None:
    """Python follows it like any other."""

    def call(kind: str, path: str, **args: object) -> Any:
        answer = requests.post(
            f"{app.deployment.url}/api/{kind}",
            json={"path": path, "format": "json", "args": args},
            timeout=30,
        ).json()
        assert answer["status"] == "success", answer
        return answer["value"]

    key = call("mutation", "users:signUp", name="Ada")
    document = call("mutation", "documents:add", key=key, title="Notes", pages=["one two", "three"])
    counted = call("action", "reading:countWords", key=key, document=document)
    with app.sync() as sync:
        job = sync.fetch_job(counted["jobId"])

    assert job is not None
    assert (job.state, job.name, job.result) == ("succeeded", "Notes", {"words": 3})


def test_the_page_shows_the_jobs_of_the_app(app: ConvexApp, tmp_path: Path) -> None:
    """The link that `jobsync dashboard` prints says where the functions are."""
    with app.sync() as sync:
        sync.create_job("render", job_id="on-the-page")
    environment = {"CONVEX_URL": app.deployment.url, "JOBSYNC_API_KEY": app.deployment.api_key}
    with (
        chromium(require_chromium()) as browser,
        subprocess.Popen(
            [sys.executable, "-m", "jobsync.cli", "dashboard", "--no-open"],
            cwd=tmp_path,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
        ) as dashboard,
    ):
        assert dashboard.stdout is not None
        page = browser.new_page()
        page.goto(dashboard.stdout.readline().strip())
        page.get_by_text("on-the-page").wait_for()
        dashboard.terminate()
