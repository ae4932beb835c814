"""Values that are too large for a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from jobsync import TooLargeError
from tests.proxy import Proxy

if TYPE_CHECKING:
    from jobsync import ConvexSync
    from tests.conftest import Deployment

LARGE = "ä" * 1_000_000
TABLE = [{"$id": i, "name": f"row {i}", "value": i / 3} for i in range(40_000)]


@pytest.mark.parametrize("field", ["result", "component", "telemetry", "drawing"])
@pytest.mark.parametrize("value", [LARGE, TABLE, {"%file": {"storageId": "x"}, "%json": LARGE}])
def test_a_large_value_comes_back(sync: ConvexSync, job_id: str, field: str, value: Any) -> None:
    """Whatever its shape, in a field of ours or of the caller's."""
    sync.upsert_job({"id": job_id, "status": "processing", field: value, "idea": "small"})
    job = sync.fetch_job(job_id)

    assert job is not None
    assert job[field] == value
    assert job["idea"] == "small"


def test_a_large_result_of_a_block_comes_back(sync: ConvexSync, job_id: str) -> None:
    """As does the payload of an event; whoever waits gets it, too."""
    with sync.job("render", job_id=job_id) as job:
        job.event("trace", TABLE)
        job.result = {"text": LARGE}

    assert sync.wait(job_id, timeout=15).result == {"text": LARGE}
    assert [event.payload for event in sync.list_events(job_id)] == [TABLE]


def test_events_keep_their_large_payloads(sync: ConvexSync, job_id: str) -> None:
    """One after the other, each with its own."""
    sync.upsert_job({"id": job_id})
    for number in range(3):
        sync.record_event(job_id, "trace", {"number": number, "text": LARGE})
    sync.record_event(job_id, "small", {"a": 1})

    payloads = [event.payload for event in sync.list_events(job_id)]
    assert [payload.get("number") for payload in payloads] == [0, 1, 2, None]
    assert all(payload["text"] == LARGE for payload in payloads[:3])


def test_what_is_large_together_with_what_is_stored(sync: ConvexSync, job_id: str) -> None:
    """Fields that each would fit may be added until they no longer do, and beyond."""
    for number in range(6):
        sync.upsert_job({"id": job_id, f"part{number}": [number, "x" * 200_000]})
    job = sync.fetch_job(job_id)

    assert job is not None
    assert [job[f"part{number}"] for number in range(6)] == [
        [number, "x" * 200_000] for number in range(6)
    ]


def test_what_is_replaced_is_gone(deployment: Deployment, sync: ConvexSync, job_id: str) -> None:
    """Its file is deleted with it; so are the files of a job that is deleted."""
    sync.upsert_job({"id": job_id, "result": LARGE, "drawing": TABLE})
    first = file_urls(deployment, sync, job_id)
    sync.upsert_job({"id": job_id, "result": "small"})
    second = file_urls(deployment, sync, job_id)

    assert (len(first), len(second)) == (2, 1)
    gone, kept = set(first) - set(second), second[0]
    assert [requests.get(url, timeout=15).status_code for url in gone] == [404]
    assert requests.get(kept, timeout=15).ok


def file_urls(deployment: Deployment, sync: ConvexSync, job_id: str) -> list[str]:
    """Return where the large values of a job are, as the wire has them."""
    record = sync._query("jobs:getByJobId", {"jobId": job_id})
    values = [*record.values(), *record.get("payload", {}).values()]
    return [each["%file"]["url"] for each in values if isinstance(each, dict) and "%file" in each]


def test_the_public_sees_a_large_result_and_component(
    deployment: Deployment, sync: ConvexSync, job_id: str, tmp_path: Any
) -> None:
    """The files that a component names have their URLs, and private ones none."""
    (tmp_path / "a.png").write_bytes(b"x")
    component = {"text": LARGE, "assets": {"a.png": "/private/path", "b.png": None}}
    sync.upsert_job({"id": job_id, "visibility": "public", "result": TABLE, "component": component})
    asset = sync.upload_asset(job_id, tmp_path / "a.png")
    public = sync.fetch_public(job_id)

    assert public is not None
    assert public.result == TABLE
    assert public.component == {"text": LARGE, "assets": {"a.png": asset.url, "b.png": None}}


def test_watchers_see_each_large_value(sync: ConvexSync, job_id: str) -> None:
    """As it changes; it is fetched once, however often the rest of the job changes."""
    sync.upsert_job({"id": job_id, "status": "processing", "drawing": LARGE})
    snapshots = sync.watch(job_id, timeout=30)
    assert next(snapshots)["drawing"] == LARGE
    sync.upsert_job({"id": job_id, "drawing": LARGE[1:], "progress": 5})
    assert next(job for job in snapshots if job.progress == 5)["drawing"] == LARGE[1:]
    sync.upsert_job({"id": job_id, "status": "done"})
    assert [job["drawing"] for job in snapshots][-1] == LARGE[1:]


def test_lost_answers_change_nothing(deployment: Deployment, sync: ConvexSync, job_id: str) -> None:
    """A value whose file or command was answered to nobody is there, once."""
    with Proxy(deployment.url) as proxy, deployment.sync(session=proxy.session()) as shaky:
        for cuts in (1, 2, 3):
            proxy.cuts = cuts
            shaky.record_event(job_id, "trace", LARGE) if cuts > 1 else shaky.upsert_job(
                {"id": job_id, "result": TABLE}
            )

    job = sync.fetch_job(job_id)
    assert job is not None
    assert job.result == TABLE
    assert [event.payload for event in sync.list_events(job_id)] == [LARGE, LARGE]


def test_the_web_route_takes_and_gives_large_values(
    deployment: Deployment, sync: ConvexSync, job_id: str, site: str
) -> None:
    """What a service posts that only speaks HTTP comes back there, and in Python."""
    headers = {"Authorization": f"Bearer {deployment.api_key}"}
    record = {"id": job_id, "status": "processing", "drawing": TABLE, "result": {"text": LARGE}}
    posted = requests.post(f"{site}/api/job", json=record, headers=headers, timeout=30)
    got = requests.get(f"{site}/api/job?id={job_id}", headers=headers, timeout=30).json()
    job = sync.fetch_job(job_id)

    assert posted.json()["ok"] is True
    assert (got["drawing"], got["result"]) == (TABLE, {"text": LARGE})
    assert job is not None
    assert (job["drawing"], job.result) == (TABLE, {"text": LARGE})


def test_the_web_route_tells_where_a_value_is_that_no_answer_can_hold(
    deployment: Deployment, sync: ConvexSync, job_id: str, site: str
) -> None:
    """It is left out, and `spilled` has its address."""
    huge = "x" * (10 << 20)
    sync.upsert_job({"id": job_id, "result": huge, "drawing": LARGE})
    headers = {"Authorization": f"Bearer {deployment.api_key}"}
    got = requests.get(f"{site}/api/job?id={job_id}", headers=headers, timeout=30).json()

    assert "result" not in got
    assert got["drawing"] == LARGE
    assert requests.get(got["spilled"]["result"]["url"], timeout=30).json() == huge


@pytest.mark.parametrize("field", ["error", "message"])
def test_what_has_to_stay_in_the_document_is_refused(
    sync: ConvexSync, job_id: str, field: str
) -> None:
    """With the name of the field, and nothing is stored."""
    with pytest.raises(TooLargeError, match=field):
        sync.upsert_job({"id": job_id, field: LARGE})
    assert sync.fetch_job(job_id) is None


def test_what_waits_in_the_outbox_is_spilled_when_it_is_sent(
    deployment: Deployment, sync: ConvexSync, job_id: str
) -> None:
    """In the background the large value is kept on disk, and goes to its file on the way out."""
    with deployment.sync(delivery="background") as background:
        background.upsert_job({"id": job_id, "status": "processing", "drawing": TABLE})
        background.record_event(job_id, "trace", LARGE)
        background.complete_job(job_id, {"text": LARGE})
        assert background.flush(30)
    job = sync.fetch_job(job_id)

    assert job is not None
    assert (job["drawing"], job.result) == (TABLE, {"text": LARGE})
    assert [event.payload for event in sync.list_events(job_id)] == [LARGE]
