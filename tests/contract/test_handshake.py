"""What a deployment says of itself, and those that are there but not ready."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from jobsync import FunctionsMissingError
from jobsync.testing import LocalDeployment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync import ConvexSync


def test_a_deployment_says_its_version_and_time(sync: ConvexSync) -> None:
    """Its time is now, as far as two clocks agree."""
    before = datetime.now(timezone.utc)
    said = sync.handshake()

    assert (said.protocol, said.version) == (1, version("jobsync"))
    assert abs(said.server_time - before) < timedelta(minutes=5)


@pytest.fixture
def empty(own: LocalDeployment) -> Iterator[LocalDeployment]:
    """Return a deployment to which nothing was deployed."""
    with LocalDeployment(functions=False) as empty:
        yield empty


def test_a_deployment_without_our_functions_says_to_deploy(empty: LocalDeployment) -> None:
    """Reading, writing and the public view all say what to do."""
    with empty.sync() as sync:
        for attempt in (
            lambda: sync.upsert_job({"id": "a"}),
            lambda: sync.fetch_job("a"),
            lambda: sync.fetch_public("a"),
            lambda: sync.wait("a"),
        ):
            with pytest.raises(FunctionsMissingError, match="npx convex deploy"):
                attempt()
