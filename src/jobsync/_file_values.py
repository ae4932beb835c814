"""Values that the deployment keeps in files, since they are too large for a document: read back.

In an answer such a value is `{"%file": {"url", "bytes", "sha256"}}`, which no encoded value of a
caller's looks like. The file holds it as plain JSON.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._wire.values import PACKED, decode, encode, file_of
from .errors import DownloadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._transports.http import HttpTransport

LARGE = ("result", "component", "telemetry")
MOST_KEPT = 32 << 20
"""Whoever follows a job reads the same values again and again."""


class FileValues:
    """Puts values in the place of the files that hold them. Safe to share between threads."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, str] = OrderedDict()

    def read(self, ask: Callable[[], Any]) -> Any:
        """Return the job that a query answers, as `job` does."""
        try:
            return self.job(ask())
        except DownloadError:
            # The job may have got another value since, and the file of this one be gone.
            return self.job(ask())

    def read_public(self, ask: Callable[[], Any]) -> Any:
        """Return the PublicJob that a query answers, with the URLs of what its component names."""
        answer = self.read(ask)
        if not isinstance(answer, Mapping) or PACKED not in (answer.get("component") or ()):
            return answer
        component = decode(answer["component"])
        if not isinstance(component, dict) or not isinstance(component.get("assets"), dict):
            return answer
        # The deployment does this for components that it can read.
        urls = {each["filename"]: each["url"] for each in reversed(answer["assets"])}
        named = {name: urls.get(name) for name in component["assets"]}
        return {**answer, "component": encode({**component, "assets": named})}

    def job(self, answer: Any) -> Any:
        """Return a JobRecord, still encoded, with its values."""
        if not isinstance(answer, Mapping):
            return answer
        record = {key: self._value(each) if key in LARGE else each for key, each in answer.items()}
        if isinstance(payload := record.get("payload"), dict):
            record["payload"] = {key: self._value(each) for key, each in payload.items()}
        return record

    def event(self, answer: Any) -> Any:
        """Return an event, still encoded, with its payload."""
        if not isinstance(answer, Mapping) or "payload" not in answer:
            return answer
        return {**answer, "payload": self._value(answer["payload"])}

    def _value(self, value: Any) -> Any:
        file = file_of(value)
        return value if file is None else {PACKED: self._text(file)}

    def _text(self, file: Mapping[str, Any]) -> str:
        sha256 = str(file.get("sha256"))
        with self._lock:
            if (text := self._kept.get(sha256)) is not None:
                self._kept.move_to_end(sha256)
                return text
        text = self._transport.retrying.run(lambda: self._fetch(file))
        with self._lock:
            self._kept[sha256] = text
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > MOST_KEPT:
                self._kept.popitem(last=False)
        return text

    def _fetch(self, file: Mapping[str, Any]) -> str:
        if not isinstance(url := file.get("url"), str):
            raise DownloadError("A value that is kept in a file is no longer stored.")
        content = b"".join(self._transport.download(url))
        if hashlib.sha256(content).hexdigest() != file.get("sha256"):
            raise DownloadError("A value that is kept in a file is not what was stored.")
        return content.decode("utf-8")
