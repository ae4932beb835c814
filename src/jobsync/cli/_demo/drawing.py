"""The picture files of a job: what it renders, what it puts out, what it shows for debugging."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CHECKER_SIDE = 12
GAP = 12


def save_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write grey, RGB or RGBA pixels, quickly rather than as small as possible."""
    Image.fromarray(pixels).save(path, compress_level=3)


def contact_sheet(
    on_white: NDArray[np.uint8], on_black: NDArray[np.uint8], recovered: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Put the two renders, the recovered alpha, and the cut-out on a checkerboard side by side."""
    height, width = recovered.shape[:2]
    board = Image.fromarray(_checkerboard(height, width)).convert("RGBA")
    board.alpha_composite(Image.fromarray(recovered))
    grey = np.repeat(recovered[..., 3:], 3, axis=2)
    cut_out = np.asarray(board.convert("RGB"))
    gap = np.full((height, GAP, 3), 128, np.uint8)
    return np.hstack([on_white, gap, on_black, gap, grey, gap, cut_out])


def _checkerboard(height: int, width: int) -> NDArray[np.uint8]:
    down, across = np.indices((height, width)) // CHECKER_SIDE
    return np.where((down + across) % 2, 255, 204).astype(np.uint8)
