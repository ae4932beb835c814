"""The deployment that the contract suite runs against.

`JOBSYNC_TEST_URL` and `JOBSYNC_TEST_KEY` (and `JOBSYNC_TEST_SITE_URL` for the HTTP routes) name
one; with `JOBSYNC_TEST_DEPLOYMENT=fake` it is in memory; else the embedded deployment is started,
once a session. Tests never wipe it: each has its own job ids.
"""

from __future__ import annotations

import os
import signal
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from jobsync import ConvexSync
from jobsync.testing import FakeDeployment, LocalDeployment
from tests import fakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    PassTime = Callable[[float], object]


# A background job of a shell ignores Ctrl-C, and so would every program that the tests start and
# then end with it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is not what a test is about.
settings.register_profile("jobsync", deadline=None)
settings.load_profile("jobsync")


@dataclass(frozen=True)
class Deployment:
    """Where the suite runs."""

    url: str
    api_key: str = field(repr=False)
    site_url: str | None = None

    def sync(self, **options: object) -> ConvexSync:
        """Return a client."""
        return ConvexSync(self.url, api_key=self.api_key, **options)  # type: ignore[arg-type]


@pytest.fixture(autouse=fakes.CHOSEN)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.reach_with_requests(monkeypatch)


@pytest.fixture(autouse=True)
def _outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what waits to be sent apart for each test, also in the processes that it starts."""
    monkeypatch.setenv("JOBSYNC_OUTBOX", str(tmp_path / "outbox.sqlite"))


@pytest.fixture(scope="session")
def local() -> Iterator[LocalDeployment | FakeDeployment | None]:
    """Return the deployment that all tests share, unless they share one that was named."""
    if "JOBSYNC_TEST_URL" in os.environ:
        yield None
        return
    with FakeDeployment() if fakes.CHOSEN else LocalDeployment() as local:
        yield local


@pytest.fixture(scope="session")
def pass_time(local: LocalDeployment | FakeDeployment | None) -> PassTime:
    """Return what lets time pass at once, where it can; elsewhere it passes while tests wait."""
    return (lambda _seconds: None) if local is None else local.advance


@pytest.fixture(scope="session")
def deployment(local: LocalDeployment | FakeDeployment | None) -> Deployment:
    """Return the deployment that all tests share."""
    if local is not None:
        return Deployment(local.url, local.api_key, local.site_url)
    url, key = os.environ["JOBSYNC_TEST_URL"], os.environ["JOBSYNC_TEST_KEY"]
    return Deployment(url, key, os.environ.get("JOBSYNC_TEST_SITE_URL"))


@pytest.fixture(scope="session")
def _own_fake() -> Iterator[FakeDeployment]:
    with FakeDeployment() as fake:
        yield fake


@pytest.fixture
def own(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LocalDeployment | FakeDeployment:
    """Return a deployment that is empty, and that nobody else uses during the test."""
    if "JOBSYNC_TEST_URL" in os.environ:
        pytest.skip("needs a deployment that it may stop")
    if fakes.CHOSEN:
        fake: FakeDeployment = request.getfixturevalue("_own_fake")
        fake.reset()
        return fake
    own: LocalDeployment = request.getfixturevalue("jobsync_deployment")
    monkeypatch.setenv("JOBSYNC_OUTBOX", str(tmp_path / "outbox.sqlite"))
    return own


@pytest.fixture
def sync(deployment: Deployment) -> Iterator[ConvexSync]:
    """Return a client of the deployment."""
    with deployment.sync() as sync:
        yield sync


@pytest.fixture
def job_id() -> str:
    """Return an id that no other test has."""
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def site(deployment: Deployment) -> str:
    """Return the address of the HTTP routes."""
    if deployment.site_url is None:
        pytest.skip("needs JOBSYNC_TEST_SITE_URL")
    return deployment.site_url
