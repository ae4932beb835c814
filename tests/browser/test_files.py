"""The files of a job: each kind is shown, played, read or downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.scene import picture, tone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jobsync import ConvexSync
    from tests.browser.visitor import Visitor

BINARY = bytes(range(256)) * 8


@pytest.fixture
def gallery(
    sync: ConvexSync, job_id: str, tmp_path: Path, visitor: Visitor
) -> Callable[[str], None]:
    """Give a job one file of each kind, open its page; return what opens a file there."""
    sync.create_job("render", job_id=job_id)
    picture(tmp_path / "first.png", 20)
    picture(tmp_path / "second.png", 200)
    tone(tmp_path / "tone.wav")
    (tmp_path / "trace.json").write_text('{"stage": "drawing"}')
    (tmp_path / "notes.txt").write_text("<b>12 %</b> too large\n")
    (tmp_path / "model.bin").write_bytes(BINARY)
    for path in tmp_path.iterdir():
        sync.upload_asset(job_id, path)
    visitor.open_job(job_id)

    def open_file(name: str) -> None:
        visitor.region("Files").get_by_role("button", name=name).click()

    return open_file


def test_a_picture_opens_large_and_arrow_keys_lead_to_the_next(
    visitor: Visitor, gallery: Callable[[str], None]
) -> None:
    """And Escape back to the page."""
    gallery("first.png")
    dialog = visitor.page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="first.png")).to_be_visible()
    visitor.page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("heading")).to_have_text("model.bin")
    visitor.page.keyboard.press("ArrowLeft")
    visitor.waits_for_pictures()
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_sound_plays_on_the_page(visitor: Visitor, gallery: Callable[[str], None]) -> None:
    """The policy lets it come from the deployment."""
    sound = visitor.region("Files").locator("audio")
    expect(sound).to_be_visible()
    played = "audio => { audio.muted = true; return audio.play().then(() => audio.duration) }"
    assert sound.evaluate(played) == pytest.approx(0.5)


def test_json_is_read_as_a_tree_and_text_as_text(
    visitor: Visitor, gallery: Callable[[str], None]
) -> None:
    """Not as markup."""
    dialog = visitor.page.get_by_role("dialog")
    gallery("trace.json")
    expect(dialog).to_contain_text("drawing")
    visitor.page.keyboard.press("Escape")
    gallery("notes.txt")
    expect(dialog).to_contain_text("<b>12 %</b> too large")


def test_what_cannot_be_shown_is_downloaded_whole(
    visitor: Visitor, gallery: Callable[[str], None]
) -> None:
    """Under its own name."""
    gallery("model.bin")
    with visitor.page.expect_download() as started:
        visitor.page.get_by_role("dialog").get_by_role("link", name="Download").click()
    assert started.value.suggested_filename == "model.bin"
    assert started.value.path().read_bytes() == BINARY
