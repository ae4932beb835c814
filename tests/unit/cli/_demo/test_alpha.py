import numpy as np
import pytest

from jobsync.cli._demo.alpha import BLACK, WHITE, compose, recover, render


def every_colour_at_every_alpha():
    """Make a picture with one row per alpha and one column per colour, 256 levels each."""
    alpha, colour = np.mgrid[0:256, 0:256] / 255
    return np.dstack([colour, colour[:, ::-1], np.roll(colour, 128, axis=1)]), alpha


@pytest.fixture(scope="module")
def fine_picture():
    """Colours and alphas that 8 bits cannot hold, with fully clear and fully solid parts."""
    random = np.random.default_rng(7)
    alpha = np.clip(random.uniform(-0.2, 1.2, (200, 200)), 0, 1)
    return random.uniform(0, 1, (200, 200, 3)), alpha


def both_renders(colour, alpha):
    return render(colour, alpha, WHITE), render(colour, alpha, BLACK)


def test_every_alpha_of_eight_bits_is_recovered_exactly_under_every_colour():
    colour, alpha = every_colour_at_every_alpha()
    recovered = recover(*both_renders(colour, alpha))
    np.testing.assert_array_equal(recovered.rgba[..., 3], np.rint(alpha * 255))
    assert recovered.channel_spread == 0


def test_colours_are_recovered_to_one_level_where_alpha_is_at_least_one_half():
    colour, alpha = every_colour_at_every_alpha()
    rgba = recover(*both_renders(colour, alpha)).rgba.astype(int)
    solid = alpha >= 0.5
    assert np.abs(rgba[..., :3] - np.rint(colour * 255))[solid].max() <= 1


def test_colours_are_exact_where_the_picture_is_opaque():
    colour, alpha = every_colour_at_every_alpha()
    rgba = recover(*both_renders(colour, alpha)).rgba
    np.testing.assert_array_equal(rgba[255, :, :3], np.rint(colour[255] * 255))


def test_a_finer_alpha_is_recovered_to_one_level(fine_picture):
    colour, alpha = fine_picture
    recovered = recover(*both_renders(colour, alpha))
    # Half a level from storing it in 8 bits, and at most half from three rounded channels.
    assert np.abs(recovered.rgba[..., 3] - alpha * 255).max() <= 1 + 1e-9
    assert recovered.channel_spread <= 2


@pytest.mark.parametrize(("share", "level"), [(0.0, 0), (1.0, 255)])
def test_fully_clear_and_fully_solid_stay_so(fine_picture, share, level):
    colour, alpha = fine_picture
    rgba = recover(*both_renders(colour, alpha)).rgba
    assert set(rgba[..., 3][alpha == share]) == {level}


def test_what_is_clear_has_no_colour(fine_picture):
    colour, alpha = fine_picture
    rgba = recover(*both_renders(colour, alpha)).rgba
    assert not rgba[rgba[..., 3] == 0].any()


@pytest.mark.parametrize("background", [WHITE, BLACK])
def test_the_recovered_picture_renders_as_the_original_to_one_level(fine_picture, background):
    colour, alpha = fine_picture
    rgba = recover(*both_renders(colour, alpha)).rgba
    again = compose(rgba, background).astype(int)
    assert np.abs(again - render(colour, alpha, background)).max() <= 1


def test_renders_of_different_subjects_are_told_by_the_spread_of_their_channels():
    on_white = np.full((2, 2, 3), 200, np.uint8)
    on_black = np.zeros((2, 2, 3), np.uint8)
    on_black[0, 0] = (200, 100, 0)
    assert recover(on_white, on_black).channel_spread == 200
