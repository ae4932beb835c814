"""The page follows a pipeline that runs in another process, and reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.browser.remote_pipeline import RemotePipeline
    from tests.browser.visitor import Visitor

    Start = Callable[..., RemotePipeline]


def picture(path: Path, colour: str) -> str:
    Image.new("RGB", (160, 90), colour).save(path)
    return str(path)


def is_loaded(image: Locator) -> bool:
    return bool(image.evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))


def test_the_bar_moves_and_the_stage_changes_as_the_pipeline_reports(
    visitor: Visitor, pipeline: Start, job_id: str
) -> None:
    """On the job's own page, without a reload."""
    running = pipeline(job_id, name="Poster")
    visitor.open_job(job_id)
    progress = visitor.region("Progress")
    bar = progress.get_by_role("progressbar")
    running.progress(10, stage="drawing", message="first lines")
    expect(bar).to_have_attribute("value", "10")
    expect(progress).to_contain_text("drawing")
    expect(progress).to_contain_text("first lines")
    running.progress(60, stage="colouring", message=None)
    expect(bar).to_have_attribute("value", "60")
    expect(progress).to_contain_text("colouring")
    running.finish({"pages": 3})
    visitor.sees_state("succeeded")
    expect(bar).to_have_attribute("value", "100")


def test_a_card_in_the_list_moves_by_itself(visitor: Visitor, pipeline: Start, job_id: str) -> None:
    """From the moment in which the job begins to its end."""
    visitor.open_jobs(f"?text={job_id}")
    running = pipeline(job_id, name="Poster")
    card = visitor.page.get_by_role("article")
    expect(card).to_contain_text("running")
    running.progress(25, stage="drawing")
    expect(card.get_by_role("progressbar")).to_have_attribute("value", "25")
    expect(card).to_contain_text("drawing")
    running.finish()
    expect(card).to_contain_text("succeeded")


def test_pictures_appear_as_they_are_made(
    visitor: Visitor, pipeline: Start, job_id: str, tmp_path: Path
) -> None:
    """Each is really there: its bytes came, and the policy of the page lets it be shown."""
    running = pipeline(job_id)
    visitor.open_job(job_id)
    files = visitor.region("Files")
    for number, colour in enumerate(("tomato", "teal"), start=1):
        running.do("upload", picture(tmp_path / f"{colour}.png", colour))
        image = files.locator("img")
        expect(image).to_have_count(number)
        assert is_loaded(image.last)
    running.finish()


def test_events_come_as_they_are_recorded(visitor: Visitor, pipeline: Start, job_id: str) -> None:
    """With what they tell, and those of other levels out of the way on demand."""
    running = pipeline(job_id)
    visitor.open_job(job_id)
    running.do("event", "opened", {"file": "fox.svg"})
    running.do("event", "odd colour", level="warning")
    events = visitor.region("Events")
    expect(events).to_contain_text("opened")
    expect(events).to_contain_text("odd colour")
    running.finish()


def test_a_failure_shows_its_error_and_its_traceback_on_demand(
    visitor: Visitor, pipeline: Start, job_id: str
) -> None:
    """The exception that ended the block, on the page and in the list."""
    running = pipeline(job_id)
    visitor.open_job(job_id)
    running.break_down("the ink has dried up")
    visitor.sees_state("failed")
    progress = visitor.region("Progress")
    expect(progress).to_contain_text("the ink has dried up")
    expect(progress.get_by_text("raise RuntimeError")).to_be_hidden()
    progress.get_by_text("Traceback", exact=True).click()
    expect(progress.get_by_text("raise RuntimeError")).to_be_visible()
    visitor.open_jobs(f"?text={job_id}")
    expect(visitor.page.get_by_role("article")).to_contain_text("the ink has dried up")


def test_cancel_reaches_the_pipeline_and_tells_it_why(
    visitor: Visitor, pipeline: Start, job_id: str
) -> None:
    """It raises JobCanceled in the middle of the work, in the other process."""
    running = pipeline(job_id, name="Endless")
    visitor.open_job(job_id)
    running.toil()
    visitor.page.get_by_role("button", name="Cancel Endless").click()
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("wrong colours")
    dialog.get_by_role("button", name="Cancel the job").click()
    running.wait_until_canceled()
    visitor.sees_state("canceled")
    expect(visitor.page.get_by_text("“wrong colours”")).to_be_visible()


def test_retry_queues_a_failed_job_which_a_pipeline_then_takes_up(
    visitor: Visitor, pipeline: Start, job_id: str
) -> None:
    """Its second attempt succeeds."""
    pipeline(job_id, name="Second thoughts").break_down("not like this")
    visitor.open_job(job_id)
    visitor.page.get_by_role("button", name="Retry Second thoughts").click()
    visitor.sees_state("queued")
    pipeline(job_id).finish("better")
    visitor.sees_state("succeeded")
    expect(visitor.page.get_by_text("2 of 2")).to_be_visible()
