"""From the wire to the models."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from jobsync import Job, UnexpectedResponseError
from jobsync._wire import names

FIELDS = json.loads((Path(__file__).parents[3] / "contract" / "fields.json").read_text())
CORE = {*FIELDS["aliases"], *FIELDS["serverOwned"]} - {"$comment"}

RECORD = {
    "jobId": "a",
    "status": "done",
    "state": "succeeded",
    "attempt": 1,
    "maxAttempts": 2,
    "tags": ["x"],
    "visibility": "private",
    "createdAt": 1_500_000_000_000,
    "updatedAt": 1_500_000_000_123.5,
}


def test_each_core_field_of_the_contract_has_its_name_in_the_model() -> None:
    """The model has the fields of the contract, in snake case, and no others."""
    assert {names.snake(field) for field in CORE} == set(Job.model_fields)


def test_a_job_has_its_payload_beside_its_fields() -> None:
    """What was saved with a job comes back under its own name, decoded."""
    job = names.job({**RECORD, "payload": {"idea": "x", "%24set": [{"%5Fid": 1}], "null": None}})

    assert (job["idea"], job["$set"], job["null"]) == ("x", [{"_id": 1}], None)
    assert "null" in job
    assert "other" not in job


def test_large_values_are_decoded_and_plain_ones_left() -> None:
    """Error, result, component and telemetry are encoded values; a stage is text as it is."""
    job = names.job({**RECORD, "stage": "100%25", "result": {"%24a": 1}, "error": "50%25"})

    assert (job.stage, job.result, job.error) == ("100%25", {"$a": 1}, "50%25")


def test_fields_of_a_newer_backend_are_no_payload() -> None:
    """A core field that this version does not know is left out, not shown as the caller's own."""
    assert "color" not in names.job({**RECORD, "color": "red"})


def test_times_are_aware() -> None:
    """Milliseconds on the wire are datetimes in UTC here."""
    job = names.job(RECORD)

    assert datetime(2017, 7, 14, 2, 40, tzinfo=timezone.utc) == job.created_at
    assert job.updated_at.microsecond == 123_500


def test_a_public_job_has_its_files() -> None:
    """The public view's assets are models too."""
    file = {
        "role": "output",
        "filename": "a.png",
        "url": "http://x/1",
        "contentType": None,
        "bytes": 3,
    }
    record = {key: RECORD[key] for key in ("jobId", "status", "state", "createdAt", "updatedAt")}
    job = names.public_job({**record, "component": {"%5Fa": 1}, "assets": [file]})

    assert (
        job.assets[0].filename,
        job.assets[0].content_type,
        job.assets[0].bytes,
    ) == ("a.png", None, 3)
    assert job.component == {"_a": 1}


def test_an_event_has_its_kind() -> None:
    """The kind of an event is called `event` on the wire."""
    event = names.event(
        {
            "jobId": "a",
            "eventId": "e",
            "event": "trace",
            "level": "info",
            "payload": {"%": 1},
            "time": 0,
        }
    )

    assert (event.kind, event.payload) == ("trace", {"": 1})


@pytest.mark.parametrize("answer", [None, 3, "x", [RECORD]])
def test_an_answer_of_another_kind_is_unexpected(answer: object) -> None:
    """What is not a record is not taken for one."""
    with pytest.raises(UnexpectedResponseError, match="a job was expected"):
        names.job(answer)


def test_a_record_that_cannot_be_read_names_its_fields_and_no_values() -> None:
    """The error helps without repeating what may be secret."""
    with pytest.raises(UnexpectedResponseError, match="state") as caught:
        names.job({**RECORD, "state": "asleep-secret"})

    assert "asleep-secret" not in str(caught.value)
