"""A table of jobs that fits the width of the terminal."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

import pytest
from rich.console import Console

from jobsync import JobSummary
from jobsync.cli._job_table import job_table

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
UUID = "b1b7f0a2-7d9b-4b59-9d0c-ffb0a2fbc0d1"


def table(width: int, *jobs: dict[str, object]) -> list[str]:
    base = {"job_id": UUID, "status": "x", "state": "succeeded", "type": "render", "name": "n" * 99}
    times = {"created_at": NOON - timedelta(minutes=5), "updated_at": NOON}
    made = [JobSummary.model_validate({**base, **times, **job}) for job in jobs or ({},)]
    out = io.StringIO()
    Console(file=out, width=width).print(job_table(made, width, NOON))
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 120, 200])
def test_each_job_is_a_line_that_fits(width: int) -> None:
    """The state is never cut, however narrow it gets."""
    lines = table(width, {}, {"name": "日本語の名前" * 20})

    assert len(lines) == 3
    assert all("succeeded" in line and "5 min ago" in line for line in lines[1:])


def test_an_id_stays_whole_as_long_as_there_is_room() -> None:
    """It is what people copy; the name gives way first."""
    assert UUID in table(60)[1]
    assert UUID in table(120)[1]


def test_columns_without_anything_in_them_are_left_out() -> None:
    """The room is for what says something."""
    assert "owner" not in table(160)[0]
    assert "owner" in table(160, {"owner": "org-3"})[0]


def test_a_failed_job_says_why_in_place_of_its_name() -> None:
    """That is what is looked for."""
    (_, line) = table(160, {"state": "failed", "error_message": "no paper"})

    assert "no paper" in line
