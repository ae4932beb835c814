"""Pipelines and deployments that are killed, and networks that lose, cut, delay and repeat."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.conftest import OwnDeployment
from tests.faults.run import STRICT, Run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The last one is another one each time; the name of a test that fails has it.
SEEDS = [*range(1, 9), secrets.randbelow(1 << 31)]


@pytest.fixture(scope="module")
def doomed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnDeployment]:
    """Return a deployment that runs may kill."""
    own = OwnDeployment(tmp_path_factory.mktemp("doomed"))
    yield own
    own.stop()


@pytest.mark.parametrize("seed", SEEDS)
def test_strict_calls_that_were_answered_have_happened_once(
    seed: int, doomed: OwnDeployment, tmp_path: Path
) -> None:
    """What was acknowledged is there, nothing is there twice, and each job's order is kept."""
    verdict = Run(seed, STRICT, doomed, tmp_path).outcome().verdict
    assert verdict.wrong == []
