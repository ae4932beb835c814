"""How an outage is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobsync.outbox.outage import Outage

if TYPE_CHECKING:
    import pytest


def test_an_outage_is_told_once_until_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    """Four files and two lanes that one outage holds up are one line; the next outage is news."""
    outage = Outage()
    for lane in range(6):
        outage.tell(ConnectionError(f"first, {lane}"))
    outage.is_over()
    outage.tell(ConnectionError("second"))

    assert [record.getMessage() for record in caplog.records] == [
        "What waits to be sent is kept and sent later: first, 0",
        "What waits to be sent is kept and sent later: second",
    ]
