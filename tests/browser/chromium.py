"""The browser of the tests: Chromium as Debian ships it, or what JOBSYNC_TEST_CHROMIUM names."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome")
# As root there is no sandbox to be had, and without the rest it looks for the internet.
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """Return its path."""
    named = os.environ.get("JOBSYNC_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def require_chromium() -> str:
    """Return its path; without one skip, unless the environment says that there must be one."""
    path = find_chromium()
    if path is None and os.environ.get("JOBSYNC_TEST_BROWSER") == "required":
        pytest.fail("JOBSYNC_TEST_BROWSER=required, and there is no Chromium on the PATH")
    if path is None:
        pytest.skip("needs Chromium: `apt-get install chromium`, or set JOBSYNC_TEST_CHROMIUM")
    return path


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Run it without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()
