import numpy as np
import pytest
from PIL import Image

from jobsync.cli._demo.pictures import MAX_SIDE, load_all, shipped
from jobsync.cli._failure import CommandError


def save(path, mode="RGB", size=(40, 30), colour="red"):
    Image.new(mode, size, colour).save(path)
    return path


def test_there_are_at_least_eight_shipped_pictures_and_all_open():
    assert len(load_all(shipped())) >= 8


def test_a_large_picture_is_shrunk_and_keeps_its_shape(tmp_path):
    (picture,) = load_all([save(tmp_path / "wide.png", size=(2000, 500))])
    assert picture.rgba.shape == (MAX_SIDE // 4, MAX_SIDE, 4)


def test_only_a_picture_with_transparency_has_alpha(tmp_path):
    opaque = save(tmp_path / "opaque.png", "RGBA", colour=(1, 2, 3, 255))
    clear = save(tmp_path / "clear.png", "RGBA", colour=(1, 2, 3, 40))
    assert [picture.has_alpha for picture in load_all([opaque, clear])] == [False, True]


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_every_colour_mode_becomes_rgba(tmp_path, mode):
    suffix = "tiff" if mode == "CMYK" else "png"
    (picture,) = load_all([save(tmp_path / f"p.{suffix}", mode, colour=0)])
    assert picture.rgba.shape == (30, 40, 4)
    assert picture.rgba.dtype == np.uint8


def test_a_photograph_that_was_held_sideways_is_turned(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 30)).save(tmp_path / "sideways.jpg", exif=exif)
    (picture,) = load_all([tmp_path / "sideways.jpg"])
    assert picture.rgba.shape[:2] == (40, 30)


def test_names_are_fit_for_files_and_distinct(tmp_path):
    (tmp_path / "other").mkdir()
    paths = [
        save(tmp_path / "My photo (1).png"),
        save(tmp_path / "cat.png"),
        save(tmp_path / "other" / "cat.png"),
        save(tmp_path / "ä.png"),
    ]
    names = [picture.name for picture in load_all(paths)]
    assert names == ["My-photo-1", "cat", "cat-2", "picture"]


def test_a_file_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"gone\.png: no such file"):
        load_all([tmp_path / "gone.png"])


def test_a_file_that_is_no_picture_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(CommandError, match=r"notes\.txt: not a picture"):
        load_all([tmp_path / "notes.txt"])


def test_a_picture_that_was_cut_off_is_named(tmp_path):
    whole = save(tmp_path / "whole.png", size=(300, 300)).read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match=r"cut\.png: cannot be read"):
        load_all([tmp_path / "cut.png"])
