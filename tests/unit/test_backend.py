"""The backend's functions, and what is wrong when they fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest

from jobsync import errors
from jobsync._backend import INGEST, PROTOCOL, Backend, is_older
from jobsync._clock import Deadline
from jobsync._functions import Functions
from jobsync._tokens import GivenToken, Signer, Tokens
from jobsync._transports.http import HttpTransport
from tests.clocks import HeldClock
from tests.servers import FAILURE, Answer, Reset, ScriptedServer, refusal, success

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "0123456789abcdef0123456789abcdef"
HANDSHAKE = {"protocol": PROTOCOL, "version": "1", "serverTime": 0}


def ask(
    server: ScriptedServer,
    tokens: Callable[[HeldClock], Tokens | None] = lambda clock: Signer(KEY, clock),
    method: str = "query",
    functions: Functions | None = None,
    path: str = "a:b",
) -> Any:
    clock = HeldClock()
    transport = HttpTransport(server.url, max_retries=1, clock=clock)
    backend = Backend(transport, tokens(clock), functions)
    try:
        return getattr(backend, method)(path, {"x": 1}, Deadline(60.0, clock))
    finally:
        transport.close()


def test_a_call_carries_a_token_and_never_the_key() -> None:
    """The key signs; it does not travel."""
    with ScriptedServer(success(1)) as server:
        assert ask(server) == 1
        (request,) = server.requests

    assert (
        jwt.decode(
            request.json["args"]["token"],
            KEY,
            algorithms=["HS256"],
            audience="jobsync",
            options={"verify_exp": False, "verify_iat": False},
        )["scope"]
        == "write"
    )
    assert KEY.encode() not in request.body


@pytest.mark.parametrize("method", ["query", "mutation"])
def test_without_a_key_nothing_is_sent(method: str) -> None:
    """The error says where to set the key."""
    with ScriptedServer(success(1)) as server:
        with pytest.raises(errors.SettingsError, match="JOBSYNC_API_KEY"):
            ask(server, lambda _: None, method)
        assert server.requests == []


def test_an_open_query_needs_no_key() -> None:
    """What is public can be asked for without a token, and with one if there is one."""
    with ScriptedServer(success(1)) as server:
        assert ask(server, lambda _: None, "open_query") == 1
        assert ask(server, method="open_query") == 1
        assert ["token" in request.json["args"] for request in server.requests] == [False, True]


def test_a_clock_that_is_wrong_costs_one_more_call() -> None:
    """The refusal tells the server's time, and the next token is signed on it."""
    expired = refusal("token_expired", serverTime=HeldClock().time * 1000 + 3_600_000)
    with ScriptedServer(expired, success(1)) as server:
        assert ask(server) == 1
        first, second = (request.json["args"]["token"] for request in server.requests)

    assert first != second


def test_a_token_that_stays_expired_is_an_error() -> None:
    """Signing again is tried once, not for ever."""
    expired = refusal("token_expired", serverTime=HeldClock().time * 1000)
    with ScriptedServer(expired) as server:
        with pytest.raises(errors.TokenExpiredError):
            ask(server)
        assert len(server.requests) == 2


def test_a_given_token_cannot_be_renewed() -> None:
    """Whoever was given a token hears that it ran out, at once."""
    with ScriptedServer(refusal("token_expired", serverTime=1)) as server:
        with pytest.raises(errors.TokenExpiredError):
            ask(server, lambda _: GivenToken("t"))
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("handshake", "kind", "said"),
    [
        (FAILURE, errors.FunctionsMissingError, "npx convex deploy"),
        (success({**HANDSHAKE, "protocol": 0}), errors.BackendOutdatedError, "npx convex deploy"),
        (success(None), errors.BackendOutdatedError, "npx convex deploy"),
        (success({**HANDSHAKE, "protocol": 9}), errors.ClientOutdatedError, "pip install"),
        (success(HANDSHAKE), errors.ServerError, "Server Error"),
        (refusal("forbidden"), errors.ServerError, "Server Error"),
        (Reset(), errors.ConnectionFailedError, "cannot be reached"),
    ],
)
@pytest.mark.parametrize("method", ["query", "mutation", "open_query"])
def test_a_failure_without_a_reason_is_explained(
    handshake: Answer | Reset, kind: type[errors.JobsyncError], said: str, method: str
) -> None:
    """The version handshake tells missing functions from old ones and from a server's fault."""
    with ScriptedServer(FAILURE, handshake) as server:
        with pytest.raises(kind, match=said):
            ask(server, method=method)
        assert server.requests[1].json["path"] == "handshake:get"


def test_what_functions_of_an_older_release_cannot_do_says_to_deploy() -> None:
    """A deployment may hide that a function is missing; its version tells."""
    old = success({**HANDSHAKE, "version": "0.0.9"})
    with ScriptedServer(FAILURE, old) as server:
        said = r"Server Error.* jobsync 0\.0\.9, and this is .*npx convex deploy"
        with pytest.raises(errors.BackendOutdatedError, match=said):
            ask(server)


def test_a_change_that_functions_of_an_older_release_choke_on_is_a_failure() -> None:
    """What waits behind it is not to wait for a deploy."""
    old = success({**HANDSHAKE, "version": "0.0.9"})
    with ScriptedServer(FAILURE, old) as server:
        with pytest.raises(errors.ServerError) as raised:
            ask(server, method="mutation", path=INGEST)
        assert not isinstance(raised.value, errors.BackendOutdatedError)


@pytest.mark.parametrize(
    ("theirs", "older"),
    [
        ("0.9.10", True),
        ("0.10", True),
        ("0.10.0", False),
        ("0.10.1", False),
        ("1.0.0", False),
        ("0.10.0rc1", True),
        (None, False),
        (3, False),
    ],
)
def test_versions_are_compared_by_their_numbers(theirs: object, *, older: bool) -> None:
    """Nine comes before ten; what is no version is not older."""
    assert is_older(theirs, "0.10.0") is older


def paths(server: ScriptedServer) -> list[str]:
    return [request.json["path"] for request in server.requests]


@pytest.mark.parametrize("handshake", [success(HANDSHAKE), refusal("forbidden")])
def test_functions_that_are_elsewhere_are_found_by_the_handshake(
    handshake: Answer,
) -> None:
    """A refusal is an answer, too: the function is there. The call is then made again."""
    with ScriptedServer(FAILURE, FAILURE, handshake, success(1)) as server:
        assert ask(server, functions=Functions(None)) == 1
        assert paths(server) == ["a:b", "handshake:get", "jobsync/handshake:get", "jobsync/a:b"]


def test_a_change_is_not_sent_before_it_is_known_where_to() -> None:
    """An app may have a function of its own with the same name."""
    with ScriptedServer(FAILURE, success(HANDSHAKE), success(1)) as server:
        assert ask(server, method="mutation", functions=Functions(None)) == 1
        assert paths(server) == ["handshake:get", "jobsync/handshake:get", "jobsync/a:b"]


def test_functions_that_were_named_are_looked_for_nowhere_else() -> None:
    """The error says where they are not."""
    with ScriptedServer(FAILURE) as server:
        with pytest.raises(errors.FunctionsMissingError, match="convex/other/"):
            ask(server, functions=Functions("other"))
        assert paths(server) == ["other/a:b", "other/handshake:get"]


@pytest.mark.parametrize("first", [refusal("token_expired", serverTime=0), refusal("forbidden")])
def test_who_may_not_ask_for_the_version_may_still_change_something(first: Answer) -> None:
    """As a token that only shares may say that somebody looks, and a wrong clock is put right."""
    later = [success(HANDSHAKE), success(1)] if b"expired" in first.body else [success(1)]
    with ScriptedServer(FAILURE, first, *later) as server:
        assert ask(server, method="mutation", functions=Functions(None)) == 1
        assert paths(server)[-1] == "jobsync/a:b"
