"""A soft matte of a picture's subject: what stands apart in colour from the picture's rim."""

# scikit-image ships annotations for some of its functions only.
# mypy: disable-error-code="no-untyped-call,no-any-return"

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from skimage import color, filters, measure, morphology

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float64]

LAB_BINS = (16, 40, 40)
ROUNDS = 4
TINY = 1e-9
# Of the picture's area: a larger hole is background seen through the subject.
LARGEST_FILLED_HOLE = 0.08
# Of the largest region's area: a smaller one is a speck.
SMALLEST_KEPT_REGION = 0.1


def subject_matte(rgb: Plane) -> Plane:
    """
    Answer alpha, 0 to 1, for the subject of an opaque picture (0 to 1).

    Colour histograms of subject and background are estimated in turns, starting from centre
    against rim; the outline is then cleaned, and softened along the edges of the picture itself.
    """
    likelihood = _subject_likelihood(rgb)
    brush = max(2, round(min(rgb.shape[:2]) / 110))
    outline = _clean(likelihood > filters.threshold_otsu(likelihood), brush)
    if not outline.any():
        # Nothing stands apart: all of it is the subject.
        return np.ones_like(likelihood)
    return _soften(outline, color.rgb2gray(rgb), brush)


def _subject_likelihood(rgb: Plane) -> Plane:
    radius = _distance_from_centre(*rgb.shape[:2])
    near_centre = 1 / (1 + np.exp((radius - 1.05) / 0.14))
    bins = _lab_bins(rgb)
    subject = np.clip(1 - radius, 0, 1)
    background = np.clip(radius - 0.75, 0, 1)
    for _ in range(ROUNDS):
        of_subject = _histogram(bins, subject)
        of_background = _histogram(bins, background)
        ratio = of_subject / (of_subject + of_background + TINY)
        subject = filters.gaussian(ratio[bins], 2) * near_centre
        background = (1 - subject) * np.clip(radius - 0.4, 0, 1)
    return subject


def _distance_from_centre(height: int, width: int) -> Plane:
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.hypot(down, across)


def _lab_bins(rgb: Plane) -> NDArray[np.int64]:
    lab = color.rgb2lab(rgb)
    shares = np.stack([lab[..., 0] / 100, *((lab[..., i] + 100) / 200 for i in (1, 2))])
    cells = [
        np.clip(share * count, 0, count - 1).astype(np.int64)
        for share, count in zip(shares, LAB_BINS, strict=True)
    ]
    return np.ravel_multi_index(cells, LAB_BINS)


def _histogram(bins: NDArray[np.int64], weights: Plane) -> Plane:
    counts = np.bincount(bins.ravel(), weights.ravel(), minlength=int(np.prod(LAB_BINS)))
    smooth = filters.gaussian(counts.reshape(LAB_BINS), 1).ravel()
    # A picture of a few pixels may be all rim and no centre.
    return smooth / max(smooth.sum(), TINY)


def _clean(mask: NDArray[np.bool_], brush: int) -> NDArray[np.bool_]:
    closed = morphology.closing(mask, morphology.disk(2 * brush))
    opened = morphology.opening(closed, morphology.disk(brush))
    regions = measure.label(opened)
    areas = np.bincount(regions.ravel())
    areas[0] = 0
    kept = areas[regions] >= SMALLEST_KEPT_REGION * max(1, areas.max())
    return kept | _holes(kept)


def _holes(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    gaps = measure.label(~mask, connectivity=1)
    rim = np.concatenate([gaps[0], gaps[-1], gaps[:, 0], gaps[:, -1]])
    small = np.bincount(gaps.ravel()) < LARGEST_FILLED_HOLE * mask.size
    small[rim] = False
    small[0] = False
    return small[gaps]


def _soften(outline: NDArray[np.bool_], guide: Plane, brush: int) -> Plane:
    """Apply a guided filter: inside each window alpha is a linear function of the picture."""
    sigma = brush * 1.6
    target = filters.gaussian(outline.astype(np.float64), brush * 0.6)
    mean_guide, mean_target = filters.gaussian(guide, sigma), filters.gaussian(target, sigma)
    covariance = filters.gaussian(guide * target, sigma) - mean_guide * mean_target
    variance = filters.gaussian(guide * guide, sigma) - mean_guide**2
    slope = covariance / (variance + 1e-3)
    offset = mean_target - slope * mean_guide
    matte = filters.gaussian(slope, sigma) * guide + filters.gaussian(offset, sigma)
    # Stretched, so that the inside is truly opaque and the outside truly empty.
    return np.clip((matte - 0.1) / 0.8, 0, 1)
