import numpy as np
from PIL import Image

from jobsync.cli._demo.drawing import GAP, contact_sheet, save_png


def test_a_png_holds_the_pixels_that_were_saved(tmp_path):
    pixels = np.random.default_rng(3).integers(0, 256, (20, 30, 4), np.uint8)
    save_png(tmp_path / "p.png", pixels)
    with Image.open(tmp_path / "p.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), pixels)


def test_a_mask_is_saved_as_grey(tmp_path):
    save_png(tmp_path / "m.png", np.full((4, 4), 7, np.uint8))
    with Image.open(tmp_path / "m.png") as mask:
        assert mask.mode == "L"


def test_the_contact_sheet_shows_four_pictures_side_by_side():
    on_white = np.full((48, 36, 3), 200, np.uint8)
    on_black = np.full((48, 36, 3), 90, np.uint8)
    rgba = np.zeros((48, 36, 4), np.uint8)
    rgba[:24] = (10, 20, 30, 255)
    sheet = contact_sheet(on_white, on_black, rgba)
    panels = [sheet[:, start : start + 36] for start in range(0, sheet.shape[1], 36 + GAP)]
    assert len(panels) == 4
    assert (panels[0] == 200).all()
    assert (panels[1] == 90).all()
    assert (panels[2][:24] == 255).all()
    assert not panels[2][24:].any()
    assert (panels[3][:24] == (10, 20, 30)).all()
    assert set(np.unique(panels[3][24:])) == {204, 255}
