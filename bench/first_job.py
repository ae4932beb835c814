"""From `pip install` to the first job on the page, with an empty cache of packages and a warm one.

What a newcomer does, in an empty folder and an environment of its own: install the wheel with its
Node.js, start the deployment, open the page, run a pipeline. The browser is open already.
"""

import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser
from tests.browser.chromium import chromium, require_chromium

ROOT = Path(__file__).parent.parent
GOALS = {"empty": 120, "warm": 20}
PIPELINE = """
from jobsync import ConvexSync

with ConvexSync() as sync, sync.job("render", name="The first job") as job:
    job.progress(completed=1, total=2, stage="drawing")
"""


def main() -> None:
    with TemporaryDirectory() as folder, chromium(require_chromium()) as browser:
        wheel = _built_wheel(Path(folder))
        for cache, goal in GOALS.items():
            place = Path(folder) / cache
            place.mkdir()
            steps = _first_job(browser, wheel, place, Path(folder) / "cache")
            told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in steps.items())
            total = f"{sum(steps.values()):.1f} s   (goal: under {goal} s)"
            print(f"{f'{cache} cache of packages':<24} {total}   {told}")


def _built_wheel(folder: Path) -> Path:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _first_job(browser: Browser, wheel: Path, place: Path, cache: Path) -> dict[str, float]:
    """Return the seconds of each step."""
    venv.create(place / "env", with_pip=True)
    python = place / "env" / "bin" / "python"
    steps = {}
    started = time.perf_counter()
    install = [python, "-m", "pip", "install", "-qq", "--cache-dir", cache, f"{wheel}[local]"]
    subprocess.run([*install, "--disable-pip-version-check"], check=True)
    steps["pip install"] = time.perf_counter() - started
    started = time.perf_counter()
    with _deployment(python, place) as deployment:
        steps["jobsync dev"] = time.perf_counter() - started
        started = time.perf_counter()
        page = browser.new_page()
        page.goto(deployment["page"])
        subprocess.run([python, "-c", PIPELINE], env=_environment(deployment), check=True)
        page.get_by_text("The first job").first.wait_for()
        steps["the job on the page"] = time.perf_counter() - started
        page.close()
    return steps


@contextmanager
def _deployment(python: Path, place: Path) -> Iterator[dict[str, Any]]:
    dev = [python.with_name("jobsync"), "dev", "--json", "--port", "0", "--site-port", "0"]
    with subprocess.Popen(dev, cwd=place, stdout=subprocess.PIPE, env=_clean()) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def _environment(deployment: dict[str, Any]) -> dict[str, str]:
    return {
        **_clean(),
        "CONVEX_URL": deployment["url"],
        "JOBSYNC_API_KEY": deployment["apiKey"],
    }


def _clean() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
