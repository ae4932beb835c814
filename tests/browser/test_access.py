"""Who gets to see what: links, tokens and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import jwt
from playwright.sync_api import expect

from tests.browser.live_frames import LiveFrames

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync import ConvexSync
    from tests.browser.visitor import Visitor
    from tests.conftest import Deployment

    Visit = Callable[..., Visitor]


def link_with(deployment: Deployment, **words: str) -> str:
    return f"{deployment.url}/#{urlencode(words)}"


def test_the_token_leaves_the_address_bar_and_lasts_as_long_as_the_tab(
    deployment: Deployment, sync: ConvexSync, job_id: str, visit: Visit
) -> None:
    """Not even Back brings it to light again."""
    sync.create_job("render", job_id=job_id)
    token = sync.token("read")
    visitor = visit(deployment, link=link_with(deployment, token=token, job=job_id))
    visitor.sees_state("queued")
    assert token not in visitor.page.url
    visitor.open_jobs()
    expect(visitor.page.get_by_role("heading", name="Jobs")).to_be_visible()
    visitor.page.go_back()
    visitor.sees_state("queued")
    assert token not in visitor.page.url
    visitor.page.reload()
    visitor.sees_state("queued")


def test_a_page_without_a_link_says_where_to_get_one(deployment: Deployment, visit: Visit) -> None:
    """And asks the deployment for nothing."""
    visitor = visit(deployment, link=f"{deployment.url}/")
    expect(visitor.page.get_by_role("main")).to_contain_text("jobsync dashboard")


def test_a_link_that_has_expired_says_so_and_where_to_get_a_new_one(
    deployment: Deployment, sync: ConvexSync, visit: Visit
) -> None:
    """The Convex client also writes the refusal to the console, which is no fault of the page."""
    claims = {"aud": "jobsync", "iat": 1, "exp": 2, "scope": "read"}
    expired = jwt.encode(claims, deployment.api_key, algorithm="HS256")
    visitor = visit(deployment, link=link_with(deployment, token=expired), expected="token_expired")
    expect(visitor.page.get_by_role("heading", name="This link has expired")).to_be_visible()
    expect(visitor.page.get_by_role("main")).to_contain_text("jobsync dashboard")


def test_a_token_that_is_none_of_the_deployments_opens_nothing(
    deployment: Deployment, visit: Visit
) -> None:
    """The page says that it may not show this."""
    claims = {"aud": "jobsync", "iat": 1, "exp": 1 << 34, "scope": "read"}
    foreign = jwt.encode(claims, "f" * 64, algorithm="HS256")
    visitor = visit(deployment, link=link_with(deployment, token=foreign), expected="token_invalid")
    expect(visitor.page.get_by_role("heading", name="You may not see this")).to_be_visible()


def test_with_a_token_to_read_nothing_is_offered_that_would_be_refused(
    deployment: Deployment, sync: ConvexSync, job_id: str, visit: Visit
) -> None:
    """No retry, cancel, share or delete."""
    sync.create_job("render", job_id=job_id)
    visitor = visit(deployment, read_only=True)
    visitor.open_job(job_id)
    visitor.sees_state("queued")
    for name in ("Cancel", "Retry", "Share", "Delete"):
        expect(visitor.page.get_by_role("button", name=name)).to_have_count(0)


def test_a_share_link_opens_one_job_and_nothing_else(
    deployment: Deployment, sync: ConvexSync, job_id: str, visit: Visit
) -> None:
    """What it must not show is not only hidden: the page never asks for it."""
    sync.create_job(
        "secret-type", job_id=job_id, name="Shared fox", record={"idea": "secret-payload"}
    )
    sync.create_job("secret-type", job_id=f"{job_id}-other", name="Other fox")
    share = sync.share(job_id)
    assert share.link is not None
    visitor = visit(deployment, link=share.link)
    with LiveFrames(visitor.page) as frames:
        visitor.page.reload()
        expect(visitor.page.get_by_role("heading", name="Shared fox")).to_be_visible()
        for elsewhere in (visitor.open_jobs, lambda: visitor.open_job(f"{job_id}-other")):
            elsewhere()
            expect(visitor.page.get_by_role("heading", name="Shared fox")).to_be_visible()
        expect(visitor.page.get_by_text("Other fox")).to_have_count(0)
    assert frames.asked() == {"jobs:getPublic"}
    assert "secret" not in visitor.page.content()
    assert share.token not in visitor.page.url


def test_a_share_that_is_taken_back_shows_nothing_from_then_on(
    deployment: Deployment, sync: ConvexSync, job_id: str, visit: Visit
) -> None:
    """While the page is open."""
    sync.create_job("render", job_id=job_id, name="Shared fox")
    share = sync.share(job_id)
    visitor = visit(deployment, link=share.link)
    expect(visitor.page.get_by_role("heading", name="Shared fox")).to_be_visible()
    sync.unshare(job_id, share.share_id)
    expect(visitor.page.get_by_role("heading", name="Shared fox")).to_have_count(0)
    expect(visitor.page.get_by_role("main")).to_contain_text("took the link back")


def test_the_share_dialog_makes_a_link_that_works_for_somebody_else(
    deployment: Deployment, sync: ConvexSync, job_id: str, visit: Visit
) -> None:
    """And revokes it."""
    sync.create_job("render", job_id=job_id, name="Shared fox")
    owner = visit(deployment)
    owner.open_job(job_id)
    owner.page.get_by_role("button", name="Share…").click()
    owner.page.get_by_role("button", name="Make a link").click()
    link = owner.page.get_by_label("Link", exact=True).input_value()
    guest = visit(deployment, link=link)
    expect(guest.page.get_by_role("heading", name="Shared fox")).to_be_visible()
    owner.page.get_by_role("button", name="Revoke").click()
    expect(guest.page.get_by_role("heading", name="Shared fox")).to_have_count(0)
