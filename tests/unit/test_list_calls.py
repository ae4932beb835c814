"""The calls that find jobs and count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobsync import InvalidFieldError
from jobsync._list_calls import ListCalls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EMPTY = {"page": [], "continueCursor": "c", "isDone": True}


class Calls(ListCalls):
    """The calls, with what they ask."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self._answer = answer

    def _query(self, path: str, args: Mapping[str, Any]) -> Any:
        said = {name: value for name, value in args.items() if name != "paginationOpts"}
        self.asked.append((path, said))
        return self._answer

    _read = _query


@pytest.mark.parametrize(
    ("call", "asked"),
    [
        (lambda c: c.list_jobs(), ("jobs:list", {})),
        (
            lambda c: c.list_jobs(
                owner="o", type="t", state="lost", tag="x", source="s", parent="p"
            ),
            (
                "jobs:list",
                {
                    "owner": "o",
                    "type": "t",
                    "state": "lost",
                    "tag": "x",
                    "source": "s",
                    "parent": "p",
                },
            ),
        ),
        (lambda c: c.active_jobs(owner="o"), ("jobs:active", {"owner": "o"})),
        (lambda c: c.jobs_of_source("s"), ("jobs:list", {"source": "s"})),
    ],
)
def test_a_list_asks_for_what_was_said(
    call: Callable[[Calls], Any], asked: tuple[str, dict[str, str]]
) -> None:
    """A filter that was not given is not sent."""
    calls = Calls(EMPTY)

    assert list(call(calls)) == []
    assert calls.asked == [asked]


def test_the_latest_job_of_a_source_may_not_exist() -> None:
    """Then there is none."""
    calls = Calls(None)

    assert calls.latest_of_source("s") is None
    assert calls.asked == [("jobs:getBySource", {"source": "s"})]


def test_a_job_without_children_has_no_progress_from_them() -> None:
    """That is not the same as none of them having begun."""
    counts = dict.fromkeys(("queued", "running", "lost", "succeeded", "failed", "canceled"), 0)
    calls = Calls({"jobId": "a", "progress": None, "counts": counts, "partial": False})
    rollup = calls.rollup("a")

    assert (rollup.progress, rollup.counts.total, rollup.partial) == (None, 0, False)
    assert calls.asked == [("jobs:rollup", {"jobId": "a"})]


def test_counts_have_a_total() -> None:
    """It is that of all states."""
    states = ("queued", "running", "lost", "succeeded", "failed", "canceled")
    calls = Calls({state: number for number, state in enumerate(states)})
    counts = calls.stats(type="t")

    assert (counts.lost, counts.total) == (2, 15)
    assert calls.asked == [("jobs:stats", {"type": "t"})]


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.list_jobs(owner=3),
        lambda c: c.active_jobs(owner=3),
        lambda c: c.jobs_of_source(3),
        lambda c: c.latest_of_source(3),
        lambda c: c.stats(owner=3),
    ],
)
def test_a_filter_that_is_not_text_is_refused_before_anybody_is_asked(
    call: Callable[[Calls], Any],
) -> None:
    """The error names it."""
    calls = Calls(EMPTY)
    with pytest.raises(InvalidFieldError, match=r"(owner|source): must be text"):
        call(calls)

    assert calls.asked == []
