"""Where the reader of a page sits."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT
from tests.docs.reader import Reader
from tests.docs.terminal import Terminal
from tests.integrations.conftest import redis_url, temporal_address  # noqa: F401 (fixtures)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jobsync.testing import LocalDeployment

PROGRAMS = Path(sys.executable).parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder that a page is read in, the current one."""
    folder = tmp_path / "reader"
    folder.mkdir()
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def open_page(
    jobsync_deployment: LocalDeployment, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Reader]]:
    """Return what makes the reader of a page, who has an empty deployment in the environment."""
    readers: list[Reader] = []

    def open_page(page: Path, env: Mapping[str, str] = os.environ) -> Reader:
        path = env["PATH"].replace(os.environ["PATH"], "") + f"{PROGRAMS}:{os.environ['PATH']}"
        readers.append(Reader(page, folder, Terminal(folder, {**env, "PATH": path})))
        return readers[-1]

    monkeypatch.setenv("CONVEX_SITE_URL", jobsync_deployment.site_url)
    # Where the pages' `npx convex` goes to, instead of the cloud.
    monkeypatch.setenv("CONVEX_SELF_HOSTED_URL", jobsync_deployment.url)
    monkeypatch.setenv("CONVEX_SELF_HOSTED_ADMIN_KEY", jobsync_deployment.admin_key)
    yield open_page
    for reader in readers:
        reader.close()
