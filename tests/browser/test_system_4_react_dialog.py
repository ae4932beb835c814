"""System 4 as its people see it: examples/react-dialog in a browser, deployed by Convex's own CLI.

The page's code is one; only the deployment knows whether an action or a worker of the pool works.
"""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.held_model import HeldModel
from tests.browser.visitor import ROOT, WIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

PREVIEW = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"


@dataclass(frozen=True)
class App:
    """The example, running."""

    page: str
    folder: str
    url: str
    admin_key: str
    model: HeldModel

    def let_workers_work(self, wanted: bool) -> None:
        changes = [{"name": "STYLE_WORKERS", "value": "on" if wanted else None}]
        requests.post(
            f"{self.url}/api/update_environment_variables",
            json={"changes": changes},
            headers={"Authorization": f"Convex {self.admin_key}"},
            timeout=30,
        ).raise_for_status()


@pytest.fixture(scope="module")
def app(browser: Browser) -> Iterator[App]:  # without a browser there is nothing to start it for
    """Start the example as its README says, with a model that waits for the test."""
    with ExitStack() as opened:
        model = opened.enter_context(HeldModel("palette", "preview"))
        started = opened.enter_context(
            subprocess.Popen(
                ["node", "--import", "tsx", "examples/react-dialog/run/start.ts", "--json"],
                cwd=ROOT,
                env=os.environ | {"STYLE_MODEL_URL": model.url},
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        opened.callback(started.terminate)
        assert started.stdout is not None
        ready = json.loads(started.stdout.readline())
        yield App(ready["page"], ready["app"], ready["url"], ready["adminKey"], model)


# How often each of them tries.
TRIES = {"an action": 1, "a worker of the pool": 2}


@pytest.fixture(params=TRIES)
def maker(request: pytest.FixtureRequest, app: App) -> str:
    """Choose who does the work, which the page is not told."""
    app.let_workers_work(request.param == "a worker of the pool")
    return str(request.param)


@pytest.fixture
def page(app: App, maker: str, browser: Browser) -> Iterator[Page]:
    """Open the app's page for a new visitor."""
    with browser.new_context(viewport=WIDE) as context:
        page = context.new_page()
        page.goto(app.page)
        yield page


def order(page: Page, prompt: str) -> None:
    page.get_by_role("button", name="New style").click()
    page.get_by_label("What should it look like?").fill(prompt)
    page.get_by_role("button", name="Make it").click()


def test_the_dialog_follows_the_work_closes_on_success_and_links_to_what_was_made(
    page: Page, app: App
) -> None:
    """The message and the bar move as the body of the action reports."""
    order(page, "a moon over the sea")
    dialog = page.get_by_role("dialog", name="New style")
    bar = dialog.get_by_role("progressbar")
    expect(dialog).to_contain_text("Choosing colours")
    expect(bar).to_have_attribute("value", "10")
    app.model.answer("palette", "#112233")
    expect(dialog).to_contain_text("Drawing a preview")
    expect(bar).to_have_attribute("value", "60")
    app.model.answer("preview", PREVIEW)
    expect(dialog).to_have_count(0)
    link = page.get_by_role("link", name="look at it")
    link.click()
    made = page.locator("li:target")
    expect(made).to_contain_text("a moon over the sea")
    expect(made).to_contain_text("#112233")


def test_a_dialog_that_was_closed_or_reloaded_in_the_middle_goes_on(page: Page, app: App) -> None:
    """The page keeps the job's id, and nothing else."""
    order(page, "a comet")
    expect(page.get_by_role("dialog")).to_contain_text("Choosing colours")
    page.reload()
    expect(page.get_by_role("dialog")).to_contain_text("Choosing colours")
    app.model.answer("palette", "#445566")
    app.model.answer("preview", PREVIEW)
    expect(page.get_by_role("link", name="look at it")).to_be_visible()


def test_a_failure_is_shown_in_the_dialog_which_may_start_over(
    page: Page, app: App, maker: str
) -> None:
    """With the words of the error that the action threw, once no attempt is left."""
    order(page, "a sun")
    for _ in range(TRIES[maker]):
        app.model.answer("palette", "too many suns", 500)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("could not make a palette: too many suns")
    dialog.get_by_role("button", name="Start over").click()
    expect(dialog.get_by_role("textbox")).to_be_visible()


def test_cancel_ends_the_work_at_its_next_step(page: Page, app: App) -> None:
    """Nothing is made."""
    order(page, "a lonely star")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Choosing colours")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_disabled()
    app.model.answer("palette", "#778899")
    expect(dialog.get_by_role("alert")).to_contain_text("canceled")
    expect(page.get_by_text("a lonely star")).to_have_count(0)


def test_the_types_of_the_package_and_of_the_functions_fit_the_page(app: App) -> None:
    """As the compiler sees it in the app's own folder."""
    checked = subprocess.run(
        ["node", ROOT / "node_modules/typescript/bin/tsc", "--project", app.folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
