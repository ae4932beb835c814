"""What a deployment says of itself, and those that are there but not ready."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from jobsync import FunctionsMissingError
from tests.conftest import OwnDeployment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobsync import ConvexSync


def test_a_deployment_says_its_version_and_time(sync: ConvexSync) -> None:
    """Its time is now, as far as two clocks agree."""
    before = datetime.now(timezone.utc)
    said = sync.handshake()

    assert (said.protocol, said.version) == (1, version("jobsync"))
    assert abs(said.server_time - before) < timedelta(minutes=5)


@pytest.fixture
def empty(tmp_path: Path, own: OwnDeployment) -> Iterator[OwnDeployment]:
    """Return a deployment to which nothing was deployed."""
    empty = OwnDeployment(tmp_path / "empty", push=False)
    yield empty
    empty.stop()


def test_a_deployment_without_our_functions_says_to_deploy(empty: OwnDeployment) -> None:
    """Reading, writing and the public view all say what to do."""
    with empty.deployment.sync() as sync:
        for attempt in (
            lambda: sync.upsert_job({"id": "a"}),
            lambda: sync.fetch_job("a"),
            lambda: sync.fetch_public("a"),
            lambda: sync.wait("a"),
        ):
            with pytest.raises(FunctionsMissingError, match="npx convex deploy"):
                attempt()
