"""What `watch` knows, and when it is over."""

from __future__ import annotations

import pytest

from jobsync import (
    AuthenticationError,
    ConnectionFailedError,
    Job,
    JobNotFoundError,
    State,
)
from jobsync.cli._board import Board
from jobsync.cli._exit_codes import ExitCode
from jobsync.cli._following import Lost, Missing, News, Reached, Refused, Seen


def seen(job_id: str, state: State) -> Seen:
    times = {"created_at": 0, "updated_at": 0}
    return Seen(Job.model_validate({"job_id": job_id, "status": state, "state": state, **times}))


def board(*news: News, ids: tuple[str, ...] = (), **options: bool) -> Board:
    made = Board(ids, **options)
    for at, each in enumerate(news):
        made.take(each, float(at))
    return made


@pytest.mark.parametrize(
    ("news", "over", "code"),
    [
        ([], False, None),
        ([seen("a", "succeeded")], False, None),
        ([seen("a", "succeeded"), seen("b", "running")], False, None),
        ([seen("a", "succeeded"), seen("b", "lost")], False, None),
        ([seen("a", "succeeded"), seen("b", "succeeded")], True, ExitCode.OK),
        ([seen("a", "succeeded"), seen("b", "failed")], True, ExitCode.FAILED),
        ([seen("a", "succeeded"), seen("b", "canceled")], True, ExitCode.FAILED),
        (
            [seen("a", "failed"), Missing("b", JobNotFoundError("none"))],
            True,
            ExitCode.NOT_FOUND,
        ),
        ([Refused(AuthenticationError("no"))], True, None),
    ],
)
def test_named_jobs_are_watched_until_each_has_ended(
    news: list[News], over: bool, code: ExitCode | None
) -> None:
    """The exit code is the worst of what was seen."""
    named = board(*news, ids=("a", "b"))

    assert named.over is over
    if code is not None:
        assert named.exit_code() is code


def test_active_jobs_are_watched_until_none_is_left() -> None:
    """A job that is active but was not seen yet is waited for."""
    first = seen("a", "running")

    assert not board().over
    assert board(Reached(active=())).over
    assert not board(Reached(active=("a",))).over
    assert not board(Reached(active=("a",)), first).over
    assert not board(Reached(active=("a", "b")), seen("a", "succeeded")).over
    assert board(Reached(active=("a",)), first, seen("a", "succeeded")).over


def test_whoever_wants_more_is_not_sent_away() -> None:
    """With --follow only the person at the terminal ends it."""
    assert not board(Reached(active=()), until_stopped=True).over


def test_a_connection_is_lost_from_the_first_failure_to_the_next_answer() -> None:
    """How long it is lost counts from the first."""
    error = ConnectionFailedError("gone")
    lost = board(Reached(), Lost(error), Lost(error), ids=("a",))

    assert (lost.lost, lost.lost_at) == (error, 1.0)
    lost.take(Reached(), 3.0)
    assert lost.lost is None
