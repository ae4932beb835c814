"""Which files of a folder are meant, and what they are called."""

from __future__ import annotations

from pathlib import Path

from .errors import FileMissingError, InvalidFieldError


def files_in(folder: Path, pattern: str) -> dict[str, Path]:
    """Return the files that a pattern names, by their paths in the folder."""
    if not folder.is_dir():
        raise FileMissingError(f"{folder} is no folder.")
    if not pattern or Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise InvalidFieldError.of("pattern", "must lead below the folder, as `**/*.png` does")
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.glob(pattern))
        if path.is_file()
    }
