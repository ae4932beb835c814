"""A deployment that goes away and comes back under an open page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync.testing import LocalDeployment
    from tests.browser.visitor import Visitor


def test_the_page_says_that_the_connection_is_lost_and_goes_on_by_itself(
    own: LocalDeployment, job_id: str, visit: Callable[..., Visitor]
) -> None:
    """What it showed stays; what happened meanwhile is there as soon as the deployment is."""
    with own.sync() as sync:
        sync.create_job("render", job_id=job_id, name="Survivor")
    # What the browser was loading when the deployment died may be reset as well.
    visitor = visit(own, expected=r"WebSocket|net::ERR_CONNECTION_")
    visitor.open_job(job_id)
    visitor.sees_state("queued")
    own.kill()
    banner = visitor.page.get_by_text("Connection lost")
    expect(banner).to_be_visible()
    visitor.sees_state("queued")
    own.start()
    with own.sync() as sync:
        sync.start_job(job_id)
        sync.update_progress(job_id, 40, stage="after the crash")
    expect(banner).to_have_count(0)
    visitor.sees_state("running")
    expect(visitor.region("Progress")).to_contain_text("after the crash")
