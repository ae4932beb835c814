"""The client that the textbook shows: Convex's own, one mutation per call, three calls per file."""

import base64
import hashlib
import secrets
from pathlib import Path
from typing import Any

import requests
from convex.http_client import ConvexHttpClient


class TextbookJob:
    """A job that is tracked by hand. Uploads go to `address`, whatever address a URL has."""

    def __init__(self, address: str, token: str, job_id: str) -> None:
        self.job_id = job_id
        self._address = address
        self._client = ConvexHttpClient(address)
        self._token = token

    def begin(self) -> None:
        self._call("jobs:create", record={"jobId": self.job_id, "type": "calls"})
        self._call("jobs:start", jobId=self.job_id)

    def progress(self, completed: int, total: int) -> None:
        numbers = {"completed": float(completed), "total": float(total)}
        self._call("jobs:updateProgress", jobId=self.job_id, **numbers)

    def event(self, kind: str, payload: dict[str, float]) -> None:
        # With an id the call may be repeated.
        named = {"eventId": secrets.token_hex(8), "event": kind, "level": "info"}
        self._call("events:record", jobId=self.job_id, payload=payload, **named)

    def upload(self, path: Path) -> None:
        content = path.read_bytes()
        sha256 = hashlib.sha256(content)
        file = {"role": "output", "filename": path.name}
        answer = self._call("assets:generateUploadUrl", jobId=self.job_id, files=[file])
        target = answer["targets"][0]["url"].partition("/api/")[2]
        digest = base64.b64encode(sha256.digest()).decode()
        headers = {"Digest": f"sha-256={digest}", "Content-Type": "application/octet-stream"}
        stored = requests.post(
            f"{self._address}/api/{target}", data=content, headers=headers, timeout=60
        )
        storage_id = stored.json()["storageId"]
        named = {"jobId": self.job_id, **file, "sha256": sha256.hexdigest()}
        self._call("assets:save", storageId=storage_id, **named)

    def end(self, result: dict[str, float]) -> None:
        self._call("jobs:complete", jobId=self.job_id, result=result)

    def _call(self, path: str, **args: Any) -> Any:
        return self._client.mutation(path, {"token": self._token, **args})
