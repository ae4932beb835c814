"""Where jobsync's functions go in a project: its whole convex/, or a folder of an app's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from jobsync.cli._failure import CommandError

MANIFEST = ".jobsync.json"
FOLDER = "jobsync"
OURS = ("trackJob.ts", "internalJobs.ts", "ingest.ts")
"""Files that together tell that a convex/ holds these functions at its top."""

ENTRIES = ("schema.ts", "http.ts", "crons.ts")
"""What Convex looks for at the top of an app's functions, and nowhere else."""


@dataclass(frozen=True)
class Layout:
    """Where functions go, as seen from the project."""

    root: Path
    """Where the project has its functions."""
    folder: str
    """Where jobsync's are below that; "" for its top."""

    @property
    def path(self) -> Path:
        """Where jobsync's functions are."""
        return self.root / self.folder

    @property
    def is_app(self) -> bool:
        """Tell whether the project has functions of its own."""
        return self.folder != ""

    def takes(self, file: Path) -> bool:
        """Tell whether a shipped file belongs here: an app has entries and settings of its own."""
        return not self.is_app or file.as_posix() not in {*ENTRIES, "tsconfig.json"}


def find_layout(project: Path) -> Layout:
    """Return where the functions are already, or where they would not be in anybody's way."""
    root = functions_root(project)
    here = project / root
    at_top = Layout(root, "")
    if (here / MANIFEST).exists() or all((here / name).exists() for name in OURS):
        return at_top
    return Layout(root, FOLDER) if _has_files(here) else at_top


def functions_root(project: Path) -> Path:
    """Return where a project has its functions: convex/, unless its convex.json says otherwise."""
    file = project / "convex.json"
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        return Path(said.get("functions", "convex"))
    except FileNotFoundError:
        return Path("convex")
    except (OSError, ValueError, AttributeError, TypeError):
        raise CommandError(
            f"{file} cannot be read; it says where this project's functions are."
        ) from None


def _has_files(folder: Path) -> bool:
    return any(
        path.is_file() and "_generated" not in path.relative_to(folder).parts
        for path in folder.rglob("*")
    )
