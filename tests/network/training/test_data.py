import numpy as np
import pytest
from PIL import Image

from aictui.errors import InputError
from aictui.network.training.data import PhotoFolder


def folder_of(folder, *, photos, broken):
    for i in range(photos):
        Image.new("RGB", (40 + i, 30), (20 * i, 80, 160)).save(folder / f"{i}.png")
    for i in range(broken):
        (folder / f"broken{i}.png").write_bytes(b"no picture")
    heard = []
    return PhotoFolder(folder, heard.append), heard


def test_crops_have_the_size_asked_for_even_where_photos_are_smaller(tmp_path):
    photos, _ = folder_of(tmp_path, photos=3, broken=0)
    for size in (16, 64):
        crops = photos.crops(5, size)
        assert crops.shape == (5, size, size, 3)
        assert crops.dtype == np.uint8


def test_whether_a_photo_reaches_a_size_is_known_from_headers(tmp_path):
    photos, heard = folder_of(tmp_path, photos=3, broken=2)
    paths = photos.training + photos.held_out
    assert (photos.reach(30, paths), photos.reach(31, paths)) == (True, False)
    assert heard == []


def test_a_photo_that_cannot_be_read_is_told_once_and_taken_off(tmp_path):
    photos, heard = folder_of(tmp_path, photos=6, broken=3)
    for _ in range(3):
        photos.crops(4, 16)
        list(photos.measured(16))
    left = [*photos.training, *photos.held_out]
    assert len(left) == 6
    assert not [path for path in left if path.name.startswith("broken")]
    assert len(heard) == 3
    assert all("broken" in line and line.endswith("it is left out") for line in heard)


def test_where_no_photo_can_be_read_an_error_says_so(tmp_path):
    photos, _ = folder_of(tmp_path, photos=0, broken=2)
    with pytest.raises(InputError, match=r"held out for measuring can be read \(broken\d.png\)"):
        list(photos.measured(16))
    with pytest.raises(InputError, match="none of the photos can be read"):
        photos.crops(1, 16)


def test_which_photos_are_held_out_follows_from_their_names(tmp_path):
    first, _ = folder_of(tmp_path, photos=60, broken=0)
    again = PhotoFolder(tmp_path, print, seed=7)
    assert first.held_out == again.held_out
    assert len(first.held_out) == 2
    assert not set(first.held_out) & set(first.training)
