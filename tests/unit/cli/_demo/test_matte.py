import numpy as np
import pytest

from jobsync.cli._demo.matte import subject_matte
from jobsync.cli._demo.pictures import load_all, shipped


@pytest.fixture(scope="module")
def disc():
    """Draw a red disc with a dark hole, on grey with a little noise, and tell where it is."""
    down, across = np.mgrid[-1:1:160j, -1:1:160j]
    radius = np.hypot(down, across)
    rgb = np.full((160, 160, 3), 0.55) + np.random.default_rng(1).normal(0, 0.01, (160, 160, 3))
    rgb[radius < 0.6] = (0.8, 0.15, 0.1)
    rgb[radius < 0.1] = (0.1, 0.1, 0.3)
    return np.clip(rgb, 0, 1), radius


def test_a_subject_that_stands_apart_is_solid_and_its_surroundings_are_clear(disc):
    rgb, radius = disc
    matte = subject_matte(rgb)
    assert matte[radius < 0.5].min() > 0.95
    assert matte[radius > 0.8].max() < 0.05


def test_a_hole_in_the_subject_is_part_of_it(disc):
    rgb, radius = disc
    assert subject_matte(rgb)[radius < 0.08].min() > 0.95


def test_the_edge_is_soft(disc):
    rgb, _ = disc
    matte = subject_matte(rgb)
    partly = (matte > 0.02) & (matte < 0.98)
    assert partly.sum() > 200


def test_an_even_picture_still_gives_a_matte_within_bounds():
    matte = subject_matte(np.full((64, 48, 3), 0.5))
    assert matte.shape == (64, 48)
    assert matte.min() >= 0
    assert matte.max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (2, 2), (300, 1)])
def test_a_picture_of_a_few_pixels_is_all_subject(size):
    random = np.random.default_rng(5)
    np.testing.assert_array_equal(subject_matte(random.uniform(0, 1, (*size, 3))), 1)


def test_a_photograph_gives_a_subject_that_is_neither_nothing_nor_everything():
    astronaut = load_all(shipped()[:1])[0]
    matte = subject_matte(astronaut.rgba[..., :3] / 255)
    assert 0.2 < matte.mean() < 0.8
    height, width = matte.shape
    assert matte[height // 3 : height // 2, width // 3 : width // 2].mean() > 0.9
