"""The page about errors."""

from __future__ import annotations

import json
import re

import pytest

from jobsync import errors
from tests.docs.pages import DOCS, ROOT

PAGE = (DOCS / "operating/troubleshooting.md").read_text()
ENTRIES = dict(re.findall(r"^### (\w+)\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE))
CODES = {
    code: told["exception"]
    for code, told in json.loads((ROOT / "contract/errors.json").read_text()).items()
    if code[0] != "$"
}


@pytest.mark.parametrize("name", errors.__all__)
def test_each_exception_has_its_cause_and_what_to_do(name: str) -> None:
    """Whoever meets an exception finds its name, why it comes and what helps."""
    entry = ENTRIES[name]

    assert "**Cause:**" in entry
    assert "**What to do:**" in entry
    assert ("etryable" in entry.partition("**Cause:**")[0]) is getattr(errors, name).retryable


@pytest.mark.parametrize("code", CODES)
def test_each_code_leads_to_its_exception(code: str) -> None:
    """Whoever meets a code finds the exception that it becomes, and the other way round."""
    (row,) = [line for line in PAGE.splitlines() if line.startswith("| `") and f"`{code}`" in line]

    assert f"(#{CODES[code].lower()})" in row
    assert f"`{code}`" in ENTRIES[CODES[code]]


def test_there_is_no_entry_for_what_is_not_raised() -> None:
    """An exception that is gone is gone from the page."""
    assert set(ENTRIES) == set(errors.__all__)
