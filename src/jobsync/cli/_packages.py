"""The npm packages that jobsync's functions need, and which of them a project does not name yet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jobsync.cli._failure import CommandError

if TYPE_CHECKING:
    from pathlib import Path


def missing_packages(project: Path, needs: dict[str, str]) -> list[str]:
    """Return what `npm install` is to be told, in its words."""
    file = project / "package.json"
    try:
        said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        named = {**said.get("dependencies", {}), **said.get("devDependencies", {})}
    except FileNotFoundError:
        named = {}
    except (OSError, ValueError, TypeError, AttributeError):
        raise CommandError(f"{file} cannot be read.") from None
    return [f"{name}@{wanted}" for name, wanted in needs.items() if name not in named]
