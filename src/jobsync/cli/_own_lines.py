"""The lines that an app's own files need for jobsync: which are missing, and where they go.

Nobody's file is written here; only one that is missing altogether is made, with nothing else in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobsync.cli._failure import CommandError
from jobsync.cli._layout import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMENTS = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
ROUTES = re.compile(r"""["'`]/api/(?:job|health)["'`]""")


@dataclass(frozen=True)
class MissingLine:
    """A line to add to a file of the app's own."""

    file: Path
    """As seen from the project."""
    line: int | None
    """After which line; `None` where the file does not tell."""
    where: str
    text: str


@dataclass(frozen=True)
class _Entry:
    """One of the files that an app has once, and how jobsync takes part in it."""

    name: str
    """Without its ending, which the app chooses."""
    source: str
    imported: str
    present: str
    """What is in a file that has the line already."""
    anchor: str
    """After which text the line goes; its group, if it has one, names what the line is about."""
    where: str
    line: str
    whole: str
    """The file of an app that has none."""

    @property
    def import_line(self) -> str:
        return f'import {{ {self.imported} }} from "./{FOLDER}/{self.source}";'


SCHEMA = _Entry(
    name="schema",
    source="tables",
    imported="jobsyncTables",
    present=r"(?:\.\.\.|defineSchema\()\s*jobsyncTables",
    anchor=r"defineSchema\(\s*\{",
    where="in the object that defineSchema takes",
    line="...jobsyncTables,",
    # Without a schema an app may have any table, and goes on having it.
    whole="""\
import {{ defineSchema }} from "convex/server";
{import_line}

export default defineSchema(
  {{
    ...jobsyncTables,
  }},
  {{ strictTableNameTypes: false }},
);
""",
)
HTTP = _Entry(
    name="http",
    source="httpRoutes",
    imported="addJobsyncRoutes",
    present=r"addJobsyncRoutes\s*\(",
    anchor=r"(\w+)\s*=\s*httpRouter\(\)[ ;]*",
    where="after the router is made",
    line="addJobsyncRoutes({name}{options});",
    whole="""\
import {{ httpRouter }} from "convex/server";
{import_line}

const http = httpRouter();

addJobsyncRoutes(http);

export default http;
""",
)
CRONS = _Entry(
    name="crons",
    source="cronEntries",
    imported="addJobsyncCrons",
    present=r"addJobsyncCrons\s*\(",
    anchor=r"(\w+)\s*=\s*cronJobs\(\)[ ;]*",
    where="after the schedule is made",
    line="addJobsyncCrons({name});",
    whole="""\
import {{ cronJobs }} from "convex/server";
{import_line}

const crons = cronJobs();

addJobsyncCrons(crons);

export default crons;
""",
)


class OwnFiles:
    """The schema, router and schedule of an app that has functions of its own."""

    def __init__(self, project: Path, root: Path, tables: str) -> None:
        self._project = project
        self._root = root
        self._texts = {
            entry.name: find_text(project, root, entry.name) for entry in (SCHEMA, HTTP, CRONS)
        }
        self._refuse_tables_of_the_same_name(tables)

    def absent(self) -> dict[Path, str]:
        """Return the files that the app does not have, and what they would hold."""
        return {
            self._root / f"{entry.name}.ts": entry.whole.format(import_line=entry.import_line)
            for entry in (SCHEMA, HTTP, CRONS)
            if self._texts[entry.name] is None
        }

    def missing(self) -> list[MissingLine]:
        """Return the lines that are not there yet."""
        return [line for entry in (SCHEMA, HTTP, CRONS) for line in self._missing_in(entry)]

    def _missing_in(self, entry: _Entry) -> Iterator[MissingLine]:
        found = self._texts[entry.name]
        if found is None:
            return
        file, text = found
        if not re.search(rf"import\s[^;]*\b{entry.imported}\b", text):
            yield MissingLine(file, None, "at the top", entry.import_line)
        if not re.search(entry.present, text):
            anchor = re.search(entry.anchor, text)
            line = None if anchor is None else text.count("\n", 0, anchor.end()) + 1
            yield MissingLine(file, line, entry.where, _line(entry, text, anchor))

    def _refuse_tables_of_the_same_name(self, tables: str) -> None:
        file, text = self._texts["schema"] or (None, "")
        ours = set(re.findall(r"^  (\w+): defineTable", tables, re.MULTILINE))
        theirs = re.findall(r"""["']?(\w+)["']?\s*:\s*defineTable\b""", text)
        same = sorted(ours.intersection(theirs))
        if same:
            raise CommandError(
                f"Nothing was written: {file} has tables of its own named {', '.join(same)}, and "
                "so has jobsync. As a component it keeps its tables apart from the app's: "
                "`jobsync init --component`."
            )


def find_text(project: Path, root: Path, name: str) -> tuple[Path, str] | None:
    """Return a file of an app's own and what it holds, with its comments blanked out."""
    for ending in ("ts", "js"):
        file = root / f"{name}.{ending}"
        try:
            text = (project / file).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError):
            raise CommandError(f"{project / file} cannot be read.") from None
        return file, COMMENTS.sub(lambda found: "\n" * found[0].count("\n"), text)
    return None


def _line(entry: _Entry, text: str, anchor: re.Match[str] | None) -> str:
    name = anchor[1] if anchor is not None and anchor.re.groups else entry.name
    options = ', { prefix: "/jobsync" }' if ROUTES.search(text) else ""
    return entry.line.format(name=name, options=options)
