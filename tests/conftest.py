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
import requests

from jobsync import ConvexSync
from jobsync.embedded.server import EmbeddedServer, Start
from jobsync.testing import FakeDeployment
from tests import fakes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# A background job of a shell ignores Ctrl-C, and so would every program that the tests start and
# then end with it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Deployment:
    """Where the suite runs."""

    url: str
    api_key: str = field(repr=False)
    site_url: str | None = None

    def sync(self, **options: object) -> ConvexSync:
        """Return a client."""
        return ConvexSync(self.url, api_key=self.api_key, **options)  # type: ignore[arg-type]


class OwnDeployment:
    """An embedded deployment that a test may stop, start again and reconfigure."""

    def __init__(self, data: Path, *, push: bool = True, for_tests: bool = False) -> None:
        self._start = Start(data, push=push, for_tests=for_tests)
        self.start()

    def start(self) -> None:
        """Start it; again, at the addresses that it found free the first time."""
        self._server = EmbeddedServer(self._start)
        ready = self._server.deployment
        self.admin_key = ready.admin_key
        self._start = self._start.at(ready)

    def kill(self) -> None:
        """End it without a warning, as a crash does."""
        with self._server.process as process:
            process.kill()

    def stop(self) -> None:
        self._server.stop()

    def move_clock(self, seconds: float = 0.0, *, hold: bool = False) -> float:
        """Move its time on and run what came due; held, the clock stands still between moves."""
        answer = requests.post(
            f"{self.deployment.url}/api/jobsync/clock",
            json={"advanceMs": round(seconds * 1000), "hold": hold},
            headers={"Authorization": f"Convex {self.admin_key}"},
            timeout=30,
        )
        answer.raise_for_status()
        return float(answer.json()["now"]) / 1000

    def set_variable(self, name: str, value: str | None) -> None:
        """Set a variable of its environment, or remove it."""
        requests.post(
            f"{self.deployment.url}/api/update_environment_variables",
            json={"changes": [{"name": name, "value": value}]},
            headers={"Authorization": f"Convex {self.admin_key}"},
            timeout=30,
        ).raise_for_status()

    @property
    def deployment(self) -> Deployment:
        ready = self._server.deployment
        return Deployment(ready.url, ready.api_key, ready.site_url)


class OwnFake(OwnDeployment):
    """The same in memory."""

    def __init__(self) -> None:
        self._fake = FakeDeployment()
        self.admin_key = self._fake.admin_key

    def start(self) -> None:
        self._fake.start()

    def kill(self) -> None:
        self._fake.kill()

    def stop(self) -> None:
        self._fake.close()

    @property
    def deployment(self) -> Deployment:
        return Deployment(self._fake.url, self._fake.api_key, self._fake.site_url)


@pytest.fixture(autouse=fakes.CHOSEN)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.reach_with_requests(monkeypatch)


@pytest.fixture(autouse=True)
def _outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what waits to be sent apart for each test, also in the processes that it starts."""
    monkeypatch.setenv("JOBSYNC_OUTBOX", str(tmp_path / "outbox.sqlite"))


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Return the deployment that all tests share."""
    if url := os.environ.get("JOBSYNC_TEST_URL"):
        key, site_url = os.environ["JOBSYNC_TEST_KEY"], os.environ.get("JOBSYNC_TEST_SITE_URL")
        yield Deployment(url, key, site_url)
        return
    own = OwnFake() if fakes.CHOSEN else OwnDeployment(tmp_path_factory.mktemp("deployment"))
    yield own.deployment
    own.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnDeployment]:
    """Return an embedded deployment that nobody else uses."""
    if "JOBSYNC_TEST_URL" in os.environ:
        pytest.skip("needs a deployment that it may stop")
    own = OwnFake() if fakes.CHOSEN else OwnDeployment(tmp_path / "own")
    yield own
    own.stop()


@pytest.fixture
def movable(tmp_path: Path) -> Iterator[OwnDeployment]:
    """Return an embedded deployment of the test's own, whose time can be moved."""
    if "JOBSYNC_TEST_URL" in os.environ:
        pytest.skip("needs a deployment whose time it may move")
    if fakes.CHOSEN:
        movable: OwnDeployment = OwnFake()
    else:
        movable = OwnDeployment(tmp_path / "movable", for_tests=True)
    yield movable
    movable.stop()


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
