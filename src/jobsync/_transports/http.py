"""Function calls and uploads over HTTP."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import requests

from jobsync._backoff import parse_retry_after
from jobsync._tokens import without_tokens
from jobsync._wire.values import decode, dumps, loads
from jobsync.errors import (
    ConnectionFailedError,
    DownloadError,
    FileChangedError,
    JobsyncError,
    RequestTimeoutError,
    ServerError,
    TemporaryServerError,
    UnexpectedResponseError,
    UploadError,
    from_data,
)

from . import in_process
from .retrying import Retrying

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync._clock import Clock, Deadline

Kind = Literal["query", "mutation"]

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 15.0
# An upload may take as long as it moves: this is how long it may stand still.
UPLOAD_IDLE_TIMEOUT = 60.0

CONNECTIONS = 32
DOWNLOAD_CHUNK = 1 << 20

_FUNCTION_RAN = frozenset({200, 560})
_TEMPORARY = frozenset({408, 425, 429})


class FunctionFailedError(ServerError):
    """A function failed and gave no reason: `jobsync._backend` finds out more."""


class HttpTransport:
    """A deployment's function API. Safe to share between threads."""

    def __init__(
        self, url: str, *, max_retries: int, clock: Clock, session: requests.Session | None = None
    ) -> None:
        self.url = url
        self._clock = clock
        self._own = session is None
        self._session = session or _session(url)
        self.retrying = Retrying(max_retries, clock)

    def call(self, kind: Kind, path: str, args: dict[str, Any], deadline: Deadline) -> Any:
        """Call a function and return its value; retry what may succeed later."""
        body = dumps({"path": path, "format": "convex_encoded_json", "args": args}).encode()
        return self.retrying.run(lambda: self._call_once(kind, body, deadline), deadline)

    def upload(self, url: str, body: Any, headers: dict[str, str]) -> str:
        """Send a file to an upload URL, once; return its storage id."""
        answer = self._post(url, body, headers, (CONNECT_TIMEOUT, UPLOAD_IDLE_TIMEOUT))
        content = self._json(answer)
        if answer.status_code != requests.codes.ok:
            raise self._upload_error(answer, content)
        storage_id = content.get("storageId")
        if not isinstance(storage_id, str):
            raise UnexpectedResponseError(
                f"{self.url} took the file but gave no storage id for it."
            )
        return storage_id

    def download(self, url: str, start: int = 0) -> Iterator[bytes]:
        """Go through the bytes of a stored file from `start` on, once."""
        headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={start}-"} if start else {})}
        timeout = (CONNECT_TIMEOUT, UPLOAD_IDLE_TIMEOUT)
        with (
            self._converted(),
            self._session.get(url, headers=headers, timeout=timeout, stream=True) as answer,
        ):
            if answer.status_code not in {requests.codes.ok, requests.codes.partial_content}:
                error = self._status_error(answer)
                raise error if error.retryable else DownloadError(str(error), error.details)
            # Who does not know ranges sends all of it.
            unwanted = start if answer.status_code == requests.codes.ok else 0
            for chunk in answer.iter_content(DOWNLOAD_CHUNK):
                yield chunk[unwanted:]
                unwanted = max(0, unwanted - len(chunk))

    def close(self) -> None:
        """Close the connections; a session that was passed in stays its owner's."""
        if self._own:
            self._session.close()

    def _call_once(self, kind: Kind, body: bytes, deadline: Deadline) -> Any:
        timeout = (deadline.at_most(CONNECT_TIMEOUT), deadline.at_most(READ_TIMEOUT))
        headers = {"Content-Type": "application/json"}
        answer = self._post(f"{self.url}/api/{kind}", body, headers, timeout)
        if answer.status_code in _FUNCTION_RAN:
            return self._value(self._json(answer))
        raise self._status_error(answer)

    def _post(
        self, url: str, body: Any, headers: dict[str, str], timeout: tuple[float, float]
    ) -> requests.Response:
        connect, read = (max(0.001, seconds) for seconds in timeout)
        with self._converted():
            return self._session.post(
                url,
                data=body,
                headers={"Convex-Client": client_name(), **headers},
                timeout=(connect, read),
                allow_redirects=False,
            )

    @contextmanager
    def _converted(self) -> Iterator[None]:
        try:
            yield
        except requests.exceptions.Timeout as error:
            raise RequestTimeoutError(f"{self.url} did not answer in time.") from error
        except requests.exceptions.SSLError as error:
            raise UnexpectedResponseError(
                f"{self.url} has no valid certificate: {_reason(error)}."
            ) from error
        except (
            requests.exceptions.ConnectionError,
            requests.exceptions.ChunkedEncodingError,
        ) as error:
            raise ConnectionFailedError(
                f"{self.url} cannot be reached: {_reason(error)}."
            ) from error
        except requests.exceptions.RequestException as error:
            raise UnexpectedResponseError(
                f"{self.url} cannot be called: {_reason(error)}."
            ) from error

    def _value(self, content: dict[str, Any]) -> Any:
        if content.get("status") == "success" and "value" in content:
            return content["value"]
        if content.get("status") != "error":
            raise self._not_convex("its answer is not that of a function")
        data = decode(content.get("errorData"))
        if isinstance(data, dict):
            raise from_data(data)
        message = without_tokens(str(content.get("errorMessage")))
        raise FunctionFailedError(f"A function failed on {self.url}: {message}")

    def _status_error(self, answer: requests.Response) -> JobsyncError:
        status = answer.status_code
        if status in _TEMPORARY or status >= requests.codes.server_error:
            details = {
                "status_code": status,
                "retry_after": parse_retry_after(
                    answer.headers.get("Retry-After"), self._clock.now()
                ),
            }
            return TemporaryServerError(f"{self.url} answered with HTTP {status}.", details)
        if answer.is_redirect:
            return self._not_convex("it redirects to another address")
        content = self._json(answer)
        code = content.get("code")
        reason = without_tokens(str(content.get("message") or code))
        message = f"{self.url} refused the call: HTTP {status}, {reason}."
        return ServerError(message, {"status_code": status, "code": code})

    def _upload_error(self, answer: requests.Response, content: dict[str, Any]) -> JobsyncError:
        if content.get("code") == "Sha256Mismatch":
            return FileChangedError(
                "The file changed on its way: the stored bytes have another hash."
            )
        if str(content.get("code", "")).startswith("StorageToken"):
            return TemporaryServerError(
                "The upload URL is no longer valid.", {"status_code": answer.status_code}
            )
        error = self._status_error(answer)
        return error if error.retryable else UploadError(str(error), error.details)

    def _json(self, answer: requests.Response) -> dict[str, Any]:
        try:
            content = loads(answer.content)
        except ValueError:
            content = None
        if isinstance(content, dict):
            return content
        if answer.status_code >= requests.codes.server_error or answer.status_code in _TEMPORARY:
            raise self._status_error(answer)
        kind = answer.headers.get("Content-Type", "no content type").split(";")[0]
        raise self._not_convex(f"HTTP {answer.status_code} with {kind} instead of JSON")

    def _not_convex(self, seen: str) -> UnexpectedResponseError:
        return UnexpectedResponseError(
            f"{self.url} does not answer like a Convex deployment ({seen}). Check CONVEX_URL."
        )


@cache
def client_name() -> str:
    """Return what this client calls itself: its name and version."""
    # Costs more to import than the rest of this module.
    from importlib.metadata import version

    return f"jobsync-{version('jobsync')}"


def _session(url: str) -> requests.Session:
    if here := in_process.find(url):
        return here.session()
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(pool_connections=4, pool_maxsize=CONNECTIONS)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _reason(error: BaseException) -> str:
    """Name the innermost cause; the outer messages repeat the request."""
    seen: list[BaseException] = [error]
    while (cause := _cause(seen[-1])) is not None and cause not in seen:
        seen.append(cause)
    inner = seen[-1]
    if isinstance(inner, OSError) and inner.strerror and not isinstance(inner, ssl.SSLError):
        return inner.strerror
    return str(inner) or type(inner).__name__


def _cause(error: BaseException) -> BaseException | None:
    nested = next((arg for arg in error.args if isinstance(arg, BaseException)), None)
    reason = getattr(error, "reason", None)
    return nested or (reason if isinstance(reason, BaseException) else None) or error.__cause__
