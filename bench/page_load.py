"""What the page costs the machine it is open on, while 50 of 1,000 jobs report five times a second.

The CPU time is that of Chromium's own processes; the goal is for the one that runs the page.
"""

import os
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser
from tests.browser.chromium import chromium, require_chromium
from tests.browser.live_frames import LiveFrames

from bench.deployment import fresh_deployment
from jobsync import ConvexSync
from jobsync.cli._page import page_link
from jobsync.embedded.server import Deployment

JOBS = 1000
ACTIVE = 50
UPDATES_A_SECOND = 5
WARM_UP = 5.0
SECONDS = 20.0
# The page runs in the first; the others draw it for all pages, and take its bytes from the network.
SHOWN = ("renderer", "GPU", "browser")
ROOT = Path(__file__).parent.parent


def main() -> None:
    with fresh_deployment() as deployment, chromium(require_chromium()) as browser:
        with ConvexSync(deployment.url, api_key=deployment.api_key) as sync:
            for number in range(JOBS - ACTIVE):
                sync.upsert_job({"id": f"old-{number}", "status": "done", "type": "render"})
            link = page_link(deployment.url, sync, read_only=True)
        writer = [sys.executable, "-m", "bench.page_load"]
        with subprocess.Popen(writer, cwd=ROOT, env=_environment(deployment)) as pipelines:
            _watch(browser, link)
            pipelines.kill()


def _watch(browser: Browser, link: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    with LiveFrames(page) as frames:
        page.goto(link)
        page.get_by_role("progressbar").nth(5).wait_for()
        page.wait_for_timeout(WARM_UP * 1000)
        told = {name: frames.times_told(name) for name in frames.asked()}
        before, began = _cpu_seconds(browser), time.perf_counter()
        page.wait_for_timeout(SECONDS * 1000)
        after, lasted = _cpu_seconds(browser), time.perf_counter() - began
    for kind in SHOWN:
        share = (after[kind] - before[kind]) / lasted
        goal = "   (goal: under 50 %)" if kind == "renderer" else ""
        print(f"{f'CPU of the {kind} process':<34} {share:.1%} of one core{goal}")
    for name, times in sorted(told.items()):
        fresh = (frames.times_told(name) - times) / lasted
        print(f"{f'answers to {name}':<34} {fresh:.1f} a second")


def _cpu_seconds(browser: Browser) -> dict[str, float]:
    session = browser.new_browser_cdp_session()
    found: dict[str, float] = {}
    for process in session.send("SystemInfo.getProcessInfo")["processInfo"]:
        found[process["type"]] = found.get(process["type"], 0.0) + process["cpuTime"]
    session.detach()
    return found


def _environment(deployment: Deployment) -> dict[str, str]:
    named = {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key}
    return {**os.environ, **named}


def _report() -> None:
    """Be the pipelines, until killed: a round of reports is one batch, as a client sends it."""
    with ConvexSync() as sync, requests.Session() as session:
        for number in range(ACTIVE):
            sync.upsert_job({"id": f"active-{number}", "status": "running", "type": "render"})
        token = sync.token("write")
        began = time.monotonic()
        for tick in count(1):
            args = {"token": token, "writerId": "bench", "firstSeq": tick * ACTIVE}
            args["commands"] = [_progress(number, tick) for number in range(ACTIVE)]
            body = {"path": "ingest:apply", "args": args, "format": "json"}
            answer = session.post(f"{sync.url}/api/mutation", json=body, timeout=15).json()
            assert {receipt["outcome"] for receipt in answer["value"]["receipts"]} == {"applied"}
            time.sleep(max(0.0, began + tick / UPDATES_A_SECOND - time.monotonic()))


def _progress(number: int, tick: int) -> dict[str, Any]:
    fields = {"progress": (tick + number) % 101, "stage": "rendering", "message": f"tick {tick}"}
    return {"kind": "progress", "jobId": f"active-{number}", **fields}


if __name__ == "__main__":
    _report()
