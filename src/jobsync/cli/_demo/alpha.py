"""Transparency from two renders: the same subject on white and on black tells alpha and colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHITE = 1.0
BLACK = 0.0


@dataclass(frozen=True)
class Recovered:
    """The picture found again, and how far its channels disagreed about alpha (levels of 255)."""

    rgba: NDArray[np.uint8]
    channel_spread: int


def render(
    colour: NDArray[np.float64], alpha: NDArray[np.float64], background: float
) -> NDArray[np.uint8]:
    """Compose `colour` over an even `background` (all 0 to 1), rounded to 8 bits."""
    coverage = alpha[..., None]
    return to_levels(colour * coverage + background * (1 - coverage))


def recover(on_white: NDArray[np.uint8], on_black: NDArray[np.uint8]) -> Recovered:
    """
    Find alpha and un-premultiplied colour from the two renders.

    `white - black` is `255 - alpha` in every channel. When alpha had 8 bits this is exact, since
    255 - alpha is whole and both renders round alike; of a finer alpha each channel is at most one
    level off, and the mean of three is closer. Fully opaque and fully transparent are always exact.
    """
    white = on_white.astype(np.int16)
    black = on_black.astype(np.int16)
    difference = white - black
    alpha = np.clip(np.rint(255 - difference.mean(axis=-1)), 0, 255)
    # Both renders hold the premultiplied colour; their mean halves the rounding noise.
    premultiplied = (black + white - 255 + alpha[..., None]) / 2
    colour = premultiplied * 255 / np.maximum(alpha, 1)[..., None]
    colour[alpha == 0] = 0
    rgba = np.dstack([np.clip(np.rint(colour), 0, 255), alpha]).astype(np.uint8)
    return Recovered(rgba, channel_spread=int(np.ptp(difference, axis=-1).max()))


def compose(rgba: NDArray[np.uint8], background: float) -> NDArray[np.uint8]:
    """Render a stored picture again, to compare it with the render that it came from."""
    shares = rgba.astype(np.float64) / 255
    return render(shares[..., :3], shares[..., 3], background)


def to_levels(shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Round shares of 0 to 1 to the 256 levels of a PNG."""
    return np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
