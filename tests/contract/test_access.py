"""Who gets in, and how far."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import requests

from jobsync import (
    AuthenticationError,
    ConvexSync,
    JobNotFoundError,
    JobsyncError,
    NotConfiguredError,
    PermissionDeniedError,
    SettingsError,
    TokenExpiredError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobsync.testing import LocalDeployment
    from tests.conftest import Deployment

COMMAND = {"kind": "event", "eventId": "e", "event": "x", "level": "info"}

FUNCTIONS: dict[str, tuple[str, str, Callable[[str], dict[str, Any]]]] = {
    "ingest:apply": (
        "mutation",
        "write",
        lambda job_id: {
            "writerId": "w",
            "firstSeq": 1,
            "commands": [{"kind": "upsert", "record": {"id": job_id, "stage": "no"}}],
        },
    ),
    "jobs:upsert": ("mutation", "write", lambda job_id: {"record": {"id": job_id, "stage": "no"}}),
    "jobs:getByJobId": ("query", "read", lambda job_id: {"jobId": job_id}),
    "jobs:getPublic": ("query", "share", lambda job_id: {"jobId": job_id}),
    "events:record": (
        "mutation",
        "write",
        lambda job_id: {"jobId": job_id, "event": "x", "level": "info"},
    ),
    "events:list": (
        "query",
        "read",
        lambda job_id: {"jobId": job_id, "paginationOpts": {"numItems": 5, "cursor": None}},
    ),
    "assets:generateUploadUrl": (
        "mutation",
        "write",
        lambda job_id: {"jobId": job_id, "files": [{"role": "output", "filename": "a"}]},
    ),
    "assets:save": (
        "mutation",
        "write",
        lambda job_id: {
            "jobId": job_id,
            "role": "output",
            "filename": "a",
            "storageId": "s",
            "sha256": "0" * 64,
        },
    ),
    "assets:list": ("query", "read", lambda job_id: {"jobId": job_id}),
    "handshake:get": ("query", "read", lambda _: {}),
}
SCOPES = ["share", "read", "write", "admin"]


@pytest.fixture
def job(sync: ConvexSync, job_id: str) -> str:
    """Return the id of a job that exists."""
    sync.upsert_job({"id": job_id, "status": "processing", "owner": "org-1", "tags": ["red"]})
    return job_id


def call(deployment: Deployment, path: str, job_id: str, token: str | None) -> dict[str, Any]:
    """Call a function as anybody could, and return what came back."""
    kind, _, arguments = FUNCTIONS[path]
    args = arguments(job_id) | ({} if token is None else {"token": token})
    answer = requests.post(
        f"{deployment.url}/api/{kind}",
        json={"path": path, "format": "convex_encoded_json", "args": args},
        timeout=15,
    )
    return dict(answer.json())


def code(answer: dict[str, Any]) -> str | None:
    data = answer.get("errorData")
    return data["code"] if isinstance(data, dict) else None


def forged(key: str, **claims: Any) -> str:
    now = int(time.time())
    base = {"aud": "jobsync", "iat": now, "exp": now + 3600, "scope": "admin"}
    return jwt.encode({**base, **claims}, key, algorithm="HS256")


@pytest.mark.parametrize("path", [path for path in FUNCTIONS if path != "jobs:getPublic"])
def test_no_function_answers_without_a_good_token(
    deployment: Deployment, sync: ConvexSync, job: str, path: str
) -> None:
    """No token, nonsense, another key's, another audience's, without an end, too old: refused."""
    before = sync.fetch_job(job)
    now = int(time.time())
    tokens = {
        None: "unauthenticated",
        "nonsense": "token_invalid",
        deployment.api_key: "token_invalid",
        forged("x" * 64): "token_invalid",
        forged(deployment.api_key, aud="other"): "token_invalid",
        forged(deployment.api_key, scope="everything"): "token_invalid",
        jwt.encode({"aud": "jobsync", "scope": "admin"}, deployment.api_key): "token_invalid",
        jwt.encode(
            {"aud": "jobsync", "exp": now + 3600, "scope": "admin"}, "", "none"
        ): "token_invalid",
        forged(deployment.api_key, exp=now - 60): "token_expired",
    }

    answers = {token: code(call(deployment, path, job, token)) for token in tokens}
    assert answers == tokens
    assert sync.fetch_job(job) == before


@pytest.mark.parametrize("path", FUNCTIONS)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_reaches_as_far_as_it_says(
    deployment: Deployment, sync: ConvexSync, job: str, path: str, scope: Any
) -> None:
    """Each function is refused to a scope below its own, and open from there on."""
    answer = call(deployment, path, job, sync.token(scope))
    needed = FUNCTIONS[path][1]

    assert (code(answer) == "forbidden") == (SCOPES.index(scope) < SCOPES.index(needed))


@pytest.mark.parametrize("limit", [{"job_id": "another"}, {"owner": "org-2"}, {"tag": "blue"}])
@pytest.mark.parametrize("path", [path for path in FUNCTIONS if path != "handshake:get"])
def test_a_limited_token_does_not_reach_another_job(
    deployment: Deployment, sync: ConvexSync, job: str, path: str, limit: dict[str, str]
) -> None:
    """A token for another job, owner or tag learns nothing of this job and changes nothing."""
    before = sync.fetch_job(job)
    answer = call(deployment, path, job, sync.token("admin", **limit))
    receipts = (answer.get("value") or {}).get("receipts", [{}])
    told = code(answer) or (receipts[0].get("error") or {}).get("code")

    assert told in {"forbidden", "job_not_found"} or answer["value"] is None
    assert sync.fetch_job(job) == before


@pytest.mark.parametrize("limit", ["job_id", "owner", "tag"])
def test_a_limited_token_serves_its_job(
    deployment: Deployment, sync: ConvexSync, job: str, limit: str
) -> None:
    """A worker that was given a token for its job reads, writes and records with it."""
    values = {"job_id": job, "owner": "org-1", "tag": "red"}
    token = sync.token("write", **{limit: values[limit]})  # type: ignore[arg-type]
    with ConvexSync(deployment.url, token=token) as worker:
        assert worker.upsert_job({"id": job, "stage": "mine"}).outcome == "applied"
        worker.record_event(job, "mine")
        found = worker.fetch_job(job)
        assert found is not None
        assert found.stage == "mine"


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        ({"api_key": "wrong" * 10}, AuthenticationError),
        ({"token": "nonsense"}, AuthenticationError),
        ({"api_key": None}, SettingsError),
    ],
)
def test_each_method_says_that_it_was_not_let_in(
    deployment: Deployment,
    job: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
    secret: dict[str, Any],
    kind: type[JobsyncError],
) -> None:
    """A wrong key or token, or none, is one clear error in each method."""
    monkeypatch.delenv("JOBSYNC_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").touch()
    with ConvexSync(deployment.url, **secret) as stranger:
        for attempt in (
            lambda: stranger.upsert_job({"id": job}),
            lambda: stranger.fetch_job(job),
            lambda: stranger.upload_asset(job, tmp_path / "a.txt"),
            lambda: stranger.list_assets(job),
            lambda: stranger.record_event(job, "x"),
            lambda: next(stranger.list_events(job)),
            lambda: stranger.wait(job),
        ):
            with pytest.raises(kind):
                attempt()


def test_an_expired_token_is_told_apart(deployment: Deployment, job: str) -> None:
    """Whoever was given a token learns that it is the time that is over."""
    token = forged(deployment.api_key, exp=int(time.time()) - 60)
    with ConvexSync(deployment.url, token=token) as late, pytest.raises(TokenExpiredError):
        late.fetch_job(job)


def test_a_narrow_token_is_told_apart(deployment: Deployment, sync: ConvexSync, job: str) -> None:
    """Reading is fine, writing is denied."""
    with ConvexSync(deployment.url, token=sync.token("read")) as reader:
        assert reader.fetch_job(job) is not None
        with pytest.raises(PermissionDeniedError):
            reader.upsert_job({"id": job, "stage": "no"})
        with pytest.raises(AuthenticationError):
            reader.token("read")


def outcome(sync: ConvexSync, job_id: str) -> object:
    """Return what somebody learns who asks for a job."""
    try:
        return sync.fetch_job(job_id)
    except (PermissionDeniedError, JobNotFoundError) as error:
        return type(error)


def test_a_limited_token_cannot_tell_whether_another_job_exists(
    deployment: Deployment, sync: ConvexSync, job: str
) -> None:
    """A job out of reach and one that does not exist look the same, or are both denied."""
    with ConvexSync(deployment.url, token=sync.token("write", owner="org-2")) as other:
        outcomes = [outcome(other, job_id) for job_id in (job, f"{job}-not-there")]

    assert outcomes[0] == outcomes[1]


def test_a_public_job_needs_no_key(
    deployment: Deployment,
    sync: ConvexSync,
    job: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    """A page without any secret sees a job that is public, and none that is not."""
    monkeypatch.delenv("JOBSYNC_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)
    with ConvexSync(deployment.url) as page:
        assert page.fetch_public(job) is None
        sync.upsert_job({"id": job, "visibility": "public"})
        public = page.fetch_public(job)
        assert public is not None
        assert public.job_id == job


def test_a_clock_that_is_an_hour_late_does_not_matter(deployment: Deployment, job: str) -> None:
    """The deployment's time is learned from its refusal."""
    with deployment.sync() as sync:
        tokens = sync._backend.tokens
        assert tokens is not None
        tokens.learn(time.time() - 3600)
        assert sync.fetch_job(job) is not None


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_a_deployment_without_a_key_refuses_everybody(own: LocalDeployment) -> None:
    """No key on the server is not an open door: each function says what to set."""
    deployment = own
    own.set_variable("JOBSYNC_API_KEY", None)

    for token in (None, forged(deployment.api_key), forged("undefined"), "x"):
        codes = {path: code(call(deployment, path, "a", token)) for path in FUNCTIONS}
        assert codes == dict.fromkeys(FUNCTIONS, "not_configured")
    with deployment.sync() as sync, pytest.raises(NotConfiguredError, match="JOBSYNC_API_KEY"):
        sync.upsert_job({"id": "a"})
