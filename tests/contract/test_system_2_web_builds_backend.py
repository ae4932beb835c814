"""System 2: the two routes, as somebody with curl checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from jobsync import ConvexSync
    from tests.conftest import Deployment


@pytest.fixture
def url(site: str) -> str:
    """Return the address of the route."""
    return f"{site}/api/job"


@pytest.fixture
def bearer(deployment: Deployment) -> dict[str, str]:
    """Return the header that lets a caller in."""
    return {"Authorization": f"Bearer {deployment.api_key}"}


def post(url: str, headers: dict[str, str], body: Any) -> tuple[int, dict[str, Any]]:
    answer = requests.post(url, json=body, headers=headers, timeout=15)
    return answer.status_code, answer.json()


def get(url: str, headers: dict[str, str], job_id: str) -> dict[str, Any]:
    answer = requests.get(url, params={"id": job_id}, headers=headers, timeout=15)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_new_job_has_what_was_not_said(
    url: str, bearer: dict[str, str], sync: ConvexSync, job_id: str
) -> None:
    """Idea, user name and time of creation are filled in when a job is created."""

    def now() -> float:
        return sync.handshake().server_time.timestamp() * 1000

    before = now()
    status, answer = post(url, bearer, {"jobId": job_id, "status": "queued", "stage": "queued"})
    job = get(url, bearer, job_id)

    assert (status, answer["ok"]) == (200, True)
    assert (job["idea"], job["username"]) == ("", "unknown")
    assert before - 1 <= job["createdAt"] <= now() + 1


def test_what_was_said_is_kept(url: str, bearer: dict[str, str], job_id: str) -> None:
    """A body's own values win over what would be filled in."""
    body = {
        "jobId": job_id,
        "idea": "cats",
        "username": "ada",
        "status": "processing",
        "stage": "s",
        "createdAt": 1_700_000_000_000,
    }
    post(url, bearer, body)

    assert body.items() <= get(url, bearer, job_id).items()


def test_only_the_fields_given_change(url: str, bearer: dict[str, str], job_id: str) -> None:
    """A patch leaves the rest, and fills nothing in."""
    body = {
        "jobId": job_id,
        "idea": "cats",
        "username": "ada",
        "status": "processing",
        "stage": "s",
    }
    post(url, bearer, body)
    post(url, bearer, {"jobId": job_id, "status": "done", "stage": "done", "result": "r"})

    expected = body | {"status": "done", "stage": "done", "result": "r"}
    assert expected.items() <= get(url, bearer, job_id).items()


@pytest.mark.parametrize("status", ["queued", "processing", "done", "error"])
def test_its_statuses_come_back_as_they_are(
    url: str, bearer: dict[str, str], job_id: str, status: str
) -> None:
    """The word that was posted is the word that is read."""
    post(url, bearer, {"jobId": job_id, "status": status, "stage": "s"})

    assert get(url, bearer, job_id)["status"] == status


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", "Basic x", "Bearer  ", "Bearer null"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_are_refused(url: str, job_id: str, header: str | None, method: str) -> None:
    """Without the key both routes answer 401 and nothing else, and nothing is stored."""
    headers = {} if header is None else {"Authorization": header}
    body = {"jobId": job_id, "status": "done", "stage": "done"}
    answer = requests.request(
        method, url, params={"id": job_id}, json=body, headers=headers, timeout=15
    )

    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})


def test_a_token_serves_as_well_as_the_key(url: str, sync: ConvexSync, job_id: str) -> None:
    """A token that may write posts; one that may read does not."""
    body = {"jobId": job_id, "status": "done", "stage": "done"}

    assert post(url, {"Authorization": f"Bearer {sync.token('read')}"}, body)[0] == 403
    assert post(url, {"Authorization": f"Bearer {sync.token('write')}"}, body)[0] == 200


def test_an_unknown_job_and_a_missing_id(url: str, bearer: dict[str, str], job_id: str) -> None:
    """The words of both answers are those that the page expects."""
    unknown = requests.get(url, params={"id": job_id}, headers=bearer, timeout=15)
    missing = requests.get(url, headers=bearer, timeout=15)

    assert (unknown.status_code, unknown.json()) == (404, {"error": "Job not found"})
    assert (missing.status_code, missing.json()) == (400, {"error": "Missing id param"})


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b"\xff", b"[]", b"null", b'"x"', b"7"])
def test_a_body_that_is_no_record_is_refused(url: str, bearer: dict[str, str], body: bytes) -> None:
    """The answer is 400 with a message, whatever came."""
    headers = {**bearer, "Content-Type": "application/json"}
    answer = requests.post(url, data=body, headers=headers, timeout=15)

    assert answer.status_code == 400
    assert "body" in answer.json()["error"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"jobId": None}, "jobId"),
        ({"jobId": ""}, "jobId"),
        ({"jobId": 7}, "jobId"),
        ({"jobId": "x" * 10_000}, "jobId"),
        ({"status": "weird"}, "status"),
        ({"status": 7}, "status"),
        ({"stage": 7}, "stage"),
        ({"stage": "x" * 257}, "stage"),
        ({"createdAt": "now"}, "createdAt"),
        ({"progress": 101}, "progress"),
        ({"large": 2**53 + 2}, "large"),
    ],
)
def test_a_bad_field_is_named(
    url: str, bearer: dict[str, str], job_id: str, change: dict[str, Any], named: str
) -> None:
    """The answer is 400 with a message that names the field, and nothing is stored."""
    body = {"jobId": job_id, "status": "processing", "stage": "s", **change}
    status, answer = post(url, bearer, body)

    assert status == 400
    assert named in answer["error"]
    found = requests.get(url, params={"id": job_id}, headers=bearer, timeout=15)
    assert found.status_code == 404


def test_the_routes_and_the_package_see_the_same(
    url: str, bearer: dict[str, str], sync: ConvexSync, job_id: str
) -> None:
    """What is posted here is read there, and the other way round."""
    post(
        url, bearer, {"jobId": job_id, "status": "processing", "stage": "s", "$odd key": [1, None]}
    )
    job = sync.fetch_job(job_id)
    assert job is not None
    assert (job.stage, job["$odd key"]) == ("s", [1, None])

    sync.upsert_job({"id": job_id, "status": "done", "mine": {"_a": 1.5}})
    assert {"status": "done", "mine": {"_a": 1.5}}.items() <= get(url, bearer, job_id).items()
