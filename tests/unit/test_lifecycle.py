"""The commands of a job's life, as they go out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jobsync import InvalidFieldError, _lifecycle


def test_a_job_is_created_with_what_was_said_of_it() -> None:
    """What was not said is left out; fields of the caller's own stand beside ours."""
    command = _lifecycle.create(
        "render", job_id="a", source="doc-17", tags=("x",), max_attempts=3, record={"idea": "game"}
    )

    assert command == {
        "kind": "create",
        "record": {
            "id": "a",
            "type": "render",
            "source": "doc-17",
            "tags": ["x"],
            "max_attempts": 3,
            "visibility": "private",
            "idea": "game",
        },
    }


def test_a_job_without_an_id_gets_one_once() -> None:
    """Two jobs differ; the command that is sent again names the same one."""
    first, second = (_lifecycle.create("render")["record"]["id"] for _ in range(2))

    assert first != second


def test_what_was_not_said_is_not_in_a_command() -> None:
    """The deployment applies its own defaults."""
    assert _lifecycle.start("a") == {"kind": "start", "jobId": "a"}
    assert _lifecycle.heartbeat("a") == {"kind": "heartbeat", "jobId": "a"}
    assert _lifecycle.complete("a") == {"kind": "complete", "jobId": "a"}
    assert _lifecycle.cancel("a") == {"kind": "cancel", "jobId": "a"}
    assert _lifecycle.retry("a") == {"kind": "retry", "jobId": "a"}


def test_durations_are_milliseconds_on_the_wire() -> None:
    """Callers say seconds."""
    assert _lifecycle.start("a", 2, 7.5) == {
        "kind": "start",
        "jobId": "a",
        "attempt": 2,
        "leaseMs": 7500,
    }
    assert _lifecycle.fail("a", retry_after=0.25)["retryAfterMs"] == 250


def test_a_result_and_an_error_are_encoded() -> None:
    """Keys that the deployment cannot store are escaped."""
    assert _lifecycle.complete("a", 1, {"$k": 1})["result"] == {"%24k": 1}
    assert _lifecycle.fail("a", 1, {"message": "m", "_x": 1})["error"] == {
        "message": "m",
        "%5Fx": 1,
    }


def test_an_exception_is_told_as_an_error() -> None:
    """Its type and traceback go along."""
    error = _lifecycle.fail("a", 1, ValueError("no"))["error"]

    assert (error["message"], error["type"]) == ("no", "ValueError")
    assert "traceback" in error


def test_a_run_is_linked_with_what_is_known_of_it() -> None:
    """An orchestrator without pages has no address."""
    assert _lifecycle.set_run("a", {"system": "airflow", "id": "r1", "url": None}) == {
        "kind": "setRun",
        "jobId": "a",
        "run": {"system": "airflow", "id": "r1"},
    }


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ({}, {}),
        ({"percent": 40}, {"progress": 40}),
        ({"percent": np.float32(0.5)}, {"progress": 0.5}),
        ({"completed": 1, "total": 4}, {"completed": 1, "total": 4, "progress": 25.0}),
        ({"completed": 5, "total": 4}, {"completed": 5, "total": 4, "progress": 100.0}),
        ({"completed": 0, "total": 0}, {"completed": 0, "total": 0}),
        ({"percent": 7, "completed": 1, "total": 4}, {"completed": 1, "total": 4, "progress": 7}),
        ({"message": "m", "stage": ""}, {"message": "m", "stage": ""}),
    ],
)
def test_progress_is_what_was_said_and_a_percentage_follows(
    said: dict[str, Any], sent: dict[str, Any]
) -> None:
    """Items done of a total are a percentage; what is said outright wins."""
    percent = said.pop("percent", None)

    assert _lifecycle.advance(percent, **said) == sent


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"percent": 101}, "progress"),
        ({"percent": -1}, "progress"),
        ({"percent": float("nan")}, "progress"),
        ({"percent": "half"}, "progress"),
        ({"percent": True}, "progress"),
        ({"completed": -1}, "completed"),
        ({"total": "many"}, "total"),
        ({"message": 7}, "message"),
        ({"stage": b"x"}, "stage"),
    ],
)
def test_progress_that_cannot_be_is_refused(said: dict[str, Any], field: str) -> None:
    """The error names the field."""
    percent = said.pop("percent", None)
    with pytest.raises(InvalidFieldError) as caught:
        _lifecycle.advance(percent, **said)

    assert field == caught.value.field


@pytest.mark.parametrize("lease", ["60", True, None, float("inf"), float("nan"), -1])
def test_a_duration_that_is_none_is_refused(lease: Any) -> None:
    """The error names the argument."""
    with pytest.raises(InvalidFieldError) as caught:
        _lifecycle.millis("lease", lease)

    assert caught.value.field == "lease"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tags": "urgent"}, "tags"),
        ({"tags": [1]}, "tags[0]"),
        ({"owner": 3}, "owner"),
        ({"job_id": 3}, "job_id"),
        ({"record": {"when": {1}}}, "when"),
    ],
)
def test_a_job_that_cannot_be_created_is_refused(fields: dict[str, Any], field: str) -> None:
    """The error names the field; a text is not taken for a list of letters."""
    with pytest.raises(InvalidFieldError) as caught:
        _lifecycle.create("render", **fields)

    assert field == caught.value.field
