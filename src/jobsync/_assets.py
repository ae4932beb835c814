"""Giving a file to a job: ask for a place, send the bytes, register them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _commands
from ._clock import Clock, Deadline
from ._uploads import LocalFile, open_file
from ._wire import names
from .errors import JobsyncError, UnexpectedResponseError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from ._backend import Backend
    from ._deliver import Delivery
    from .models import Asset


class AssetUpload:
    """Uploads files to jobs."""

    def __init__(self, backend: Backend, delivery: Delivery, timeout: float, clock: Clock) -> None:
        self._backend = backend
        self._delivery = delivery
        self._timeout = timeout
        self._clock = clock

    def upload(
        self,
        job_id: str,
        path: str | os.PathLike[str],
        *,
        role: str,
        filename: str | None,
        content_type: str | None,
        public: bool | None,
    ) -> Asset:
        """Store a file and return what the deployment knows of it."""
        name = Path(path).name if filename is None else filename
        wanted = {
            "jobId": _commands.text(job_id, "job_id"),
            "role": _commands.text(role, "role"),
            "filename": _commands.text(name, "filename"),
        }
        with open_file(path) as file:
            stored = self._stored(wanted, file, content_type)
            file.check_still_there()
            if not isinstance(stored, str) and public in {None, stored.public}:
                return stored
            storage_id = stored if isinstance(stored, str) else stored.storage_id
            command = _commands.asset(
                wanted["jobId"],
                wanted["role"],
                wanted["filename"],
                storage_id,
                file.sha256,
                public=public,
            )
        return names.asset(self._delivery.apply_one(command, self._deadline()).get("asset"))

    def _stored(
        self, wanted: dict[str, str], file: LocalFile, content_type: str | None
    ) -> Asset | str:
        """Return the asset that is there already, or the storage id of the bytes that were sent."""
        headers = file.headers(content_type)

        def attempt() -> Asset | str | JobsyncError:
            # A URL is good for one hour, and an attempt that failed may have used it up.
            try:
                target = self._target(wanted, file.sha256)
            except JobsyncError as error:
                # That call has had its own retries; only sending is tried again here.
                return error
            if target.get("kind") == "present":
                return names.asset(target.get("asset"))
            return self._backend.transport.upload(str(target.get("url")), file.body(), headers)

        stored = self._backend.transport.retrying.run(attempt, Deadline(None, self._clock))
        if isinstance(stored, JobsyncError):
            raise stored
        return stored

    def _target(self, wanted: dict[str, str], sha256: str) -> Mapping[str, Any]:
        file = {"role": wanted["role"], "filename": wanted["filename"], "sha256": sha256}
        args = {"jobId": wanted["jobId"], "files": [file]}
        answer = self._backend.mutation("assets:generateUploadUrl", args, self._deadline())
        try:
            (target,) = answer["targets"]
            return dict(target)
        except (TypeError, KeyError, ValueError) as error:
            raise UnexpectedResponseError("The deployment gave no place for the file.") from error

    def _deadline(self) -> Deadline:
        return Deadline(self._timeout, self._clock)
