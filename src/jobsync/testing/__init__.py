"""Deployments for the tests of pipelines: with time that moves, and faults on purpose."""

from ._fake import AsyncFakeConvexSync, FakeConvexSync, FakeDeployment
from ._faults import ActiveFault, Faults
from ._local import LocalDeployment

__all__ = [
    "ActiveFault",
    "AsyncFakeConvexSync",
    "FakeConvexSync",
    "FakeDeployment",
    "Faults",
    "LocalDeployment",
]
