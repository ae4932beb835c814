"""The card of a job, in a notebook and in a terminal."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest

from jobsync._card import COLOURS, Card
from jobsync.models import Job

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


class Elements(HTMLParser):
    """What a browser would make of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_card_shows_how_a_job_stands() -> None:
    """Who it is, its state, how far it is and what it is at."""
    card = Card(
        "poster-17", "running", "Fox", 2, "drawing", "page 9", progress=45.9, completed=9, total=20
    )
    shown = Elements(card.html())
    words = " ".join(shown.words)

    assert shown.open == []
    for part in ("Fox", "poster-17", "running", "attempt 2", "drawing · page 9", "45 % · 9 of 20"):
        assert part in words
    assert 'aria-valuenow="45.9"' in card.html()
    assert repr(card) == "poster-17: running, 45 %, 9 of 20, drawing · page 9"


def test_a_card_of_little_shows_no_more_than_there_is() -> None:
    """No bar that stands at nothing, no empty line."""
    html = Card("poster-17", "queued").html()

    assert "progressbar" not in html
    assert "None" not in html
    assert repr(Card("poster-17", "queued")) == "poster-17: queued"


def test_a_job_that_has_ended_says_how_and_how_long_it_took() -> None:
    """The error in its own words, whether it was stored as text or with its kind."""
    ended = {"started_at": NOON, "finished_at": NOON + timedelta(seconds=80)}
    for error in ("no paper", {"message": "no paper", "type": "ValueError"}):
        html = Card("poster-17", "failed", error=error, **ended).html()
        assert "no paper" in html
        assert "in 0:01:20" in html


@pytest.mark.parametrize("state", COLOURS)
def test_each_state_has_its_colour(state: str) -> None:
    """And says its word beside it: colour alone tells nothing."""
    html = Card("poster-17", state).html()

    assert COLOURS[state] in html
    assert state in html


def test_hostile_text_stays_text() -> None:
    """Neither markup nor control characters reach whoever shows the card."""
    evil = "<script>alert(1)</script>\"'&\x1b[2J\u202e"
    card = Card(evil, "failed", evil, 1, evil, evil, error={"message": evil})
    harmless = Elements(Card("a", "failed", "a", 1, "a", "a", error="a").html())

    assert Elements(card.html()).tags == harmless.tags
    assert card.html().count("&lt;script&gt;") == 5
    assert repr(card).isprintable()


def test_a_bar_never_leaves_its_frame() -> None:
    """Whatever a job says of its progress."""
    assert "width:100.0%" in Card("a", "running", progress=250.0).html()
    assert "width:0.0%" in Card("a", "running", progress=-3.0).html()


def test_a_job_shows_itself_as_its_card() -> None:
    """HTML for a notebook, a line for a terminal; what it holds besides stays out of both."""
    times = {"created_at": NOON, "updated_at": NOON}
    job = Job(job_id="a", status="working", state="running", stage="x", idea="secret", **times)

    assert "secret" not in job._repr_html_()
    assert "running" in job._repr_html_()
    assert str(job) == "a: running, x"
