"""A person who looks at the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from playwright.sync_api import expect

from jobsync.cli._page import page_link

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page
    from typing_extensions import Self

    from tests.conftest import Deployment

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts"
WIDE = {"width": 1280, "height": 800}
# For a page to show something; what is there is shown much sooner.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


class Visitor:
    """One browser profile. Leaving its block checks that the browser had nothing to complain of.

    That is: no error in a script, no dialog, nothing that the content security policy refused.
    Only complaints that match the `expected` pattern may come.
    """

    def __init__(
        self,
        browser: Browser,
        deployment: Deployment,
        *,
        read_only: bool = False,
        link: str | None = None,
        expected: str | None = None,
        **context: Any,
    ) -> None:
        self.deployment = deployment
        self.complaints: list[str] = []
        self.expected = expected
        self._context = browser.new_context(**{"viewport": WIDE, "color_scheme": "light"} | context)
        self._context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self._context.new_page()
        self.page.on("dialog", lambda dialog: self._complain(f"dialog: {dialog.message}"))
        self.page.on("pageerror", lambda error: self._complain(f"thrown: {error}"))
        self.page.on("console", self._hear)
        self.page.goto(link if link is not None else self._link(read_only=read_only))

    def _link(self, *, read_only: bool) -> str:
        with self.deployment.sync() as sync:
            return page_link(self.deployment.url, sync, read_only=read_only)

    def _hear(self, message: Any) -> None:
        if message.type == "error":
            self._complain(message.text)

    def _complain(self, text: str) -> None:
        if self.expected is None or not re.search(self.expected, text):
            self.complaints.append(text)

    def open_job(self, job_id: str) -> None:
        """Go to the page of one job, as a link to it does."""
        self.page.goto(f"{self.deployment.url}/#/jobs/{quote(job_id, safe='')}")

    def open_jobs(self, query: str = "") -> None:
        """Go to the list."""
        self.page.goto(f"{self.deployment.url}/#/{query}")

    def sees_state(self, state: str) -> None:
        """Wait until the page of a job says that it is in this state."""
        header = self.page.get_by_role("main").locator("header").first
        expect(header.get_by_text(state, exact=True)).to_be_visible()

    def region(self, name: str) -> Locator:
        """Return the part of a page under this heading, which may end with a count."""
        return self.page.get_by_role("region", name=re.compile(rf"^{name}( \(\d+\))?$"))

    def waits_for_pictures(self) -> None:
        """Wait until each picture of the page is there, whether in view or not."""
        self.page.evaluate(
            "Promise.all([...document.images].map((image) => {"
            " image.loading = 'eager'; return image.decode(); }))"
        )

    def keep_picture(self, name: str) -> None:
        """Keep a picture of all of the page among the artefacts of the run."""
        ARTIFACTS.mkdir(exist_ok=True)
        self.waits_for_pictures()
        # What is above the page, such as a dialog, is above the part in view alone.
        is_whole = self.page.get_by_role("dialog").count() == 0
        path = ARTIFACTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=is_whole, animations="disabled")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._context.close()
        if kind is None:
            assert not self.complaints, self.complaints
