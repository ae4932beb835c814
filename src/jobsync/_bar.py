"""A bar on this side for what a job goes through, drawn by a tool that is installed anyway."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from .errors import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Bar = bool | Literal["tqdm", "rich"]
"""`True` takes tqdm if it is installed, else rich, which always is."""


@contextmanager
def shown(bar: Bar, label: str, total: int | None) -> Iterator[Callable[[], object]]:
    """Show a bar for the length of a block; what it gives is called after each item."""
    if bar is False:
        yield _nothing
    elif bar == "tqdm" or (bar is True and find_spec("tqdm")):
        with _tqdm()(total=total, desc=label) as drawn:
            yield drawn.update
    elif bar in {True, "rich"}:
        with _rich(label, total) as advance:
            yield advance
    else:
        raise InvalidFieldError.of("bar", f'must be True, False, "tqdm" or "rich"; it is {bar!r}')


def _nothing() -> None:
    pass


def _tqdm() -> Any:
    try:
        return import_module("tqdm.auto").tqdm
    except ModuleNotFoundError:
        raise InvalidFieldError.of("bar", "tqdm is not installed: pip install tqdm") from None


@contextmanager
def _rich(label: str, total: int | None) -> Iterator[Callable[[], object]]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    name = TextColumn("{task.description}", markup=False)
    with Progress(name, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
        task = progress.add_task(label, total=total)
        yield lambda: progress.advance(task)
