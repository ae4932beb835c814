"""The index of a book."""

from __future__ import annotations

import json
import re
from pathlib import Path

from wordbook.book import Chapter

WORD = re.compile(r"[a-z]{3,}")


class Index:
    """The chapters that each word is in, and how often."""

    def __init__(self) -> None:
        self._chapters: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self._chapters)

    def add(self, chapter: Chapter) -> int:
        """Take in a chapter; return how many words it brought that were not there yet."""
        known = len(self)
        for word in WORD.findall(chapter.text.lower()):
            counts = self._chapters.setdefault(word, {})
            counts[chapter.name] = counts.get(chapter.name, 0) + 1
        return len(self) - known

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(self._chapters, indent=1, sort_keys=True))
