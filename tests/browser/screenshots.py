"""Makes the pictures of the README and the guides: `make screenshots`.

The jobs are those of the demo, on real pictures, and of pipelines that run in other processes.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, expect

from jobsync.embedded.server import Start, embedded_deployment
from tests.acceptance.cli.conftest import CommandLine
from tests.browser import scene
from tests.browser.chromium import chromium, require_chromium
from tests.browser.remote_pipeline import RemotePipeline
from tests.browser.terminal_picture import picture_of
from tests.browser.visitor import ROOT, Visitor
from tests.conftest import Deployment

PICTURES = ROOT / "docs" / "pictures"
SCREEN = {"width": 1200, "height": 760}
SIZE = (104, 40)


def main() -> None:
    """Make all of them anew."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        deployment = _deployment(folder, opened)
        with deployment.sync() as sync:
            scene.set_scene(sync, folder)
            (cut_out,) = (job.job_id for job in sync.list_jobs(text="chelsea"))
        pipeline = RemotePipeline(deployment, "album-9", name="Album: twelve months")
        running = opened.enter_context(pipeline)
        running.progress(completed=7, total=12, stage="printing", message="July")
        browser = opened.enter_context(chromium(require_chromium()))
        _draw_page(browser, deployment, cut_out)
        _draw_terminal(browser, CommandLine(folder, _settings(deployment)), cut_out)


def _deployment(folder: Path, opened: ExitStack) -> Deployment:
    """Run the demo, and its deployment again."""
    demo = [sys.executable, "-m", "jobsync.cli", "demo", "--keep", str(folder / "demo")]
    subprocess.run(demo, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    ready = opened.enter_context(embedded_deployment(Start(data=folder / "demo" / "deployment")))
    return Deployment(ready.url, ready.api_key, ready.site_url)


def _settings(deployment: Deployment) -> dict[str, str]:
    return {"CONVEX_URL": deployment.url, "JOBSYNC_API_KEY": deployment.api_key}


def _draw_page(browser: Browser, deployment: Deployment, cut_out: str) -> None:
    for scheme in ("light", "dark"):
        with Visitor(browser, deployment, viewport=SCREEN, color_scheme=scheme) as visitor:
            expect(visitor.page.get_by_text("7 of 12")).to_be_visible()
            _keep(visitor, f"page-jobs-{scheme}")
            visitor.open_job(cut_out)
            expect(visitor.region("Files").locator("img")).to_have_count(3)
            _keep(visitor, f"page-job-{scheme}")


def _keep(visitor: Visitor, name: str) -> None:
    path = PICTURES / f"{name}.png"
    visitor.waits_for_pictures()
    visitor.page.screenshot(path=path, animations="disabled")
    _make_small(path)


def _draw_terminal(browser: Browser, jobsync: CommandLine, cut_out: str) -> None:
    for name, words in (("list", ["list", "-n", "12"]), ("show", ["show", cut_out])):
        terminal = jobsync.in_terminal(*words, size=SIZE)
        terminal.end()
        _make_small(picture_of(terminal, browser, PICTURES / f"terminal-{name}.png"))
    watch = jobsync.in_terminal("watch", size=SIZE)
    watch.wait_for(lambda text: all(words in text for words in ("July", "layer 31", "queued")))
    _make_small(picture_of(watch, browser, PICTURES / "terminal-watch.png"))
    jobsync.close()


def _make_small(path: Path) -> None:
    """Leave 256 colours, which is more than the page has."""
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    main()
