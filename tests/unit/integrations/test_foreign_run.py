"""What a run of a tool is called as a job, within the limits of one."""

from __future__ import annotations

from dataclasses import replace

from jobsync.integrations._foreign_run import ForeignRun, job_id

RUN = ForeignRun("tool", "run-1", "render")


def test_a_job_is_named_after_its_run() -> None:
    """Whoever knows the run knows the job."""
    assert RUN.job_id == "tool:run-1"


def test_a_long_name_is_cut_and_stays_one_of_its_own() -> None:
    """Two runs that differ at the end only are two jobs."""
    first, second = job_id("tool", "x" * 400 + "1"), job_id("tool", "x" * 400 + "2")

    assert len(first) == len(second) == 256
    assert first[:200] == second[:200]
    assert first != second
    assert first == job_id("tool", "x" * 400 + "1")


def test_what_a_tool_says_at_length_is_cut_to_what_a_job_can_hold() -> None:
    """A job with half a name is better than none; half a link is worse."""
    fields = replace(
        RUN, name="n" * 300, tags=("t" * 300,) * 60, url="https://" + "u" * 3000
    ).fields()

    assert (fields["name"], fields["tags"]) == ("n" * 256, ["t" * 256] * 50)
    assert fields["record"] == {"run": {"system": "tool", "id": "run-1"}}


def test_what_is_not_said_is_left_to_the_deployment() -> None:
    """An owner that is unknown is no owner called nothing."""
    assert RUN.fields() == {
        "max_attempts": 1,
        "tags": [],
        "record": {"run": {"system": "tool", "id": "run-1"}},
    }


def test_what_a_run_was_called_with_is_not_stored() -> None:
    """It may hold anything, secrets included."""
    run = replace(RUN, params={"key": "secret"}, record={"idea": "fox"})

    assert run.fields()["record"].keys() == {"idea", "run"}
    assert "secret" not in repr(run)
