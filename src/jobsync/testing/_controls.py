"""What a deployment that was started for tests lets the holder of its admin key do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from jobsync.errors import LocalDeploymentError

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 60.0
"""Seconds that a step may take: moving the clock runs everything that comes due."""


class Controls:
    """The endpoints for tests, of one deployment."""

    def __init__(self, url: str, admin_key: str, session: requests.Session | None = None) -> None:
        self._url = url
        self._session = session or requests.Session()
        # Neither a proxy nor a .netrc is for an address on this machine.
        self._session.trust_env = False
        self._headers = {"Authorization": f"Convex {admin_key}"}

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Ask for a step, and return what the deployment says when it is done."""
        try:
            answer = self._session.post(
                f"{self._url}/api/{path}", json=body, headers=self._headers, timeout=TIMEOUT
            )
        except requests.ConnectionError:
            raise LocalDeploymentError(
                f"The deployment at {self._url} does not run: start() runs it again."
            ) from None
        if not answer.ok:
            raise LocalDeploymentError(f"The deployment refused {path}: {_reason(answer)}")
        return answer.json()

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


def _reason(answer: requests.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
