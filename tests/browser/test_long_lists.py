"""Lists that are longer than any screen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, expect

from tests.browser.visitor import PATIENCE_MS

if TYPE_CHECKING:
    from jobsync import ConvexSync
    from tests.browser.visitor import Visitor

JOBS = 180
EVENTS = 1000
# Of a list, only what is in view and a little around it may be in the document.
MOST_IN_DOCUMENT = 60


def scroll_to_the_end(visitor: Visitor, over: Locator, until: Locator) -> None:
    """Press End until something is there: each time, what comes next is asked for."""
    over.focus()
    given_up_at = time.monotonic() + PATIENCE_MS / 1000
    while not until.is_visible() and time.monotonic() < given_up_at:
        visitor.page.keyboard.press("End")
        visitor.page.evaluate("new Promise(requestAnimationFrame)")
    expect(until).to_be_visible()


def test_a_list_of_jobs_goes_on_page_by_page_to_its_end(
    visitor: Visitor, sync: ConvexSync, job_id: str
) -> None:
    """Each job is there once, however far away."""
    for number in range(JOBS):
        sync.create_job(job_id, job_id=f"{job_id}-{number}", name=f"Number {number}.")
    visitor.open_jobs(f"?type={job_id}")
    expect(visitor.page.get_by_text(f"Number {JOBS - 1}.")).to_be_visible()
    oldest = visitor.page.get_by_text("Number 0.")
    scroll_to_the_end(visitor, visitor.page.get_by_role("main"), oldest)
    expect(visitor.page.get_by_text(f"{JOBS} jobs")).to_be_visible()
    assert visitor.page.get_by_role("article").count() < MOST_IN_DOCUMENT


def test_a_thousand_events_are_there_from_the_newest_to_the_first(
    visitor: Visitor, sync: ConvexSync, job_id: str
) -> None:
    """And a filter finds the one that matters."""
    with sync.job("render", job_id=job_id) as job:
        for number in range(EVENTS):
            job.event(f"step {number}.", level="warning" if number == 500 else "info")
    visitor.open_job(job_id)
    events = visitor.region("Events")
    expect(events.get_by_text(f"step {EVENTS - 1}.")).to_be_visible()
    rows = events.get_by_role("region")
    scroll_to_the_end(visitor, rows, events.get_by_text("step 0."))
    expect(events.get_by_text("1,000 events")).to_be_visible()
    assert events.get_by_text("step ").count() < MOST_IN_DOCUMENT
    events.get_by_role("combobox").select_option("warning")
    expect(events.get_by_text("step 500.")).to_be_visible()
    expect(events.get_by_text("step ")).to_have_count(1)
