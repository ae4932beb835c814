"""The links of the built site: where they lead, and what the pages fetch."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FETCHING = {"script": "src", "img": "src", "source": "srcset", "iframe": "src"}
"""What a page loads by itself, with the attribute that says from where; and `<link>`s."""


@dataclass
class BuiltPage(HTMLParser):
    """A page of the site."""

    file: Path
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.file.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element names."""
        said = {name: value for name, value in attrs if value}
        self.anchors |= {said[name] for name in ("id", "name") if name in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "link" and said.get("rel") not in {"canonical", "next", "prev"}:
            self.fetched.append(said["href"])
        elif tag in FETCHING and FETCHING[tag] in said:
            self.fetched.append(said[FETCHING[tag]])


@dataclass(frozen=True)
class Site:
    """All pages of a site."""

    root: Path

    @cached_property
    def pages(self) -> dict[Path, BuiltPage]:
        """The pages by their files."""
        return {file: BuiltPage(file) for file in sorted(self.root.rglob("*.html"))}

    def broken_links(self) -> Iterator[str]:
        """Return each link that leads nowhere; of one that leads outside, only if it cannot."""
        for page in self.pages.values():
            for link in page.links:
                if not self._leads_somewhere(page, link):
                    yield f"{page.file.relative_to(self.root)}: {link}"

    def fetched_from_outside(self) -> Iterator[str]:
        """Return what a page would load from anywhere else."""
        for page in self.pages.values():
            for address in page.fetched:
                if urlsplit(address).netloc:
                    yield f"{page.file.relative_to(self.root)}: {address}"

    def _leads_somewhere(self, page: BuiltPage, link: str) -> bool:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            return parts.scheme == "https" and "." in parts.netloc and " " not in link
        # The page of a missing address may be shown anywhere, so its links begin at the top.
        if parts.path.startswith("/"):
            target = self.root / unquote(parts.path).lstrip("/")
        else:
            target = (page.file.parent / unquote(parts.path)).resolve() if parts.path else page.file
        if target.is_dir():
            target /= "index.html"
        if not target.is_file():
            return False
        anchor = unquote(parts.fragment)
        return not anchor or target.suffix != ".html" or anchor in self.pages[target].anchors
