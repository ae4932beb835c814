"""What is stored is what is read, for any JSON."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobsync import TooLargeError

if TYPE_CHECKING:
    from jobsync import ConvexSync

FIELDS = json.loads((Path(__file__).parents[2] / "contract" / "fields.json").read_text())
CORE = {word for words in FIELDS["aliases"].values() for word in words}
CORE |= {word for words in FIELDS["serverOwned"].values() for word in words}

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
tricky_keys = st.sampled_from(
    ["", "$", "_", "%", "%json", "$set", "_id", "__proto__", "a b", "größe", "🦀"]
)
keys = any_text | tricky_keys
numbers = st.integers(-(2**53), 2**53) | st.floats(-(2.0**53), 2.0**53)
leaves = st.none() | st.booleans() | numbers | any_text
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=40,
)
payloads = st.dictionaries(keys.filter(lambda key: key not in CORE), values, max_size=8)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(payload=payloads, result=values, event=values)
def test_any_json_comes_back(
    sync: ConvexSync, payload: dict[str, Any], result: Any, event: Any
) -> None:
    """Payload, result and event payload come back equal, types included."""
    job_id = f"test-{uuid.uuid4()}"
    sync.upsert_job({"id": job_id, "status": "done", "result": result, **payload})
    sync.record_event(job_id, "trace", event)
    job = sync.fetch_job(job_id)
    (recorded,) = sync.list_events(job_id)

    assert job is not None
    stored = {key: job[key] for key in payload}
    assert _typed(payload) == _typed(stored)
    assert _typed(result) == _typed(job.result)
    assert _typed(event) == _typed(recorded.payload)
    extra = set(job.to_record()) - set(payload)
    assert extra <= {names for names in CORE if names.islower()}


def _typed(value: Any) -> Any:
    """Return a value in which 1, 1.0 and True differ, but whole floats are ints, as promised."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return ("int", int(value))
    return (type(value).__name__, value)


def _nested(depth: int, wrap: Any) -> Any:
    value: Any = "core"
    for _ in range(depth):
        value = wrap(value)
    return value


LARGE = {
    "5,000 fields": {f"field {i}": i for i in range(5000)},
    "20,000 items": list(range(20_000)),
    "objects 150 deep": _nested(150, lambda value: {"k": value}),
    "arrays 150 deep": _nested(150, lambda value: [value]),
    "a key of 5,000 characters": {"ä" * 5000: 1},
    "an empty everything": {"": {"": [], "a": {}}, "b": [[], {}, ""]},
    "half a megabyte": "ü" * 250_000,
}


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("place", ["payload", "result", "event"])
def test_what_convex_could_not_hold_as_it_is(
    sync: ConvexSync, job_id: str, name: str, place: str
) -> None:
    """Thousands of fields, deep nesting and long keys come back too, wherever they are."""
    value = LARGE[name]
    if place == "event":
        sync.upsert_job({"id": job_id})
        sync.record_event(job_id, "trace", value)
        (found,) = (event.payload for event in sync.list_events(job_id))
    else:
        sync.upsert_job({"id": job_id, place: value})
        job = sync.fetch_job(job_id)
        assert job is not None
        found = job[place]

    assert value == found


def test_thousands_of_fields_at_the_top(sync: ConvexSync, job_id: str) -> None:
    """A record may have more fields than a Convex object, and be patched one by one."""
    record = {f"field {i}": i for i in range(3000)}
    sync.upsert_job({"id": job_id, **record})
    sync.upsert_job({"id": job_id, "field 7": "patched"})
    job = sync.fetch_job(job_id)

    assert job is not None
    assert {**record, "field 7": "patched"} == {key: job[key] for key in record}


def test_what_is_too_large_is_refused_whole(sync: ConvexSync, job_id: str) -> None:
    """Ten thousand large fields are one error, and no job."""
    with pytest.raises(TooLargeError):
        sync.upsert_job({"id": job_id, **{f"f{i}": "x" * 200 for i in range(10_000)}})

    assert sync.fetch_job(job_id) is None
