"""The book: Python's language reference, as it comes with every Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pydoc_data.topics import topics


@dataclass(frozen=True)
class Chapter:
    """A chapter by its name."""

    name: str
    text: str


def chapters() -> Iterator[Chapter]:
    """Go through the chapters in the order of their names."""
    for name in sorted(topics):
        yield Chapter(name, topics[name])


CHAPTERS = len(topics)
