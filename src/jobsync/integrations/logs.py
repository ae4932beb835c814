"""Log records as events of the job that they are logged in."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal

from jobsync import current_job

if TYPE_CHECKING:
    Level = Literal["debug", "info", "warning", "error"]

OUR_OWN = "jobsync"
LONGEST_MESSAGE = 16_000


class JobHandler(logging.Handler):
    """Makes each record an event of kind `log` of the job that it is logged in; elsewhere, nothing.

    `logging.getLogger().addHandler(JobHandler(logging.INFO))`. Like all events they are sent in the
    background. What jobsync logs itself is left out, since most of it is about what could not be
    sent.
    """

    def __init__(self, level: int | str = logging.INFO) -> None:
        super().__init__(level)
        self.addFilter(lambda record: record.name.partition(".")[0] != OUR_OWN)

    def emit(self, record: logging.LogRecord) -> None:
        """Record one."""
        job = current_job()
        if job is None:
            return
        try:
            job.event("log", _payload(record), level=_level(record.levelno))
        except Exception:  # noqa: BLE001 (logging must not raise, whatever was logged)
            self.handleError(record)


def _payload(record: logging.LogRecord) -> dict[str, Any]:
    payload = {
        "message": record.getMessage()[:LONGEST_MESSAGE],
        "logger": record.name,
        "line": f"{record.filename}:{record.lineno}",
    }
    if record.exc_info:
        # The end of a traceback says what went wrong.
        trace = logging.Formatter().formatException(record.exc_info)
        payload["traceback"] = trace[-LONGEST_MESSAGE:]
    return payload


def _level(number: int) -> Level:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warning"
    return "info" if number >= logging.INFO else "debug"
