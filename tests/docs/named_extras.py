"""What `pip install` names on a page. It is not run: a registry is no part of these tests."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

_NAMED = re.compile(r"jobsync\[([^\]]+)\]")
_DECLARED = re.compile(r"^([\w-]+) = \[", re.MULTILINE)


def unknown_extra(command: str) -> str | None:
    """Return an extra that a command names and that the package does not have."""
    project = (ROOT / "pyproject.toml").read_text()
    table = project.partition("[project.optional-dependencies]\n")[2].partition("\n[")[0]
    declared = set(_DECLARED.findall(table))
    named = (name.strip() for names in _NAMED.findall(command) for name in names.split(","))
    return next((name for name in named if name not in declared), None)
