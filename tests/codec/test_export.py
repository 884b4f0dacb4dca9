import io

import numpy as np
import pytest
from PIL import Image

import aictui
from aictui.codec.export import encode_picture, export_picture, picture_format
from aictui.errors import UsageError


def exif(**tags):
    made = Image.Exif()
    made[0x010F] = "Canon"
    for tag, value in tags.items():
        made[int(tag[1:], 16)] = value
    return made.tobytes()


@pytest.fixture
def picture(photo):
    def make(mode="RGB", **info):
        image = Image.fromarray(photo)
        if mode.endswith("A"):
            image.putalpha(Image.fromarray(photo[..., 0]))
        image = image.convert(mode)
        image.info.update(info)
        return image

    return make


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def written_formats():
    Image.init()
    suffixes = {}
    for suffix, name in Image.registered_extensions().items():
        if name in Image.SAVE:
            suffixes.setdefault(name, suffix)
    return suffixes


REFUSED = {"AIC", "BLP", "BUFR", "GRIB", "HDF5", "IM", "MSP", "PALM", "WMF", "XBM"}


@pytest.mark.parametrize("name", sorted(REFUSED & set(written_formats())))
def test_a_format_that_holds_no_pictures_is_refused_at_once(name):
    with pytest.raises(UsageError, match="pictures cannot be written as"):
        picture_format(written_formats()[name])


@pytest.mark.parametrize("name", sorted(set(written_formats()) - REFUSED))
def test_pictures_of_every_mode_go_into_every_other_format(picture, name):
    suffix = written_formats()[name]
    for mode in ("L", "LA", "RGB", "RGBA"):
        image = picture(mode)
        data, notices = encode_picture(image, suffix)
        if name in {"EPS", "PDF"}:
            continue  # Pillow writes them only
        found = opened(data)
        if found.size != image.size:
            assert any("scaled" in notice for notice in notices)
            continue
        if mode.endswith("A") and "A" not in found.getbands() and "transparency" not in found.info:
            assert any("transparency" in notice for notice in notices)
        elif not notices:
            difference = np.asarray(found.convert("RGBA")).astype(int) - np.asarray(image.convert("RGBA"))
            assert np.abs(difference).mean() < 4


@pytest.mark.parametrize(
    ("suffix", "mode", "size", "notice"),
    [
        ("gif", "RGB", (144, 96), "256 colours"),
        ("icns", "RGB", None, "squares of fixed sizes"),
        ("dib", "RGBA", (144, 96), "no transparency"),
        ("gif", "L", (144, 96), None),
        ("ico", "RGBA", (144, 96), None),
    ],
)
def test_a_format_that_holds_less_is_told(picture, suffix, mode, size, notice):
    data, notices = encode_picture(picture(mode), suffix)
    assert any(notice in each for each in notices) if notice else notices == []
    assert size is None or opened(data).size == size


def test_an_icon_of_a_large_picture_is_scaled_and_told(picture):
    data, notices = encode_picture(picture().resize((600, 300)), "ico")
    assert opened(data).size == (256, 128)
    assert notices == ["ICO holds at most 256 × 256 pixels; the picture was scaled to 256 × 128"]


@pytest.mark.parametrize("suffix", ["png", "jpg", "mpo", "webp", "avif", "tiff"])
@pytest.mark.parametrize(
    "tags",
    [
        {"x8769": {0x9003: "2020:01:01 00:00:00"}, "x8825": {1: "N", 2: (1.0, 2.0, 3.5)}},
        {"x0112": 0},
        {"x0112": 9},
        {"x0100": 5, "x0101": 7, "x0102": 8, "x0111": 3},
    ],
    ids=["directories", "orientation 0", "orientation 9", "tags of a TIFF"],
)
def test_the_exif_of_cameras_goes_along_and_does_no_harm(picture, suffix, tags):
    image = picture(exif=exif(**tags))
    data, notices = encode_picture(image, suffix)
    found = opened(data)
    assert notices == []
    assert found.size == image.size
    kept = found.getexif()
    assert kept[0x010F] == "Canon"
    for tag in ("x8769", "x8825"):
        assert kept.get_ifd(int(tag[1:], 16)) == tags.get(tag, {})


@pytest.mark.parametrize("suffix", ["png", "jpg", "mpo", "webp", "avif", "tiff"])
def test_exif_as_a_webp_file_holds_it_goes_into_every_other(picture, suffix):
    bare = opened(encode_picture(picture(exif=exif()), "webp")[0]).info["exif"]
    assert not bare.startswith(b"Exif")
    data, notices = encode_picture(picture(exif=bare), suffix)
    assert notices == []
    assert opened(data).getexif()[0x010F] == "Canon"


@pytest.mark.parametrize("suffix", ["png", "jpg", "mpo", "webp", "avif", "tiff"])
@pytest.mark.parametrize("more", [{}, {"exif": exif(x8769={0x9003: "2020:01:01 00:00:00"}), "icc_profile": b"profile"}])
def test_xmp_goes_along_alone_and_with_other_metadata(picture, suffix, more):
    packet = b"<x:xmpmeta>gr\xc3\xb6\xc3\x9fer</x:xmpmeta>"
    data, notices = encode_picture(picture(xmp=packet, **more), suffix)
    found = opened(data)
    assert notices == []
    assert found.info["xmp"] == packet
    assert found.info.get("icc_profile") == more.get("icc_profile")
    if more:
        assert found.getexif()[0x010F] == "Canon"
        assert found.getexif().get_ifd(0x8769) == {0x9003: "2020:01:01 00:00:00"}


@pytest.mark.parametrize("suffix", ["jpg", "mpo"])
@pytest.mark.parametrize("key", ["exif", "xmp"])
def test_metadata_that_is_too_long_is_left_out_and_told(picture, suffix, key):
    value = exif(x0131="x" * 70_000) if key == "exif" else b"<x:xmpmeta>" + b"x" * 70_000
    data, notices = encode_picture(picture(icc_profile=b"an ICC profile", **{key: value}), suffix)
    found = opened(data)
    assert notices == [f"the {key} does not go into {picture_format(suffix)} files and was left out"]
    assert not found.info.get(key)
    assert found.info["icc_profile"] == b"an ICC profile"


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "avif", "tiff"])
def test_damaged_exif_is_left_out_and_told(picture, suffix):
    data, notices = encode_picture(picture(exif=b"Exif\0\0garbage"), suffix)
    assert 0x010F not in opened(data).getexif()
    assert len(notices) == 1
    assert "exif does not go into" in notices[0]


def test_metadata_that_a_format_has_no_place_for_is_called_as_the_options_call_it(picture):
    notices = encode_picture(picture(exif=exif(), icc_profile=b"profile", xmp=b"<x:xmpmeta>"), "bmp")[1]
    assert notices == ["BMP files are written without exif, icc, xmp"]


def test_the_image_itself_is_not_touched(picture):
    image = picture("RGBA", exif=exif())
    before = image.tobytes()
    encode_picture(image, "ico")
    encode_picture(image, "jpg")
    assert image.tobytes() == before
    assert image.info == {"exif": exif()}


def test_a_file_is_exported_with_its_metadata_and_all_notices(linear, photo):
    image = Image.fromarray(photo)
    image.info["exif"] = exif()
    data = aictui.compress(image, model="linear", keep={"exif"})
    exported = export_picture(data, "png")
    assert (exported.width, exported.height, exported.notices) == (*image.size, ())
    assert opened(exported.data).getexif()[0x010F] == "Canon"
    assert any("without exif" in notice for notice in export_picture(data, "bmp").notices)
    assert export_picture(data[:-40], "png").notices


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_xmp_of_any_encoding_is_the_same_text_in_a_png(picture, encoding):
    packet = "<x:xmpmeta>größer</x:xmpmeta>"
    data, notices = encode_picture(picture(xmp=packet.encode(encoding)), "png")
    assert notices == []
    assert opened(data).info["xmp"].decode() == packet


def test_xmp_that_is_no_text_is_left_out_and_told(picture):
    data, notices = encode_picture(picture(xmp="größer".encode("latin-1")), "png")
    assert notices == ["the xmp does not go into PNG files and was left out"]
    assert "xmp" not in opened(data).info
