"""The benchmarks, which nobody runs each day."""

import importlib

import pytest
from bench.__main__ import PYTHON


@pytest.mark.parametrize("name", PYTHON)
def test_a_benchmark_fits_what_it_measures(name: str) -> None:
    """What it imports is there: a name that moved is found out before somebody wants a figure."""
    assert callable(importlib.import_module(f"bench.{name}").main)
