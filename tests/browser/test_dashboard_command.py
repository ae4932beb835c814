"""`jobsync dashboard` as people start it, for a deployment at another address than the page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jobsync import ConvexSync
    from tests.browser.visitor import Visitor
    from tests.conftest import Deployment

GUARD = 60.0
COMMAND = (sys.executable, "-m", "jobsync.cli", "dashboard")


def environment(deployment: Deployment, **others: str) -> dict[str, str]:
    named = {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key}
    return {**os.environ, **named, **others}


@contextmanager
def dashboard(
    deployment: Deployment, *options: str, **others: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run it, and read the link that it prints."""
    with subprocess.Popen(
        [*COMMAND, *options],
        env=environment(deployment, **others),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
        process.terminate()


def test_the_page_comes_from_this_machine_and_shows_the_jobs_of_the_deployment(
    deployment: Deployment, sync: ConvexSync, job_id: str, visit: Callable[..., Visitor]
) -> None:
    """The policy lets it talk to that address; the key is in nothing that the browser gets."""
    sync.create_job("render", job_id=job_id, name=f"Poster {job_id}")
    with dashboard(deployment, "--no-open") as (link, _):
        visitor = visit(deployment, link=link)
        expect(visitor.page.get_by_text(f"Poster {job_id}")).to_be_visible()
        assert urlsplit(link).netloc != urlsplit(deployment.url).netloc
        assert deployment.api_key not in link + visitor.page.content()


@pytest.mark.parametrize(("options", "scope"), [((), "write"), (("--read-only",), "read")])
def test_the_link_holds_a_token_of_the_least_scope(
    deployment: Deployment, options: tuple[str, ...], scope: str
) -> None:
    """Behind the #, where no server sees it."""
    with dashboard(deployment, "--no-open", *options) as (link, _):
        (token,) = parse_qs(urlsplit(link).fragment)["token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["scope"], claims["exp"] - claims["iat"]) == (scope, 12 * 3600)


def test_ctrl_c_ends_it_well(deployment: Deployment) -> None:
    """As a person at a terminal ends it."""
    with dashboard(deployment, "--no-open") as (_, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(GUARD) == 0


def test_it_opens_the_link_in_the_browser_of_the_person(
    deployment: Deployment, tmp_path: Path
) -> None:
    """Python finds which one by the variable BROWSER."""
    os.mkfifo(tmp_path / "address")
    own = tmp_path / "browser"
    own.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/address\n')
    own.chmod(0o700)
    with dashboard(deployment, BROWSER=str(own)) as (link, _):
        assert (tmp_path / "address").read_text().strip() == link


def test_a_key_that_is_not_the_deployments_is_told_before_any_page_opens(
    deployment: Deployment,
) -> None:
    """With the exit code of what was refused."""
    ran = subprocess.run(
        [*COMMAND, "--no-open"],
        env=environment(deployment, JOBSYNC_API_KEY="f" * 64),
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr.startswith("Error: ")
