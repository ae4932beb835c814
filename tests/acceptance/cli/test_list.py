"""`jobsync list`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from jobsync import ConvexSync
    from tests.acceptance.cli.conftest import CommandLine


@pytest.fixture
def owner(sync: ConvexSync, job_id: str) -> str:
    """Return an owner with a failed job, a running one with a tag, and a queued one."""
    fields = {"owner": job_id, "parent": f"{job_id}-parent"}
    sync.create_job("render", job_id=f"{job_id}-queued", name="Blue Whale", **fields)
    sync.create_job("render", job_id=f"{job_id}-running", tags=["big"], source=job_id, **fields)
    sync.start_job(f"{job_id}-running")
    sync.create_job("page", job_id=f"{job_id}-failed", **fields)
    sync.start_job(f"{job_id}-failed")
    sync.fail_job(f"{job_id}-failed", "no paper")
    return job_id


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], ["failed", "running", "queued"]),
        (["--state", "failed"], ["failed"]),
        (["--active"], ["running", "queued"]),
        (["--active", "--tag", "big"], ["running"]),
        (["--type", "render"], ["running", "queued"]),
        (["--tag", "big"], ["running"]),
        (["--text", "blue w"], ["queued"]),
        (["--text", "-FAILED"], ["failed"]),
        (["--active", "--text", "blue w"], ["queued"]),
        (["--limit", "1"], ["failed"]),
    ],
)
def test_each_filter_leaves_the_jobs_that_fit_newest_first(
    jobsync: CommandLine, owner: str, options: list[str], found: list[str]
) -> None:
    """What is piped has a line for each job, and its id comes first."""
    said = jobsync("list", "--owner", owner, *options)

    assert said.code == 0
    assert [line.split("\t")[0] for line in said.out.splitlines()] == [
        f"{owner}-{word}" for word in found
    ]


@pytest.mark.parametrize("option", ["--source", "--parent"])
def test_source_and_parent_find_jobs_of_all_owners(
    jobsync: CommandLine, owner: str, option: str
) -> None:
    """The two filters that are about something else than the owner."""
    value = owner if option == "--source" else f"{owner}-parent"
    found = json.loads(jobsync("list", option, value, "--json").out)

    assert f"{owner}-running" in {job["job_id"] for job in found}


def test_json_is_one_document_and_jsonl_one_a_line(jobsync: CommandLine, owner: str) -> None:
    """Both say the same of each job."""
    document = json.loads(jobsync("list", "--owner", owner, "--json").out)
    lines = [
        json.loads(line) for line in jobsync("list", "--owner", owner, "--jsonl").out.splitlines()
    ]

    assert document == lines
    assert document[0]["error_message"] == "no paper"


def test_that_there_are_more_is_said_beside_the_list(jobsync: CommandLine, owner: str) -> None:
    """Nobody takes the newest few for all."""
    assert "more than 1" in jobsync("list", "--owner", owner, "--limit", "1").err
    assert jobsync("list", "--owner", owner, "--limit", "3").err == ""
    assert jobsync("list", "--owner", owner, "--all").err == ""
