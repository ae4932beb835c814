"""The links of the pages that are read beside the code, not on the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "bench/RESULTS.md")),
    *(
        page
        for name in ("convex", "dashboard", "examples")
        for page in (ROOT / name).rglob("README.md")
    ),
]
LINK = re.compile(r"""\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)\"""")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_files_that_a_page_links_to_are_there(page: Path) -> None:
    """A relative link leads to a file of the repository, an address outside is a good one."""
    links = [one or other for one, other in LINK.findall(page.read_text())]
    inside = [link for link in links if not link.startswith("https://")]
    missing = [link for link in inside if not (page.parent / link.partition("#")[0]).exists()]

    assert missing == []
