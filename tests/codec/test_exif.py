import pytest
from PIL import ExifTags, Image

from aictui.codec.exif import descriptive, has_directories, is_readable

CAPTURE = {0x9003: "2020:01:01 00:00:00", 0xA005: {1: "R98"}}
PLACE = {1: "N", 2: (1.0, 2.0, 3.5)}


@pytest.fixture
def exif():
    made = Image.Exif()
    made[0x010F], made[0x0112], made[0x0100] = "Canon", 6, 5  # the last is a width
    made[0x8769], made[0x8825] = CAPTURE, PLACE
    read = Image.Exif()
    read.load(made.tobytes())
    return read


def test_what_describes_a_picture_is_kept_with_its_directories(exif):
    kept = Image.Exif()
    kept.load(descriptive(exif).tobytes())
    assert set(kept) == {0x010F, 0x8769, 0x8825}
    assert kept[0x010F] == "Canon"
    assert kept.get_ifd(0x8769)[0x9003] == CAPTURE[0x9003]
    assert kept.get_ifd(0xA005) == CAPTURE[0xA005]
    assert kept.get_ifd(0x8825) == PLACE


def test_directories_are_told(exif):
    assert has_directories(exif)
    assert not has_directories(Image.Exif())


def test_what_no_program_can_read_is_told(exif):
    assert is_readable(exif.tobytes())
    assert not is_readable(b"Exif\0\0garbage")


def test_every_tag_that_people_write_is_kept_and_none_of_how_pixels_are_stored():
    words = {
        "ImageDescription",
        "Make",
        "Model",
        "XResolution",
        "YResolution",
        "ResolutionUnit",
        "Software",
        "DateTime",
    }
    words |= {"Artist", "HostComputer", "Rating", "RatingPercent", "Copyright"}
    words |= {"XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject"}
    made = Image.Exif()
    for tag in ExifTags.Base:
        if tag < 0x8769 or tag > 0x9003:
            made[tag] = 1
    for tag in ExifTags.Base.Copyright, ExifTags.Base.Rating:
        made[tag] = 1
    assert {ExifTags.Base(tag).name for tag in descriptive(made)} == words
