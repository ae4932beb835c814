"""A page in a real browser, on a deployment that a real pipeline in another process reports to."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import chromium, require_chromium
from tests.browser.remote_pipeline import RemotePipeline
from tests.browser.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.conftest import Deployment


# Not for the session: while Playwright's loop runs, nothing else in this thread may run one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return the browser that the tests of this folder share."""
    with chromium(require_chromium()) as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Return what makes a person with a browser profile of their own; who saw no error in it."""
    with ExitStack() as visitors:

        def make(deployment: Deployment, **options: object) -> Visitor:
            return visitors.enter_context(Visitor(browser, deployment, **options))  # type: ignore[arg-type]

        yield make


@pytest.fixture
def visitor(deployment: Deployment, visit: Callable[..., Visitor]) -> Visitor:
    """Return a person who has the link of `jobsync dev` to the shared deployment."""
    return visit(deployment)


@pytest.fixture
def pipeline(deployment: Deployment) -> Iterator[Callable[..., RemotePipeline]]:
    """Return what starts a pipeline in another process."""
    with ExitStack() as pipelines:

        def start(job_id: str, *, at: Deployment = deployment, **options: object) -> RemotePipeline:
            return pipelines.enter_context(RemotePipeline(at, job_id, **options))

        yield start
