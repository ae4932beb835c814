"""Calls over HTTP, to servers that behave well and badly."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import pytest
import requests

import jobsync
from jobsync._clock import Deadline, SystemClock
from jobsync._transports.http import FunctionFailedError, HttpTransport
from jobsync.errors import (
    ConnectionFailedError,
    FileChangedError,
    InvalidFieldError,
    JobsyncError,
    RequestTimeoutError,
    ServerError,
    TemporaryServerError,
    UnexpectedResponseError,
    UploadError,
)
from tests.clocks import HeldClock
from tests.servers import FAILURE, Answer, Hang, Reset, ScriptedServer, free_port, refusal, success

HTML = Answer(b"<html>Sign in</html>", headers={"Content-Type": "text/html; charset=utf-8"})


def call(url: str, clock: Any = None, timeout: float = 60.0, max_retries: int = 4) -> Any:
    clock = clock or HeldClock()
    transport = HttpTransport(url, max_retries=max_retries, clock=clock)
    try:
        return transport.call("mutation", "a:b", {"x": 1}, Deadline(timeout, clock))
    finally:
        transport.close()


def test_a_call_is_a_function_call_of_convex() -> None:
    """Path, arguments and format go as JSON; the client names itself and its version."""
    with ScriptedServer(success({"n": 2.0})) as server:
        assert call(server.url) == {"n": 2}
        (request,) = server.requests

    assert request.path == "/api/mutation"
    assert request.json == {"path": "a:b", "args": {"x": 1}, "format": "convex_encoded_json"}
    assert request.headers["Convex-Client"] == f"jobsync-{version('jobsync')}"


@pytest.mark.parametrize("status", [200, 560])
def test_a_refusal_is_its_exception(status: int) -> None:
    """The data of a ConvexError decides, whatever the status; nothing is tried again."""
    answer = refusal("invalid_field", field="stage")
    with ScriptedServer(Answer(answer.body, status)) as server:
        with pytest.raises(InvalidFieldError) as caught:
            call(server.url)
        assert len(server.requests) == 1

    assert caught.value.field == "stage"


def test_a_failure_without_a_reason_is_told_apart() -> None:
    """A function error that production redacts says nothing: the layer above finds out more."""
    with ScriptedServer(FAILURE) as server, pytest.raises(FunctionFailedError):
        call(server.url)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("body", [b'{"code": "Overloaded"}', b"<html>", b""])
def test_a_stumble_is_tried_again(status: int, body: bytes) -> None:
    """Overload, restarts and gateways in between pass, whatever they answer with."""
    with ScriptedServer(Answer(body, status), Answer(body, status), success(1)) as server:
        assert call(server.url) == 1
        first, *others = server.requests

    assert [first.body] * 2 == [request.body for request in others]


def test_the_last_stumble_is_raised_with_what_it_said() -> None:
    """The error knows the status and the time that the deployment asked for."""
    answer = Answer(b"{}", 503, {"Retry-After": "9"})
    with ScriptedServer(answer) as server, pytest.raises(TemporaryServerError) as caught:
        call(server.url, max_retries=0)

    assert (
        caught.value.status_code,
        caught.value.retry_after,
        caught.value.retryable,
    ) == (503, 9.0, True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_refused_call_is_not_tried_again(status: int) -> None:
    """What is wrong for good is raised at once, with the deployment's words."""
    answer = Answer(b'{"code": "BadJsonBody", "message": "not so"}', status)
    with ScriptedServer(answer) as server:
        with pytest.raises(ServerError, match=f"HTTP {status}, not so") as caught:
            call(server.url)
        assert len(server.requests) == 1

    assert (caught.value.code, caught.value.retryable) == ("BadJsonBody", False)


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (HTML, "text/html instead of JSON"),
        (Answer(HTML.body, 404, HTML.headers), "HTTP 404 with text/html"),
        (Answer(b""), "instead of JSON"),
        (Answer(b"[1]"), "instead of JSON"),
        (Answer(b"{}"), "not that of a function"),
        (Answer(b'{"status": "success"}'), "not that of a function"),
        (Answer(b"", 302, {"Location": "https://login.test/?secret"}), "redirects"),
    ],
)
def test_what_is_no_deployment_is_recognised(answer: Answer, seen: str) -> None:
    """A wrong address gets an error that says so and names the setting, not a parser's words."""
    with ScriptedServer(answer) as server:
        with pytest.raises(UnexpectedResponseError, match=seen) as caught:
            call(server.url)
        assert len(server.requests) == 1

    assert "CONVEX_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_deployment_that_is_down() -> None:
    """Nobody listens: it is tried again, then the address and the reason are told."""
    clock = HeldClock()
    url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(ConnectionFailedError, match=r"cannot be reached: Connection refused\."):
        call(url, clock)
    assert len(clock.slept) == 4


def test_a_host_that_does_not_exist() -> None:
    """A name that cannot be resolved is a failed connection."""
    with pytest.raises(ConnectionFailedError, match=r"no-such-host\.invalid"):
        call("http://no-such-host.invalid", max_retries=0)


def test_a_connection_that_is_reset_is_tried_again() -> None:
    """Resets pass; one that stays is a failed connection."""
    with ScriptedServer(Reset(), Reset(), success(1)) as server:
        assert call(server.url) == 1
    with ScriptedServer(Reset()) as server, pytest.raises(ConnectionFailedError):
        call(server.url)


def test_a_deployment_that_hangs_is_given_up() -> None:
    """No call lasts longer than its deadline."""
    with ScriptedServer(Hang()) as server, pytest.raises(RequestTimeoutError, match="in time"):
        call(server.url, SystemClock(), timeout=0.2)


def test_an_answer_that_is_cut_is_a_failed_connection() -> None:
    """Half an answer is none."""
    answer = success(1)
    cut = Answer(answer.body, headers={"Content-Length": str(len(answer.body) + 9)})
    with ScriptedServer(cut) as server, pytest.raises(ConnectionFailedError):
        call(server.url)


def test_a_session_of_the_caller_is_used_and_left_open() -> None:
    """Proxies and certificates are the session's business; closing it is its owner's."""
    with ScriptedServer(success(1)) as server, requests.Session() as session:
        session.headers["X-Mine"] = "1"
        clock = HeldClock()
        transport = HttpTransport(server.url, max_retries=0, clock=clock, session=session)
        transport.call("query", "a:b", {}, Deadline(5.0, clock))
        transport.close()
        transport.call("query", "a:b", {}, Deadline(5.0, clock))

        assert [request.headers["X-Mine"] for request in server.requests] == ["1", "1"]


def upload(answer: Answer | Reset) -> str:
    with ScriptedServer(answer) as server:
        transport = HttpTransport(server.url, max_retries=0, clock=HeldClock())
        try:
            return transport.upload(
                f"{server.url}/up?token=secret", b"abc", {"Digest": "sha-256=x"}
            )
        finally:
            transport.close()


def test_an_upload_answers_the_storage_id() -> None:
    """The bytes go up as they are."""
    assert upload(Answer(b'{"storageId": "s1"}')) == "s1"


@pytest.mark.parametrize(
    ("answer", "kind", "retryable"),
    [
        (Answer(b'{"code": "Sha256Mismatch"}', 400), FileChangedError, False),
        (Answer(b'{"code": "StorageTokenExpired"}', 401), TemporaryServerError, True),
        (Answer(b'{"code": "StorageTokenInvalid"}', 401), TemporaryServerError, True),
        (Answer(b'{"code": "BadHeader", "message": "no"}', 400), UploadError, False),
        (Answer(b'{"code": "Overloaded"}', 503), TemporaryServerError, True),
        (Answer(b"<html>", 502), TemporaryServerError, True),
        (Answer(b"<html>"), UnexpectedResponseError, False),
        (Answer(b"{}"), UnexpectedResponseError, False),
        (Reset(), ConnectionFailedError, True),
    ],
)
def test_an_upload_that_fails_says_why(
    answer: Answer | Reset, kind: type[JobsyncError], retryable: bool
) -> None:
    """A changed file, a URL that ran out and a refusal are different errors; none shows the URL."""
    with pytest.raises(kind) as caught:
        upload(answer)

    assert retryable == caught.value.retryable
    assert "secret" not in str(caught.value)


FOREIGN = [
    kind
    for kind in vars(requests.exceptions).values()
    if isinstance(kind, type) and issubclass(kind, requests.exceptions.RequestException)
]


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: kind.__name__)
def test_no_exception_of_requests_comes_through(kind: type[Exception]) -> None:
    """Each exception of the library below becomes one of ours, chained."""

    class Failing(requests.Session):
        def post(self, *_: Any, **__: Any) -> requests.Response:
            if kind is requests.exceptions.JSONDecodeError:
                raise kind("why", "doc", 0)
            raise kind("why")

    clock = HeldClock()
    transport = HttpTransport("http://x.test", max_retries=0, clock=clock, session=Failing())
    with pytest.raises(jobsync.TransportError) as caught:
        transport.call("query", "a:b", {}, Deadline(5.0, clock))

    assert isinstance(caught.value.__cause__, kind)


def test_a_body_is_compact_json() -> None:
    """No byte goes out that says nothing."""
    with ScriptedServer(success(1)) as server:
        call(server.url)
        (request,) = server.requests

    assert request.body == json.dumps(request.json, separators=(",", ":")).encode()
