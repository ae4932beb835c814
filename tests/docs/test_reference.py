"""The reference of the API."""

from __future__ import annotations

import re

import pytest

import jobsync
from jobsync import errors
from tests.docs.pages import DOCS

PAGES = "\n".join(page.read_text() for page in (DOCS / "reference").glob("*.md"))
SHOWN = set(re.findall(r"^::: jobsync\.(\w+)$", PAGES, re.MULTILINE)) | set(errors.__all__)


@pytest.mark.parametrize("name", jobsync.__all__)
def test_every_public_name_is_in_the_reference(name: str) -> None:
    """What can be imported from the root has its docstring on a page."""
    assert name in SHOWN


def test_every_integration_is_in_the_reference() -> None:
    """Each module that is not private has its docstrings on a page."""
    folder = DOCS.parent / "src/jobsync/integrations"
    modules = {file.stem for file in folder.glob("*.py") if not file.stem.startswith("_")}

    assert modules == set(re.findall(r"^::: jobsync\.integrations\.(\w+)$", PAGES, re.MULTILINE))
