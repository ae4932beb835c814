"""What becomes known of refusals."""

from __future__ import annotations

from typing import Any

import pytest

from jobsync import InvalidFieldError, Parked, ParkedError
from jobsync.outbox.refusals import Refusals

ERROR = InvalidFieldError("status: no", {"code": "unknown_status"})


def parked(number: int) -> Parked:
    return Parked(number, "http://here", f"job {number}", "upsert", "unknown_status", "no", 0.0, {})


def test_the_first_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The others are counted."""
    refusals = Refusals("park")
    for number in range(3):
        refusals.add(parked(number), ERROR)
    refusals.check()

    assert [record.getMessage().count("job 0") for record in caplog.records] == [1]
    assert refusals.count == 3


def test_they_are_raised_together_and_once() -> None:
    """With the reason of the first."""
    refusals = Refusals("raise")
    for number in range(3):
        refusals.add(parked(number), ERROR)
    with pytest.raises(ParkedError, match=r"'job 0'.*and 2 more"):
        refusals.check()
    refusals.check()


def test_a_function_that_fails_holds_up_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Its error goes to the log."""
    seen: list[Parked] = []

    def hear(each: Parked) -> None:
        seen.append(each)
        raise ValueError("not now")

    refusals = Refusals(hear)
    refusals.add(parked(1), ERROR)

    assert [each.job_id for each in seen] == ["job 1"]
    assert "not now" in caplog.text


@pytest.mark.parametrize("wrong", ["warn", None, 1])
def test_a_word_that_is_none_is_refused(wrong: Any) -> None:
    """The error says which there are."""
    with pytest.raises(InvalidFieldError, match='"park", "raise" or a function'):
        Refusals(wrong)
