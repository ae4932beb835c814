"""The client as an object; what it does is shown by the contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jwt
import pytest

from jobsync import ClosedError, ConvexSync, InvalidFieldError, SettingsError
from tests.servers import Answer, ScriptedServer, success
from tests.unit.test_fork import in_child

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

KEY = "0123456789abcdef0123456789abcdef"

METHODS: dict[str, Callable[[ConvexSync], Any]] = {
    "upsert_job": lambda sync: sync.upsert_job({"id": "a"}),
    "fetch_job": lambda sync: sync.fetch_job("a"),
    "fetch_public": lambda sync: sync.fetch_public("a"),
    "upload_asset": lambda sync: sync.upload_asset("a", __file__),
    "list_assets": lambda sync: sync.list_assets("a"),
    "record_event": lambda sync: sync.record_event("a", "x"),
    "list_events": lambda sync: next(sync.list_events("a")),
    "watch": lambda sync: sync.watch("a"),
    "wait": lambda sync: sync.wait("a"),
    "token": lambda sync: sync.token(),
}


def client(**options: Any) -> ConvexSync:
    return ConvexSync("http://127.0.0.1:1", **{"api_key": KEY, **options})


def test_the_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments a client is the one of the environment."""
    monkeypatch.setenv("CONVEX_URL", "https://happy-otter-123.convex.cloud/")
    monkeypatch.setenv("JOBSYNC_API_KEY", KEY)

    with ConvexSync() as sync:
        assert sync.url == "https://happy-otter-123.convex.cloud"


@pytest.mark.parametrize("method", METHODS)
def test_a_closed_client_says_so(method: str) -> None:
    """Closing may be repeated; using it afterwards is the caller's mistake, and is told."""
    sync = client()
    sync.close()
    sync.close()

    with pytest.raises(ClosedError, match="was closed"):
        METHODS[method](sync)


@pytest.mark.parametrize(
    "call",
    [
        lambda sync: sync.fetch_job(7),
        lambda sync: sync.fetch_public(7),
        lambda sync: sync.upload_asset(7, __file__),
        lambda sync: sync.list_assets(7),
        lambda sync: sync.record_event(7, "x"),
        lambda sync: next(sync.list_events(7)),
        lambda sync: sync.watch(7),
        lambda sync: sync.wait(7),
        lambda sync: sync.token(job_id=7),
    ],
)
def test_an_id_that_is_no_text_is_refused_before_anything_is_sent(
    call: Callable[[ConvexSync], Any],
) -> None:
    """The error names the argument; nobody listens at the address, and nobody is asked."""
    with client() as sync, pytest.raises(InvalidFieldError, match=r"^job_id: must be text"):
        call(sync)


def test_an_id_that_is_empty_is_refused_before_anything_is_sent() -> None:
    """An empty id is a mistake of the caller's, and not a job that is not there."""
    with client() as sync, pytest.raises(InvalidFieldError, match=r"^job_id: is empty"):
        sync.fetch_job("")


def test_a_token_to_give_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scope, limits and time are as they were asked for."""
    with client() as sync:
        token = sync.token("write", job_id="a", owner="o", tag="t", expires_in=60.0)
    claims = jwt.decode(token, KEY, algorithms=["HS256"], audience="jobsync")

    assert {"scope": "write", "job": "a", "owner": "o", "tag": "t"}.items() <= claims.items()
    assert claims["exp"] - claims["iat"] == 60


def test_without_a_key_no_token_can_be_signed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The error says what is missing."""
    monkeypatch.delenv("JOBSYNC_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)

    with client(api_key=None) as sync, pytest.raises(SettingsError, match="key"):
        sync.token()


def test_a_child_of_a_fork_has_its_own_connection_and_writer() -> None:
    """Nothing that a parent uses is used by its child."""
    receipt: Answer = success({"protocol": 1, "receipts": [{"seq": 1, "outcome": "applied"}]})
    with ScriptedServer(receipt) as server, ConvexSync(server.url, api_key=KEY) as sync:
        sync.upsert_job({"id": "a"})
        assert in_child(lambda: int(sync.upsert_job({"id": "a"}).outcome != "applied")) == 0
        sync.upsert_job({"id": "a"})
        args = [request.json["args"] for request in server.requests]

    parent, child, again = ((each["writerId"], each["firstSeq"]) for each in args)
    assert parent[0] == again[0] != child[0]
    assert (parent[1], child[1], again[1]) == (1, 1, 2)


def test_a_closed_client_stays_closed_in_a_child() -> None:
    """A fork reopens nothing."""
    sync = client()
    sync.close()

    def ask() -> int:
        try:
            sync.fetch_job("a")
        except ClosedError:
            return 0
        return 1

    assert in_child(ask) == 0
