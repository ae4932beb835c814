"""A job's state, progress and error as text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobsync.cli._job_text import STATE_STYLE, error_message, size
from jobsync.cli._options import StateWord

STATES = json.loads(
    (Path(__file__).parents[3] / "contract" / "lifecycle.json").read_text(encoding="utf-8")
)["states"]


def test_each_state_of_the_contract_can_be_asked_for_and_has_its_colour() -> None:
    """The command line knows the same words as the deployment."""
    assert [word.value for word in StateWord] == STATES
    assert list(STATE_STYLE) == STATES


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_951, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_bytes_are_said_in_the_unit_that_fits(count: int, said: str) -> None:
    """Never as a thousand of the smaller one."""
    assert size(count) == said


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (None, ""),
        ("no paper", "no paper"),
        ({"message": "no paper", "type": "ValueError"}, "ValueError: no paper"),
        ({"message": "no paper"}, "no paper"),
        ({"code": 7}, "{'code': 7}"),
        (["odd"], "['odd']"),
    ],
)
def test_an_error_has_words_however_it_was_stored(stored: object, said: str) -> None:
    """As text, with its kind, or as anything at all."""
    assert error_message(stored) == said
