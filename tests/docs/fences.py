"""The code blocks of a page, found by Sybil and done one after the other."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest import SkipTest

from sybil import Document, Region
from sybil.parsers.markdown import SkipParser
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, RawFencedCodeBlockLexer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sybil import Example

_FENCES = RawFencedCodeBlockLexer(
    re.compile(r"(?P<language>[^\s`]*)(?P<options>[^\n]*)$\n?", re.MULTILINE)
)
_INVISIBLE = DirectiveInHTMLCommentLexer("invisible-code-block", arguments=".+")
_STAYS = re.compile(r"<!-- stays: next -->\s*\Z")
_TITLE = re.compile(r'\btitle="([^"]+)"')


@dataclass(frozen=True)
class Fence:
    """A block between two fences."""

    language: str
    title: str | None
    source: str
    line: int = 0
    """The line of the page that its first fence is in."""
    stays: bool = False
    """Whether its program goes on beside the page."""


@dataclass
class Reading:
    """What became of a page's blocks."""

    done: Counter[str] = field(default_factory=Counter)
    """How many of each language were done."""
    excepted: list[str] = field(default_factory=list)
    """Why each of the others was not."""


def read(page: Path, do: Callable[[Fence], str | None]) -> Reading:
    """Do each block of a page that is not excepted; fail with what `do` finds wrong."""
    reading = Reading()
    document = Document.parse(str(page), _parser(do, reading), SkipParser())
    for example in document.examples():
        _do(example, reading)
    return reading


def _do(example: Example, reading: Reading) -> None:
    try:
        example.evaluate()
    except SkipTest as reason:
        reading.excepted.append(str(reason))


def _parser(
    do: Callable[[Fence], str | None], reading: Reading
) -> Callable[[Document], Iterator[Region]]:
    def parse(document: Document) -> Iterator[Region]:
        for region in _FENCES(document):
            said = region.lexemes
            title = _TITLE.search(said["options"])
            before = document.text[: region.start]
            fence = Fence(
                said["language"],
                title and title[1],
                said["source"].text,
                before.count("\n") + 1,
                _STAYS.search(before) is not None,
            )
            yield Region(region.start, region.end, fence, evaluate)
        for region in _INVISIBLE(document):
            fence = Fence(region.lexemes["arguments"], None, region.lexemes["source"].text)
            yield Region(region.start, region.end, fence, evaluate)

    def evaluate(example: Example) -> str | None:
        wrong = do(example.parsed)
        if wrong is None:
            reading.done[example.parsed.language] += 1
        return wrong

    return parse
