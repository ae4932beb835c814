"""The page without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync import ConvexSync
    from tests.browser.remote_pipeline import RemotePipeline
    from tests.browser.visitor import Visitor

FURTHEST = 60


def tab_to(visitor: Visitor, role: str, name: str) -> None:
    """Press Tab until this has the focus, which must be to be seen."""
    wanted = visitor.page.get_by_role(role, name=name)  # type: ignore[arg-type]
    expect(wanted).to_be_visible()
    for _ in range(FURTHEST):
        visitor.page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none", f"nobody sees that {name!r} has the focus"
            return
    raise AssertionError(f"Tab does not lead to {name!r}")


def test_a_job_is_found_opened_and_canceled_with_keys_alone(
    visitor: Visitor, pipeline: Callable[..., RemotePipeline], job_id: str
) -> None:
    """From the list to the pipeline, which stops."""
    running = pipeline(job_id, name="Endless")
    running.toil()
    visitor.open_jobs()
    tab_to(visitor, "searchbox", "Id or name contains")
    visitor.page.keyboard.type(job_id)
    expect(visitor.page.get_by_role("article")).to_have_count(1)
    tab_to(visitor, "link", "Endless")
    visitor.page.keyboard.press("Enter")
    visitor.sees_state("running")
    tab_to(visitor, "button", "Cancel Endless")
    visitor.page.keyboard.press("Enter")
    tab_to(visitor, "button", "Cancel the job")
    visitor.page.keyboard.press("Enter")
    running.wait_until_canceled()
    visitor.sees_state("canceled")


def test_escape_leaves_a_dialog_and_the_focus_returns_to_where_it_was(
    visitor: Visitor, sync: ConvexSync, job_id: str
) -> None:
    """And nothing has happened to the job."""
    sync.create_job("render", job_id=job_id, name="Calm")
    visitor.open_job(job_id)
    tab_to(visitor, "button", "Cancel Calm")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("dialog")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(visitor.page.get_by_role("button", name="Cancel Calm")).to_be_focused()
    visitor.sees_state("queued")


def test_the_first_key_leads_past_the_header(visitor: Visitor) -> None:
    """For those to whom a page is read from its top."""
    visitor.open_jobs()
    expect(visitor.page.get_by_role("heading", name="Jobs")).to_be_visible()
    visitor.page.reload()
    tab_to(visitor, "link", "Skip to content")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("main")).to_be_focused()
