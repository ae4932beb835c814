"""Deployments for the tests of pipelines: with time that moves, and faults on purpose."""

from ._faults import ActiveFault, Faults
from ._local import LocalDeployment

__all__ = ["ActiveFault", "Faults", "LocalDeployment"]
