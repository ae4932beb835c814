"""The tools that the integrations are for: imported when an integration is, and not before."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def need(module: str, extra: str) -> Any:
    """Import a module of a tool; where that is missing, say which extra of jobsync brings it."""
    tool = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != tool:
            # The tool is there, and lacks something itself.
            raise
        raise ModuleNotFoundError(
            f"This integration needs {tool}; get both with: pip install 'jobsync[{extra}]'",
            name=error.name,
        ) from None
