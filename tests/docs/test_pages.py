"""What the pages say, somebody can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.fences import read
from tests.docs.pages import PAGES, name_of, tool_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.docs.reader import Reader


@pytest.mark.parametrize("page", [page for page in PAGES if not tool_of(page)], ids=name_of)
def test_every_block_of_a_page_runs_from_top_to_bottom(
    page: Path, open_page: Callable[[Path], Reader]
) -> None:
    """A reader who types the blocks of a page one after the other meets no error."""
    reader = open_page(page)
    read(page, reader.do)

    assert reader.files_that_nothing_ran() == []
