"""Pipelines and deployments that are killed, and networks that lose, cut, delay and repeat."""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest

from jobsync.testing import LocalDeployment
from tests.faults.run import BACKGROUND, STRICT, Run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def seeds(count: int) -> list[int]:
    """Return fixed seeds, and one that is another each time: the name of its test has it."""
    # Several processes that share the tests have to find the same ones.
    chance = Random(os.environ.get("PYTEST_XDIST_TESTRUNUID"))
    return [*range(1, count + 1), chance.randrange(1 << 31)]


@pytest.fixture(scope="module")
def doomed() -> Iterator[LocalDeployment]:
    """Return a deployment that runs may kill."""
    with LocalDeployment() as doomed:
        yield doomed


@pytest.mark.parametrize("seed", seeds(30))
def test_what_the_outbox_took_happens_once_and_in_order(
    seed: int, doomed: LocalDeployment, tmp_path: Path
) -> None:
    """Whoever is killed, all that the pipelines said is there in the end, in the order of a job."""
    assert Run(seed, BACKGROUND, doomed, tmp_path).outcome().verdict.wrong == []


@pytest.mark.parametrize("seed", seeds(4))
def test_strict_calls_that_were_answered_have_happened_once(
    seed: int, doomed: LocalDeployment, tmp_path: Path
) -> None:
    """What was acknowledged is there, nothing is there twice, and each job's order is kept."""
    assert Run(seed, STRICT, doomed, tmp_path).outcome().verdict.wrong == []
