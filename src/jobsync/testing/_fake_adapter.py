"""How `requests` reaches a deployment in memory: an adapter, mounted where it would be."""

from __future__ import annotations

import io
from concurrent.futures import TimeoutError as NotInTime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from jobsync.errors import LocalDeploymentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ._v8 import V8

LOST = 0
"""The status of an answer that never came: the connection broke."""


class FakeAdapter(BaseAdapter):
    """Answers the requests to one deployment by asking it."""

    def __init__(self, v8: V8, deployment: int, running: Callable[[], bool]) -> None:
        super().__init__()
        self._v8 = v8
        self._deployment = deployment
        self._running = running

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Ask, and wait as long as one would for bytes from a network."""
        del stream, verify, cert, proxies
        if not self._running():
            raise requests.exceptions.ConnectionError("it does not run", request=request)
        read_timeout = timeout[1] if isinstance(timeout, tuple) else timeout
        try:
            asked = self._v8.request(self._deployment, _described(request), _body(request))
        except LocalDeploymentError as error:
            raise requests.exceptions.RequestException(str(error), request=request) from error
        try:
            answer = asked.result(read_timeout)
        except NotInTime:
            raise requests.exceptions.ReadTimeout(request=request) from None
        if answer.status == LOST:
            raise requests.exceptions.ConnectionError("the connection broke", request=request)
        return _response(request, answer.status, answer.headers, answer.body)

    def close(self) -> None:
        """Keep nothing open, since nothing is."""


def _described(request: requests.PreparedRequest) -> dict[str, Any]:
    address = urlsplit(request.url or "")
    target = f"{address.path}?{address.query}" if address.query else address.path
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    return {"method": request.method, "target": target, "headers": headers}


def _body(request: requests.PreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, (bytes, bytearray, str)):
        return body.encode() if isinstance(body, str) else bytes(body)
    if hasattr(body, "read"):
        return bytes(body.read())
    chunks: Iterable[bytes] = body
    whole = bytearray()
    for chunk in chunks:
        # Each may be a view of what the next one is read into.
        whole += chunk
    return bytes(whole)


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.encoding = get_encoding_from_headers(response.headers)
    response.raw = io.BytesIO(b"" if request.method == "HEAD" else body)
    response.url = request.url or ""
    response.request = request
    return response


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")
