"""What a page costs its deployment: counted on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.live_frames import LiveFrames

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.remote_pipeline import RemotePipeline
    from tests.browser.visitor import Visitor

TICKS = 5


def test_progress_ticks_renew_no_list_and_no_count(
    visitor: Visitor, pipeline: Callable[..., RemotePipeline], job_id: str
) -> None:
    """Each tick is one new answer, to the query that has the progress of that job."""
    running = pipeline(job_id, name="Poster", owner=job_id)
    with LiveFrames(visitor.page) as frames:
        # An index has the jobs of an owner; a search by text would still be looking for more.
        visitor.open_jobs(f"?owner={job_id}")
        visitor.page.reload()
        bar = visitor.page.get_by_role("article").get_by_role("progressbar")
        running.progress(0)
        expect(bar).to_have_attribute("value", "0")
        before = {name: frames.times_told(name) for name in frames.asked()}
        for tick in range(1, TICKS + 1):
            running.progress(tick)
            expect(bar).to_have_attribute("value", str(tick))
        told = {name: frames.times_told(name) - before[name] for name in before}
    assert told.pop("jobs:progressOf") == TICKS
    assert set(told.values()) == {0}, told
    running.finish()
