"""What a check of `doctor` found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """The outcome of one check."""

    check: str
    ok: bool | None
    """`None`: it could not be checked, for a reason that another finding gives."""
    found: str
    fix: str | None = None
