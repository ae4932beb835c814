"""What must hold on each page, in light, in dark and where it is narrow; pictures are kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from jobsync.testing import LocalDeployment
from tests.browser import scene
from tests.browser.visitor import ROOT, WIDE, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LIGHT, DARK = ({"color_scheme": name} for name in ("light", "dark"))
NARROW = {"width": 360, "height": 740}
LOOKS = {"light": (LIGHT, WIDE), "dark": (DARK, WIDE), "narrow": (LIGHT, NARROW)}


def jobs(visitor: Visitor) -> None:
    visitor.open_jobs()
    expect(visitor.page.get_by_text("31 of 50").first).to_be_visible()


def no_jobs(visitor: Visitor) -> None:
    visitor.open_jobs("?type=nothing-of-the-kind")
    expect(visitor.page.get_by_role("heading", name="No job fits")).to_be_visible()


def one_job(job_id: str, state: str) -> Callable[[Visitor], None]:
    def show(visitor: Visitor) -> None:
        visitor.open_job(job_id)
        visitor.sees_state(state)
        expect(visitor.page.get_by_text("Loading")).to_have_count(0)

    return show


def cancel_dialog(visitor: Visitor) -> None:
    one_job(scene.RUNNING, "running")(visitor)
    visitor.page.get_by_role("button", name="Cancel Poster").click()
    expect(visitor.page.get_by_role("dialog")).to_be_visible()


def file_dialog(visitor: Visitor) -> None:
    one_job(scene.DONE, "succeeded")(visitor)
    files = visitor.region("Files")
    files.get_by_role("button", name="poster.png").first.click()
    expect(visitor.page.get_by_role("dialog").get_by_role("img")).to_be_visible()


def unknown_job(visitor: Visitor) -> None:
    visitor.open_job("nobody-knows-it")
    expect(visitor.page.get_by_role("heading", name="There is no such job")).to_be_visible()


def unopened(visitor: Visitor) -> None:
    visitor.page.evaluate("sessionStorage.clear()")
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", name="needs a link")).to_be_visible()


def shared(visitor: Visitor) -> None:
    with visitor.deployment.sync() as sync:
        link = sync.share(scene.DONE).link
    assert link is not None
    visitor.page.goto(link)
    expect(visitor.page.get_by_role("heading", name="a moon over the sea")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="jobsync")).to_be_visible()


PAGES = {
    "jobs": jobs,
    "no-jobs": no_jobs,
    "job-running": one_job(scene.RUNNING, "running"),
    "job-failed": one_job(scene.FAILED, "failed"),
    "job-done": one_job(scene.DONE, "succeeded"),
    "job-with-parts": one_job(scene.PARENT, "running"),
    "cancel-dialog": cancel_dialog,
    "file-dialog": file_dialog,
    "unknown-job": unknown_job,
    "unopened": unopened,
    "shared": shared,
}


@pytest.fixture(scope="module")
def decorated(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalDeployment]:
    """Fill a deployment of this module's own."""
    with LocalDeployment() as own:
        with own.sync() as sync:
            scene.set_scene(sync, tmp_path_factory.mktemp("files"))
        yield own


@pytest.mark.parametrize("name", PAGES)
def test_each_page_can_be_used_by_everybody_and_fits_the_screen(
    name: str, decorated: LocalDeployment, visit: Callable[..., Visitor]
) -> None:
    """Axe finds no serious fault, and nothing has to be scrolled sideways."""
    visitor = visit(decorated)
    PAGES[name](visitor)
    for look, (scheme, size) in LOOKS.items():
        visitor.page.emulate_media(**scheme)
        visitor.page.set_viewport_size(size)
        visitor.keep_picture(f"{name}-{look}")
        assert faults(visitor) == [], look
        overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert visitor.page.evaluate(overhang) == 0, look


def faults(visitor: Visitor) -> list[str]:
    """Return what axe calls serious or critical, each with where it is."""
    # By the debugging protocol, which the policy of the page does not touch.
    visitor.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = visitor.page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{fault['id']}: {json.dumps([node['html'] for node in fault['nodes']])}"
        for fault in found["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]
