"""The pages that have code blocks: the README and everything in docs/."""

from __future__ import annotations

from pathlib import Path

from tests.integrations.tool_environments import HERE as TOOLS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def tool_of(page: Path) -> str | None:
    """Return the tool that a page is about, if it takes an environment of its own."""
    return page.stem if (TOOLS / f"{page.stem}.txt").exists() else None


def name_of(page: Path) -> str:
    """Return how a page is called where tests tell of it."""
    return page.relative_to(ROOT).as_posix()
