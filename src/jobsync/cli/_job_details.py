"""All that a terminal shows of one job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from jobsync.cli._job_parts import (
    error_lines,
    event_table,
    facts,
    file_table,
    headline,
    indented_json,
)
from jobsync.cli._job_table import job_table
from jobsync.cli._times import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, RenderableType

    from jobsync import Asset, Event, Job, JobSummary, Rollup

INDENT = 2
CHILDREN_SHOWN = 10
"""The newest; one more is known, to tell whether there are."""


@dataclass(frozen=True)
class JobDetails:
    """A job with what belongs to it."""

    job: Job
    files: Sequence[Asset]
    children: Sequence[JobSummary]
    rollup: Rollup
    events: Sequence[Event]

    def document(self) -> dict[str, Any]:
        """Return it as JSON; `job` can be saved again."""
        return {
            "job": self.job.to_record(),
            "files": [file.model_dump(mode="json") for file in self.files],
            "children": {
                **self.rollup.model_dump(mode="json", exclude={"job_id"}),
                "jobs": [child.model_dump(mode="json") for child in self.children[:CHILDREN_SHOWN]],
            },
            "events": [event.model_dump(mode="json") for event in self.events],
        }

    def print(self, console: Console, *, with_traceback: bool) -> None:
        """Print it part by part; a part that says nothing is left out."""
        at = now()
        console.print(headline(self.job, console.width))
        console.print(Padding(facts(self.job, at), (1, 0, 0, INDENT), expand=False))
        for title, part in self._parts(console.width, with_traceback=with_traceback):
            console.print()
            console.print(title)
            console.print(Padding(part, (0, 0, 0, INDENT), expand=False))

    def _parts(self, width: int, *, with_traceback: bool) -> Iterator[tuple[Text, RenderableType]]:
        job, room = self.job, width - INDENT
        if job.error is not None:
            trace = job.error_traceback if with_traceback else None
            yield Text("Error", "bold red"), error_lines(job.error, trace)
        if job.result is not None:
            yield Text("Result", "bold"), indented_json(job.result)
        if self.files:
            yield Text(f"Files ({len(self.files)})", "bold"), file_table(self.files, room)
        if self.children:
            yield self._children_title(), self._children_table(room)
        if own := job.model_extra:
            yield Text("Fields of its own", "bold"), indented_json(own)
        if self.events:
            yield Text("Last events", "bold"), event_table(self.events, room)

    def _children_title(self) -> Text:
        counts = self.rollup.counts
        said = ", ".join(f"{count} {state}" for state, count in counts if count)
        some = "newest " if self.rollup.partial else ""
        title = Text(f"Children ({some}{counts.total}: {said})", "bold")
        if self.rollup.progress is not None:
            title.append(f"  {self.rollup.progress:.0f} %")
        return title

    def _children_table(self, width: int) -> RenderableType:
        table = job_table(self.children[:CHILDREN_SHOWN], width, now())
        if len(self.children) <= CHILDREN_SHOWN:
            return table
        return Group(table, Text(f"and more: jobsync list --parent {self.job.job_id}", "dim"))
