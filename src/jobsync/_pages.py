"""Lists of the deployment: page by page, each fetched when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .errors import UnexpectedResponseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Query = Callable[[str, Mapping[str, Any]], Any]

PAGE_SIZE = 200


def items(path: str, args: Mapping[str, Any], query: Query) -> Iterator[Any]:
    """Go through what a query answers in pages."""
    cursor: str | None = None
    while True:
        page = query(path, {**args, "paginationOpts": {"numItems": PAGE_SIZE, "cursor": cursor}})
        if not isinstance(page, Mapping):
            raise UnexpectedResponseError("The deployment sent no page of a list.")
        yield from whole(page.get("page"))
        if page.get("isDone"):
            return
        cursor = page.get("continueCursor")


def whole(answer: Any) -> list[Any]:
    """Return what a query answers at once, if it is a list."""
    if not isinstance(answer, list):
        raise UnexpectedResponseError("The deployment did not send a list.")
    return answer
