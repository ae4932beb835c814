"""Sending bytes to where the deployment says, with a fresh place for each attempt."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._clock import Deadline
from ._uploads import FileBody
from .errors import JobsyncError, UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._backend import Backend
    from ._clock import Clock
    from ._transfer import Progress
    from ._uploads import Content

    Target = Mapping[str, Any]


class Sender:
    """Puts bytes into a deployment's storage."""

    def __init__(self, backend: Backend, timeout: float, clock: Clock) -> None:
        self.backend = backend
        self._timeout = timeout
        self._clock = clock

    def ask(self, path: str, args: dict[str, Any], *, files: int) -> list[Target]:
        """Ask where to send so many files, or which of them are there."""
        answer = self.backend.mutation(path, args, self.deadline())
        targets = answer.get("targets") if isinstance(answer, Mapping) else None
        if not isinstance(targets, list) or len(targets) != files:
            raise UnexpectedResponseError("The deployment gave no place for the file.")
        return targets

    def send(
        self,
        place: Callable[[], Target],
        content: Content,
        *,
        sha256: str,
        content_type: str,
        progress: Progress,
    ) -> str | Target:
        """Return the storage id of what was sent, or the answer that says that it is there."""
        headers = {"Content-Type": content_type, "Digest": _digest(sha256)}

        def attempt() -> str | Target | JobsyncError:
            # A URL is good for one hour, and an attempt that failed may have used it up.
            try:
                target = place()
            except JobsyncError as error:
                # That call has had its own retries; only sending is tried again here.
                return error
            if target.get("kind") != "upload":
                progress.add(content.size)
                return target
            return self._post(str(target.get("url")), content, headers, progress)

        sent = self.backend.transport.retrying.run(attempt)
        if isinstance(sent, JobsyncError):
            raise sent
        return sent

    def deadline(self) -> Deadline:
        """Return the time that a call may take."""
        return Deadline(self._timeout, self._clock)

    def _post(self, url: str, content: Content, headers: dict[str, str], progress: Progress) -> str:
        sent = 0

        def count(size: int) -> None:
            nonlocal sent
            sent += size
            progress.add(size)

        try:
            body = FileBody(content, count) if content.size else b""
            return self.backend.transport.upload(url, body, headers)
        except BaseException:
            progress.add(-sent)
            raise


def _digest(sha256: str) -> str:
    return f"sha-256={base64.b64encode(bytes.fromhex(sha256)).decode('ascii')}"
