"""What a pipeline said, by its own account: the truth that the deployment's records are held to."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Account:
    """A plain file with a line before and after each command.

    Every line is written at once, and the operating system has it then: killing the process loses
    none.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def begun(self, job_id: str, kind: str, number: int) -> None:
        """Note that a command is about to be said."""
        self._note("begun", job_id, kind, number)

    def said(self, job_id: str, kind: str, number: int) -> None:
        """Note that it was taken: from now on it must not be lost."""
        self._note("said", job_id, kind, number)

    def _note(self, *line: str | int) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")


@dataclass
class Said:
    """The numbers of a job's commands, by kind: those that were begun, and those acknowledged."""

    begun: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    said: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def next_number(self) -> int:
        return 1 + max((max(numbers) for numbers in self.begun.values()), default=0)

    def may_be_last(self, kind: str) -> set[int | None]:
        """Return what a field may hold whose last value wins."""
        last = max(self.said[kind], default=0)
        unsure = {number for number in self.begun[kind] if number > last}
        return unsure | {last or None}

    def may_be_progress(self) -> set[int | None]:
        """Return what the progress may be; a further attempt begins without any.

        The latest is certain only if the process that said it ended the job.
        """
        ended_by_this = max(self.begun["create"], default=0)
        certain = bool(self.said["end"]) and max(self.said["progress"], default=0) > ended_by_this
        may_be = self.may_be_last("progress") if certain else {None, *self.begun["progress"]}
        latest = max(filter(None, may_be), default=0)
        if any(again > latest for again in self.said["again"]) and certain:
            return {None}
        return may_be | {None} if any(again > latest for again in self.begun["again"]) else may_be


def read_account(path: Path) -> dict[str, Said]:
    """Read what was said, by job."""
    jobs: dict[str, Said] = defaultdict(Said)
    lines = path.read_bytes().splitlines() if path.exists() else []
    for step, job_id, kind, number in map(json.loads, lines):
        getattr(jobs[job_id], step)[kind].append(number)
    return jobs
