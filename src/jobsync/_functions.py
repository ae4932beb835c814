"""Where a deployment has jobsync's functions, and what each is called there."""

from __future__ import annotations

USUAL_FOLDER = "jobsync"
"""Where `jobsync init` puts them in an app that has functions of its own."""


class Functions:
    """The names of the functions: those of docs/contract.md, below the folder that they are in.

    Without a folder they are at the top until they are found elsewhere.
    """

    def __init__(self, folder: str | None = "") -> None:
        self.folder = folder or ""
        self.is_known = folder is not None

    def name(self, path: str) -> str:
        """Return what a function is called on the deployment."""
        return f"{self.folder}/{path}" if self.folder else path

    def places(self) -> tuple[Functions, ...]:
        """Return where to look for them."""
        return (self,) if self.is_known else (Functions(""), Functions(USUAL_FOLDER))

    def found(self, place: Functions) -> None:
        """Know from now on where they are."""
        self.folder = place.folder
        self.is_known = True
