"""The fake deployment in the place of the one that the suite would start."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from jobsync._transports import in_process

if TYPE_CHECKING:
    from jobsync.testing import FakeDeployment

CHOSEN = os.environ.get("JOBSYNC_TEST_DEPLOYMENT") == "fake"

processes = pytest.mark.skipif(CHOSEN, reason="a fake is not there for other processes")
in_memory = pytest.mark.skipif(CHOSEN, reason="a fake has files in the memory of this process")


def skip_without_sockets() -> None:
    """Skip a test that wants to stand between a client and the deployment."""
    if CHOSEN:
        pytest.skip("a fake has no connections to look at or to cut")


def reach_with_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let plain `requests`, which tests use as anybody would, find fakes by their addresses."""
    elsewhere = requests.Session.get_adapter

    def get_adapter(self: requests.Session, url: str) -> requests.adapters.BaseAdapter:
        address = urlsplit(url)
        here: FakeDeployment = in_process.find(f"{address.scheme}://{address.netloc}")
        return elsewhere(self, url) if here is None else here.adapter()

    monkeypatch.setattr(requests.Session, "get_adapter", get_adapter)
