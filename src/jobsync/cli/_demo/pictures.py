"""The pictures that the demo works on: scikit-image's own, or files that the user names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from jobsync.cli._failure import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

# Photographs, micrographs and artwork that come inside scikit-image's wheel.
SHIPPED = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "logo.png",
    "motorcycle_left.png",
    "retina.jpg",
    "rocket.jpg",
)
# Longest side. Larger ones would show nothing more of jobsync, only of numpy.
MAX_SIDE = 512
OPAQUE = 255


@dataclass(frozen=True)
class Picture:
    """One picture in memory: its pixels (RGBA, 8 bits), and a name fit for files and job ids."""

    name: str
    source: Path
    rgba: NDArray[np.uint8]

    @property
    def has_alpha(self) -> bool:
        """Whether the picture brings its own transparency."""
        return bool(self.rgba[..., 3].min() < OPAQUE)


def shipped() -> list[Path]:
    """Find the default pictures in the installed scikit-image, without importing it."""
    spec = find_spec("skimage")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'skimage'", name="skimage")
    folder = Path(spec.origin).parent / "data"
    return [folder / name for name in SHIPPED]


def load_all(paths: Sequence[Path]) -> list[Picture]:
    """Open every picture before any work starts, so that a wrong name costs nothing."""
    names = _distinct_names(path.stem for path in paths)
    return [_load(path, name) for path, name in zip(paths, names, strict=True)]


def _load(path: Path, name: str) -> Picture:
    try:
        with Image.open(path) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except FileNotFoundError:
        raise CommandError(f"{path}: no such file") from None
    except UnidentifiedImageError:
        raise CommandError(f"{path}: not a picture that Pillow can read") from None
    except (OSError, Image.DecompressionBombError) as error:
        raise CommandError(f"{path}: cannot be read as a picture: {error}") from error
    upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return Picture(name, path, np.asarray(upright))


def _distinct_names(stems: Iterable[str]) -> list[str]:
    names: list[str] = []
    for stem in stems:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:40] or "picture"
        name, number = plain, 2
        while name in names:
            name, number = f"{plain}-{number}", number + 1
        names.append(name)
    return names
