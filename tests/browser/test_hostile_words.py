"""Jobs whose every word is an attack: shown as they are, and nothing of it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jobsync import ConvexSync
    from tests.browser.visitor import Visitor
    from tests.conftest import Deployment

ATTACK = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}"
IN_A_FILENAME = "<img src=x onerror=alert(1)>.png"
SCRIPT = "document.title = 'taken over'; parent.postMessage('hit', '*')"
FILES = {
    "page.html": f"<title>calm</title><script>{SCRIPT}</script>",
    "picture.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><script>{SCRIPT}</script></svg>',
}


@pytest.fixture
def attacked(sync: ConvexSync, job_id: str, tmp_path: Path) -> str:
    """Make a job with an attack in each place that takes words."""
    sync.create_job(
        ATTACK,
        job_id=job_id,
        name=f"{job_id} {ATTACK}",
        owner=ATTACK,
        source=ATTACK,
        tags=[ATTACK],
        record={"idea": ATTACK, ATTACK: "a key", "__proto__": {"polluted": True}},
    )
    sync.start_job(job_id)
    sync.set_run(job_id, system=ATTACK, id=ATTACK, url="javascript:alert(3)")
    sync.update_progress(job_id, 50, stage=ATTACK, message=ATTACK)
    sync.record_event(job_id, ATTACK[:100], {ATTACK: ATTACK})
    for name, content in {IN_A_FILENAME: "no picture", **FILES}.items():
        (tmp_path / name).write_text(content)
        sync.upload_asset(job_id, tmp_path / name)
    sync.fail_job(job_id, ATTACK)
    return job_id


def test_hostile_words_are_shown_as_text_everywhere(visitor: Visitor, attacked: str) -> None:
    """No dialog opens, no script runs, and the policy has nothing to stop."""
    visitor.open_jobs(f"?text={attacked}")
    card = visitor.page.get_by_role("article")
    expect(card).to_contain_text(ATTACK)
    visitor.open_job(attacked)
    visitor.sees_state("failed")
    for region in ("Progress", "About", "Events", "Record"):
        expect(visitor.region(region)).to_contain_text(ATTACK[:40])
    expect(visitor.region("Files")).to_contain_text(IN_A_FILENAME)
    assert visitor.page.locator("script:not([src]), img[src=x]").count() == 0
    assert visitor.page.locator("a[href^='javascript']").count() == 0
    assert not visitor.page.evaluate("({}).polluted")


def test_a_shared_job_with_hostile_words_shows_them_as_text(
    deployment: Deployment, sync: ConvexSync, attacked: str, visit: Callable[..., Visitor]
) -> None:
    """What is public of it."""
    guest = visit(deployment, link=sync.share(attacked).link)
    expect(guest.page.get_by_role("heading", level=1)).to_contain_text(ATTACK)
    expect(guest.page.get_by_role("main")).to_contain_text(IN_A_FILENAME)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_opened_on_its_own_runs_no_script(
    deployment: Deployment,
    sync: ConvexSync,
    attacked: str,
    name: str,
    visit: Callable[..., Visitor],
) -> None:
    """It comes from the page's own address, where a script could take the token."""
    (asset,) = (asset for asset in sync.list_assets(attacked) if asset.filename == name)
    assert asset.url is not None
    visitor = visit(deployment, link=asset.url, expected="Blocked script execution")
    assert visitor.page.title() != "taken over"
    assert visitor.page.evaluate("self.origin") == "null"
