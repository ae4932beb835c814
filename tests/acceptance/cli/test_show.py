"""`jobsync show`."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from jobsync import ConvexSync
    from tests.acceptance.cli.conftest import CommandLine


@pytest.fixture
def full(sync: ConvexSync, job_id: str, tmp_path: Path) -> str:
    """Return a failed job with a file, a child, events and fields of its own."""
    picture = tmp_path / "fox.png"
    picture.write_bytes(b"x" * 1234)
    sync.create_job("render", job_id=job_id, name="Fox poster", record={"idea": "a fox"})
    sync.create_job("page", job_id=f"{job_id}-page", parent=job_id)
    sync.upload_asset(job_id, picture)
    sync.start_job(job_id)
    sync.update_progress(job_id, 45, completed=9, total=20, stage="drawing")
    for step in range(12):
        sync.record_event(job_id, "trace", {"step": step})
    with suppress(ValueError), sync.job("render", job_id=job_id):
        raise ValueError("no paper")
    return job_id


def test_all_of_a_job_is_on_one_page(jobsync: CommandLine, full: str) -> None:
    """State, times, error, files, children, the last events and the job's own fields."""
    said = jobsync("show", full)

    assert said.code == 0
    for part in ("failed", "Fox poster", "took", "ValueError: no paper", "fox.png", "1.2 kB"):
        assert part in said.out
    for part in (f"{full}-page", '"idea": "a fox"', '{"step": 11}', '{"step": 2}'):
        assert part in said.out
    assert '{"step": 1}' not in said.out
    assert "Traceback" not in said.out


def test_the_traceback_and_more_events_are_shown_when_asked_for(
    jobsync: CommandLine, full: str
) -> None:
    """Both are long, and seldom wanted."""
    said = jobsync("show", full, "--traceback", "--events", "20")

    assert "Traceback (most recent call last):" in said.out
    assert '{"step": 0}' in said.out


def test_json_has_the_whole_record(jobsync: CommandLine, sync: ConvexSync, full: str) -> None:
    """`job` is what could be saved again."""
    shown = json.loads(jobsync("show", full, "--json").out)
    job = sync.fetch_job(full)

    assert job
    assert shown["job"] == job.to_record()
    assert [file["filename"] for file in shown["files"]] == ["fox.png"]
    assert [child["job_id"] for child in shown["children"]["jobs"]] == [f"{full}-page"]
    assert [event["payload"]["step"] for event in shown["events"]] == list(range(2, 12))


def test_a_job_that_does_not_exist_is_4(jobsync: CommandLine, job_id: str) -> None:
    """And the way to those that do is told."""
    said = jobsync("show", job_id)

    assert (said.code, said.out) == (4, "")
    assert "jobsync list" in said.err
