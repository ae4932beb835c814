"""Starts and stops the embedded deployment: a Node process that this one supervises."""

from __future__ import annotations

import json
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jobsync.embedded.node import find_node
from jobsync.errors import LocalDeploymentError

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILT = Path(__file__).resolve().parent.parent / "_embedded"
START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0


@dataclass(frozen=True)
class Deployment:
    """A deployment that is ready, in its own words."""

    url: str
    site_url: str
    admin_key: str = field(repr=False)
    api_key: str = field(repr=False)
    data_dir: Path
    pid: int


@dataclass(frozen=True)
class Start:
    """How to start one; port 0 is a free one. Without `push` it has no functions until a deploy.

    With `for_tests` whoever has the admin key may move its time, empty it, and let it fail; its
    clock may then be `clock_ahead` seconds ahead of this machine's.
    """

    data: Path
    port: int = 0
    site_port: int = 0
    host: str = "127.0.0.1"
    node: Path | None = None
    push: bool = True
    for_tests: bool = False
    clock_ahead: float = 0.0

    def at(self, deployment: Deployment) -> Start:
        """Return how to start it again where it was."""
        ports = [urlsplit(url).port or 0 for url in (deployment.url, deployment.site_url)]
        return replace(self, port=ports[0], site_port=ports[1])


class EmbeddedServer:
    """The running process. `ready_line` is what it printed when it was ready, one line of JSON."""

    def __init__(self, start: Start, *, errors: IO[Any] | None = None) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command(start),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            # Ctrl-C reaches only us: who uses the deployment ends before it does.
            start_new_session=True,
        )
        try:
            self.ready_line = self._read_ready_line()
            self.deployment = _parse(self.ready_line)
        except BaseException:
            self.process.kill()
            raise

    def _read_ready_line(self) -> str:
        # Killed, the process closes its end of the pipe, which ends the read below.
        watchdog = threading.Timer(START_TIMEOUT, self.process.kill)
        watchdog.start()
        try:
            line = self.process.stdout.readline() if self.process.stdout else ""
        finally:
            watchdog.cancel()
        if not line:
            code = self.process.wait()
            raise LocalDeploymentError(f"The embedded deployment did not start (exit code {code}).")
        return line.strip()

    def stop(self) -> int:
        """Ask it to end, and wait until it has; safe to repeat."""
        with self.process:
            self.process.terminate()
            try:
                return self.process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                return self.process.wait()

    def kill(self) -> None:
        """End it without a warning, as a crash does."""
        with self.process:
            self.process.kill()


def launch(start: Start) -> EmbeddedServer:
    """Start one with its log in its folder; the error of one that does not start repeats it."""
    start.data.mkdir(parents=True, exist_ok=True)
    log = start.data / "deployment.log"
    with log.open("a+", encoding="utf-8") as errors:
        began_at = errors.tell()
        try:
            return EmbeddedServer(start, errors=errors)
        except LocalDeploymentError as error:
            errors.seek(began_at)
            raise LocalDeploymentError(f"{error}\n{errors.read().strip()}".strip()) from None


@contextmanager
def embedded_deployment(start: Start) -> Iterator[Deployment]:
    """Run one for the length of a `with` block, with its log in its folder."""
    server = launch(start)
    try:
        yield server.deployment
    finally:
        server.stop()


def command(start: Start) -> list[str]:
    """Build the command line of the process."""
    node = find_node(start.node)
    options: dict[str, object] = {
        "--port": start.port,
        "--site-port": start.site_port,
        "--data": start.data,
        "--host": start.host,
        "--page": page_folder(),
    }
    if start.push:
        options["--push"] = _built("backend.push")
    words = [str(word) for option in options.items() for word in option]
    if start.for_tests:
        words += ["--for-tests", "--clock-ahead", str(start.clock_ahead * 1000)]
    # Its stdin is a pipe from us that nothing is written to: it closes when we end, killed or not.
    return [str(node), str(_built("server.mjs")), "--json", "--end-with-stdin", *words]


def page_folder() -> Path:
    """Return the folder of the built page."""
    return _built("dashboard/serving.json").parent


def backend_folder() -> Path:
    """Return the folder with the functions for other deployments, and what they need."""
    return _built("backend/needs.json").parent


def _built(name: str) -> Path:
    """Return a file that `make build` makes, and that every installed jobsync has."""
    file = BUILT / name
    if not file.is_file():
        raise LocalDeploymentError(
            f"The embedded deployment is not part of this installation ({file} is missing). "
            "In a clone of the repository, run `make build`."
        )
    return file


def _parse(line: str) -> Deployment:
    try:
        said = json.loads(line)
        return Deployment(
            url=said["url"],
            site_url=said["siteUrl"],
            admin_key=said["adminKey"],
            api_key=said["apiKey"],
            data_dir=Path(said["dataDir"]),
            pid=said["pid"],
        )
    except (ValueError, KeyError, TypeError):
        # Never the line itself: it may hold the keys.
        raise LocalDeploymentError("The embedded deployment did not say how to reach it.") from None
