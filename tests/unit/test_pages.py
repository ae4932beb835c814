"""Lists that come in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jobsync import UnexpectedResponseError, _pages

if TYPE_CHECKING:
    from collections.abc import Mapping


class Book:
    """A query that answers the pages that it was given."""

    def __init__(self, *pages: Any) -> None:
        self._pages = list(pages)
        self.asked: list[Mapping[str, Any]] = []

    def query(self, path: str, args: Mapping[str, Any]) -> Any:
        assert path == "jobs:list"
        self.asked.append(args)
        return self._pages.pop(0)


def page(*items: Any, cursor: str, done: bool = False) -> dict[str, Any]:
    return {"page": list(items), "continueCursor": cursor, "isDone": done}


def test_a_page_is_fetched_when_the_one_before_it_is_used_up() -> None:
    """A list that is left early costs no more than what was looked at."""
    book = Book(page(1, 2, cursor="a"), page(cursor="b"), page(3, cursor="c", done=True))
    items = _pages.items("jobs:list", {"owner": "x"}, book.query)
    assert book.asked == []
    assert [next(items), next(items)] == [1, 2]
    assert len(book.asked) == 1
    assert list(items) == [3]

    assert [asked["paginationOpts"]["cursor"] for asked in book.asked] == [None, "a", "b"]
    assert {asked["owner"] for asked in book.asked} == {"x"}


@pytest.mark.parametrize("answer", [None, [], "page", {}, {"page": None}, {"page": {"0": 1}}])
def test_what_is_no_page_is_an_error(answer: Any) -> None:
    """Something else than this backend answered."""
    with pytest.raises(UnexpectedResponseError):
        next(_pages.items("jobs:list", {}, Book(answer).query))


@pytest.mark.parametrize("answer", [None, {}, "list"])
def test_what_is_no_list_is_an_error(answer: Any) -> None:
    """The same for a list that comes at once."""
    assert _pages.whole([1]) == [1]
    with pytest.raises(UnexpectedResponseError):
        _pages.whole(answer)
