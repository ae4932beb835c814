"""The site that `make docs` has built."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import chromium, require_chromium
from tests.docs.pages import ROOT
from tests.docs.site_links import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# One of each kind: prose with a picture, code and tables, signatures, generated tables.
SHOWN = ["index", "operating/cost", "reference/client", "reference/commands"]
NARROW = 360


@pytest.fixture(scope="module")
def site() -> Site:
    """Return the built site."""
    root = ROOT / "site"
    if not root.is_dir():
        demanded = os.environ.get("JOBSYNC_TEST_BROWSER") == "required"
        (pytest.fail if demanded else pytest.skip)("the site is not built: `make docs`")
    return Site(root)


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return a narrow page of a browser."""
    with chromium(require_chromium()) as browser:
        viewport = {"width": NARROW, "height": 740}
        yield browser.new_page(viewport=viewport, color_scheme=request.param)


def test_every_link_leads_somewhere(site: Site) -> None:
    """Pages and anchors are there, those of the API too; what leads outside is a good address."""
    assert list(site.broken_links()) == []


def test_nothing_is_fetched_from_outside(site: Site) -> None:
    """Scripts, styles, fonts and pictures are part of the site."""
    assert list(site.fetched_from_outside()) == []


def test_the_site_is_searched_without_a_server(site: Site, page: Page) -> None:
    """Opened from the disk, too, the search knows every page."""
    page.set_viewport_size({"width": 1280, "height": 740})
    page.goto((site.root / "guides/files.html").as_uri())
    page.fill(".md-search__input", "NotDeliveredError")

    page.wait_for_selector(".md-search-result__link[href*='troubleshooting']")


def test_pages_are_read_on_a_telephone(site: Site, page: Page) -> None:
    """In both schemes a page is no wider than its window, asks nobody, and is fit for everybody."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found = {}
    for name in SHOWN:
        page.goto((site.root / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        page.evaluate(AXE.read_text())
        violations = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
        found[name] = [
            (each["id"], node["html"][:120])
            for each in violations
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"]
        ]

    assert found == {name: [] for name in SHOWN}
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
