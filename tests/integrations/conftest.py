"""What the tests of several tools share."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.integrations.tool_environments import made, takes_minutes, unavailable
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobsync import ConvexSync, Job

GUARD = 60.0
PAUSE = 0.1


@pytest.fixture(scope="session")
def at_leisure() -> None:
    """Leave out a test that takes long, unless all are to be run."""
    takes_minutes("the test")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Redis that nobody else uses."""
    server = shutil.which("redis-server")
    if server is None:
        unavailable("redis-server is not installed")
    port = free_port()
    quiet = ["--save", "", "--loglevel", "warning", "--bind", "127.0.0.1"]
    process = subprocess.Popen(
        [str(server), "--port", str(port), *quiet],
        cwd=tmp_path_factory.mktemp("redis"),
        stdout=subprocess.DEVNULL,
    )
    with process:
        _wait_for_redis(process, port)
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


@pytest.fixture(scope="session")
def temporal_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Temporal server that nobody else uses."""
    tool, port = made("temporal"), free_port()
    process = subprocess.Popen(
        [tool.command("temporal"), "server", "start-dev", "--headless", "--port", str(port)],
        env={**os.environ, "HOME": str(tmp_path_factory.mktemp("temporal"))},
        stdout=subprocess.DEVNULL,
    )
    with process:
        while not _listens(port):
            assert process.poll() is None, "Temporal's server has ended"
            time.sleep(PAUSE)
        yield f"127.0.0.1:{port}"
        process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionError:
        return False
    return True


def _wait_for_redis(process: subprocess.Popen[bytes], port: int) -> None:
    while not _answers(port):
        assert process.poll() is None, "redis-server has ended"


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except ConnectionError:
        return False


@pytest.fixture
def reach(sync: ConvexSync) -> Callable[[str, Callable[[Job], bool]], Job]:
    """Return what follows a job until it is as it should be, and returns it then."""

    def reach(job_id: str, reached: Callable[[Job], bool]) -> Job:
        _wait_for_job(sync, job_id)
        for job in sync.watch(job_id, timeout=GUARD):
            if reached(job):
                return job
        pytest.fail(f"the job {job_id} has ended otherwise: {sync.fetch_job(job_id)!r}")

    return reach


def _wait_for_job(sync: ConvexSync, job_id: str) -> None:
    """Wait until a tool has begun a job, which may take longer than `watch` waits for one."""
    begun = time.monotonic()
    while sync.fetch_job(job_id) is None:
        assert time.monotonic() - begun < GUARD, f"nobody has begun the job {job_id}"
        time.sleep(PAUSE)
