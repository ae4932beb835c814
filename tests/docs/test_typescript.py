"""The TypeScript of the pages."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.docs.fences import Fence, read
from tests.docs.pages import PAGES, ROOT, name_of
from tests.docs.typescript_app import prepare, write_app

if TYPE_CHECKING:
    from pathlib import Path

WITHIN = 120


def test_the_typescript_of_the_pages_fits_the_packages(tmp_path: Path) -> None:
    """What a page imports is there, and takes and gives what the page says."""
    prepare(tmp_path)
    for page in PAGES:
        fences: list[Fence] = []
        read(page, fences.append)
        if typed := [fence for fence in fences if fence.language in {"ts", "tsx"}]:
            write_app(tmp_path / name_of(page).removesuffix(".md").replace("/", "-"), typed)
    checked = subprocess.run(
        [str(ROOT / "node_modules/.bin/tsc"), "-p", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )

    assert checked.stdout.replace(str(tmp_path), "") == ""
