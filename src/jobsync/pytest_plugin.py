"""Fixtures for tests of pipelines, in every pytest where jobsync is installed.

Nothing is imported or started before a test asks for one: this module is loaded in every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync import ConvexSync
    from jobsync.testing import LocalDeployment


@pytest.fixture(scope="session")
def _jobsync_process() -> Iterator[LocalDeployment]:
    """Run one deployment for all tests of this process: with pytest-xdist, one for each worker."""
    from jobsync import LocalDeploymentError
    from jobsync.testing import LocalDeployment

    deployment = None
    try:
        deployment = LocalDeployment()
    except LocalDeploymentError as error:
        problem = str(error)
    if deployment is None:
        # Where in this file it was found out is of no use to whoever reads it.
        pytest.fail(problem, pytrace=False)
    with deployment:
        yield deployment


@pytest.fixture
def jobsync_deployment(
    _jobsync_process: LocalDeployment, monkeypatch: pytest.MonkeyPatch
) -> LocalDeployment:
    """Return a deployment that is empty, in real time and without faults, whatever was before.

    `ConvexSync()` finds it, in this process and in those that the test starts.
    """
    _jobsync_process.reset()
    for name, value in _jobsync_process.environ.items():
        monkeypatch.setenv(name, value)
    return _jobsync_process


@pytest.fixture
def jobsync_sync(jobsync_deployment: LocalDeployment) -> Iterator[ConvexSync]:
    """Return a client of `jobsync_deployment`, closed after the test."""
    with jobsync_deployment.sync() as sync:
        yield sync
