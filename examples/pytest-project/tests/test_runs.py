"""Runs that succeed, and runs that have to be repeated."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from wordbook.book import CHAPTERS, chapters
from wordbook.pipeline import LEASE, build


def test_a_run_leaves_the_index_at_its_job(jobsync_sync, tmp_path):
    """The file is at the job, with the result and an event for each chapter."""
    build(jobsync_sync, chapters(), tmp_path, job_id="run")

    job = jobsync_sync.fetch_job("run")
    events = list(jobsync_sync.list_events("run"))
    back = jobsync_sync.download_asset("run", filename="wordbook.json", to=tmp_path / "back.json")
    index = json.loads(back.read_text())
    assert (job.state, job.progress, job.stage) == ("succeeded", 100, "writing")
    assert job.result == {"words": len(index)}
    assert len(events) == CHAPTERS
    assert "lambda" in index["anonymous"]


def test_a_run_that_fails_is_tried_again(jobsync_sync, tmp_path):
    """The job says what was wrong, waits for its second attempt, and succeeds with that."""

    def damaged():
        yield next(chapters())
        raise OSError("page 2 is missing")

    with pytest.raises(OSError, match="page 2"):
        build(jobsync_sync, damaged(), tmp_path, job_id="run")
    job = jobsync_sync.fetch_job("run")
    assert (job.state, job.attempt, job.error["message"]) == ("queued", 2, "page 2 is missing")

    build(jobsync_sync, chapters(), tmp_path, job_id="run")
    job = jobsync_sync.fetch_job("run")
    assert (job.state, job.attempt, job.error) == ("succeeded", 2, None)


def test_a_run_that_falls_silent_is_given_up(jobsync_deployment, jobsync_sync):
    """Nobody waits for minutes here: the deployment's clock is moved over the lease."""
    jobsync_sync.create_job("wordbook", job_id="run", max_attempts=2)
    jobsync_sync.start_job("run", lease=LEASE)

    jobsync_deployment.advance(LEASE + 1)
    assert jobsync_sync.fetch_job("run").state == "lost"

    jobsync_deployment.advance(LEASE)
    job = jobsync_sync.fetch_job("run")
    assert (job.state, job.attempt, job.error["reason"]) == ("queued", 2, "lost")


def test_a_run_that_comes_back_too_late_does_no_harm(jobsync_deployment, jobsync_sync, tmp_path):
    """Suspended for longer than its lease, it was given up: the job is another attempt's by now."""

    def with_a_nap():
        yield next(chapters())
        jobsync_deployment.advance(2 * LEASE + 1)
        yield next(chapters())

    build(jobsync_sync, with_a_nap(), tmp_path, job_id="run")

    job = jobsync_sync.fetch_job("run")
    assert (job.state, job.attempt) == ("queued", 2)


def test_the_program_finds_its_deployment(jobsync_sync, tmp_path):
    """As it is started by cron: a process of its own, with nothing but its environment."""
    subprocess.run([sys.executable, "-m", "wordbook", "nightly"], cwd=tmp_path, check=True)

    assert jobsync_sync.fetch_job("nightly").state == "succeeded"
