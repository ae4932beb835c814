"""Log records as events."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from jobsync.integrations.logs import JobHandler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobsync import ConvexSync


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """Return a logger whose records, from info on, become events."""
    logger, handler = logging.getLogger("pipeline.parts"), JobHandler()
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def test_what_is_logged_in_a_job_is_recorded_in_its_order(
    sync: ConvexSync, job_id: str, logger: logging.Logger
) -> None:
    """With the message as it reads, the logger, the place and the level."""
    with sync.job("render", job_id=job_id):
        logger.debug("too fine")
        logger.info("page %d of %d", 1, 2)
        logger.critical("out of ink")
    first, second = sync.list_events(job_id)

    assert (first.kind, first.level, first.payload["message"]) == ("log", "info", "page 1 of 2")
    assert first.payload["logger"] == "pipeline.parts"
    assert first.payload["line"].startswith("test_logs.py:")
    assert (second.level, second.payload["message"]) == ("error", "out of ink")


def test_an_exception_is_recorded_with_its_traceback(
    sync: ConvexSync, job_id: str, logger: logging.Logger
) -> None:
    """`logger.exception` says all that it would say on a terminal."""
    with sync.job("render", job_id=job_id):
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            logger.exception("no ratio")
    (event,) = sync.list_events(job_id)

    assert event.payload["traceback"].endswith("ZeroDivisionError: division by zero")


def test_outside_of_a_job_nothing_happens(logger: logging.Logger) -> None:
    """The handler may be there for a whole program."""
    logger.warning("nobody records this")


def test_a_message_that_cannot_be_made_does_not_stop_the_work(
    sync: ConvexSync, job_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is reported as logging reports its own mistakes."""
    with sync.job("render", job_id=job_id):
        said = {"name": "pipeline", "msg": "%d pages", "args": ("no number",)}
        JobHandler().handle(logging.makeLogRecord(said))

    assert "Logging error" in capsys.readouterr().err
    assert sync.wait(job_id, timeout=30).state == "succeeded"


def test_what_jobsync_says_itself_is_left_out(sync: ConvexSync, job_id: str) -> None:
    """It is about what cannot be sent, and would add to that."""
    handler = JobHandler()
    logger = logging.getLogger("jobsync.anything")
    logger.addHandler(handler)
    with sync.job("render", job_id=job_id):
        logger.warning("cannot send")
    logger.removeHandler(handler)

    assert list(sync.list_events(job_id)) == []
