"""A page follows a pipeline that runs in another process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.remote_pipeline import RemotePipeline
    from tests.browser.visitor import Visitor

    Start = Callable[..., RemotePipeline]


def test_the_bar_moves_and_the_stage_changes_as_the_pipeline_reports(
    visitor: Visitor, pipeline: Start, job_id: str
) -> None:
    """Without a reload, and in the list as on the job's own page."""
    running = pipeline(job_id, name="Poster")
    visitor.open_job(job_id)
    bar = visitor.page.get_by_role("progressbar").first
    running.progress(10, stage="drawing", message="first lines")
    expect(bar).to_have_attribute("value", "10")
    expect(visitor.page.get_by_text("first lines")).to_be_visible()
    running.progress(60, stage="colouring")
    expect(bar).to_have_attribute("value", "60")
    visitor.keep_picture("x-following")
    running.finish({"pages": 3})
    expect(visitor.page.get_by_text("succeeded").first).to_be_visible()
    visitor.keep_picture("x-done")
