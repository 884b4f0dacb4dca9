import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from aictui.codec.image import read_image
from aictui.errors import InputError

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def stored(image, kind="PNG", **others):
    buffer = io.BytesIO()
    image.save(buffer, kind, **others)
    buffer.seek(0)
    return buffer


@pytest.fixture
def colour(photo):
    return Image.fromarray(photo)


@pytest.mark.parametrize("way", ["path", "text", "stream", "pillow", "array"])
def test_an_image_comes_from_wherever_people_have_it(tmp_path, colour, photo, way):
    path = tmp_path / "a.png"
    colour.save(path)
    source = {"path": path, "text": str(path), "stream": stored(colour), "pillow": colour, "array": photo}[way]
    found = read_image(source)
    assert (found.pixels == photo).all()
    assert (found.mode, found.alpha, found.notices, found.raw_bytes) == ("RGB", None, (), photo.size)


@pytest.mark.parametrize(
    ("mode", "result", "notice"),
    [
        ("1", "L", ""),
        ("L", "L", ""),
        ("LA", "LA", ""),
        ("La", "LA", ""),
        ("P", "RGB", "palette"),
        ("PA", "RGBA", "palette"),
        ("RGB", "RGB", ""),
        ("RGBA", "RGBA", ""),
        ("RGBa", "RGBA", ""),
        ("RGBX", "RGB", "RGBX"),
        ("CMYK", "RGB", "CMYK"),
        ("YCbCr", "RGB", "YCbCr"),
        ("HSV", "RGB", "HSV"),
        ("LAB", "RGB", "LAB"),
        ("I", "L", "16 bits"),
        ("I;16", "L", "16 bits"),
        ("F", "L", "floating"),
    ],
)
def test_every_mode_of_pillow_becomes_grey_or_rgb(colour, mode, result, notice):
    steps = {"La": ("LA",), "PA": ("P",), "RGBa": ("RGBA",), "I;16": ("I",), "LAB": ()}.get(mode, ())
    image = colour
    for step in steps:
        image = image.convert(step)
    if mode == "LAB":
        image = ImageCms.profileToProfile(
            image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
    else:
        image = image.convert(mode)
    found = read_image(image)
    assert found.mode == result
    assert found.pixels.shape[:2] == (colour.height, colour.width)
    assert any(notice in line for line in found.notices) if notice else found.notices == ()


def test_transparent_colours_become_an_alpha_channel(colour, photo):
    palette = colour.quantize(16)
    palette.putpixel((0, 0), 3)
    for image in (palette, colour.convert("L"), colour):
        clear = {"P": 3, "L": int(np.asarray(colour.convert("L"))[0, 0]), "RGB": tuple(photo[0, 0].tolist())}[
            image.mode
        ]
        found = read_image(stored(image, transparency=clear))
        assert found.alpha[0, 0] == 0
        assert found.alpha.max() == 255


def test_a_grey_palette_stays_grey(colour):
    image = colour.convert("L").convert("P")
    found = read_image(image)
    assert (found.mode, found.notices) == ("L", ())
    assert (found.pixels[..., 0] == np.asarray(colour.convert("L"))).all()


def test_sixteen_bits_are_scaled_not_clipped():
    deep = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)
    for source in (deep, stored(Image.fromarray(deep))):
        found = read_image(source)
        assert (found.pixels.ravel() == np.arange(256)).all()
        assert "16 bits" in found.notices[0]


def png(bits, colour_type, row, clear=None):
    """A PNG of one row, given as its bytes; ``clear`` is the colour that stands for transparency."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    samples = {0: 1, 2: 3, 4: 2}[colour_type]
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8 * len(row) // (bits * samples), 1, bits, colour_type, 0, 0, 0))
    key = b"" if clear is None else chunk(b"tRNS", struct.pack(f">{samples}H", *clear))
    data = chunk(b"IDAT", zlib.compress(b"\0" + row))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + head + key + data + chunk(b"IEND", b""))


def deep_png(colour_type, samples, clear=None):
    """A PNG of one row with 16 bits a sample."""
    return png(16, colour_type, struct.pack(f">{len(samples)}H", *samples), clear)


def test_sixteen_bit_colours_are_told():
    found = read_image(deep_png(2, [0xC801] * 3))
    assert found.pixels.tolist() == [[[200, 200, 200]]]
    assert "16 bits" in found.notices[0]


def test_sixteen_bit_grey_with_transparency_stays_grey():
    found = read_image(deep_png(4, [0xC801, 0x6402]))
    assert found.mode == "LA"
    assert (found.pixels.tolist(), found.alpha.tolist()) == ([[[200]]], [[100]])
    assert "16 bits" in found.notices[0]


@pytest.mark.parametrize("kind", ["BMP", "DDS", "TGA", "TIFF", "PNG", "JPEG2000"])
@pytest.mark.parametrize("width", [16, 53, 533])
def test_eight_bits_are_not_taken_for_sixteen(kind, width):
    for mode in ("L", "RGB"):
        assert read_image(stored(Image.new(mode, (width, 16)), kind)).notices == ()


def test_a_sample_that_is_no_number_leaves_the_others_as_they_are():
    values = np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4)
    values[0, :3] = np.inf, -np.inf, np.nan
    found = read_image(stored(Image.fromarray(values), "TIFF"))
    assert found.pixels[0, :3, 0].tolist() == [255, 0, 0]
    assert (found.pixels[1:, :, 0] == np.rint(values[1:] * 255)).all()


def tiff(values, bits, white_is_zero=False):
    """A TIFF of a row of grey samples, with 12 bits packed."""
    if bits == 12:
        digits = "".join(f"{value:03x}" for value in values.tolist())
        data, kind = bytes.fromhex(digits), 1
    else:
        data, kind = values.tobytes(), 3 if values.dtype.kind == "f" else 1
    tags = {256: len(values), 257: 1, 258: bits, 259: 1, 262: 0 if white_is_zero else 1}
    tags |= {273: 8 + 2 + 12 * 10 + 4, 277: 1, 278: 1, 279: len(data), 339: kind}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return io.BytesIO(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + data)


def test_twelve_bits_are_scaled_by_their_own_white():
    found = read_image(tiff(np.array([0, 273, 2730, 4095]), 12))
    assert found.pixels.ravel().tolist() == [0, 17, 170, 255]
    assert found.notices == ("12 bits a sample were reduced to 8",)


@pytest.mark.parametrize("values", [np.array([0, 17 * 257, 65535], "<u2"), np.array([0, 17 / 255, 1], "<f4")])
@pytest.mark.parametrize("white_is_zero", [False, True])
def test_a_tiff_whose_zero_is_white_is_no_negative(values, white_is_zero):
    found = read_image(tiff(values, 8 * values.itemsize, white_is_zero))
    assert found.pixels.ravel().tolist() == ([255, 238, 0] if white_is_zero else [0, 17, 255])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_camera_gives_an_upright_picture(photo, orientation):
    turns = {1: (), 2: (0,), 3: (3,), 4: (1,), 5: (5,), 6: (2,), 7: (6,), 8: (4,)}  # Image.Transpose that undo it
    upright = Image.fromarray(photo)
    turned = upright
    for turn in turns[orientation]:
        turned = turned.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "maker"
    found = read_image(stored(turned, exif=exif.tobytes()))
    assert (found.pixels == photo).all()
    kept = Image.Exif()
    kept.load(found.metadata["exif"])
    assert kept.get(0x0112, 1) == 1
    assert kept[0x010F] == "maker"


CAPTURED = {0x9003: "2020:01:01 00:00:00"}


def camera(orientation=None):
    exif = Image.Exif()
    exif[0x010F], exif[0x8769] = "maker", CAPTURED
    if orientation:
        exif[0x0112] = orientation
    return exif.tobytes()


def raw_profile(exif):
    text = PngImagePlugin.PngInfo()
    text.add_text("Raw profile type exif", f"\nexif\n{len(exif):8}\n{exif.hex()}\n")
    return text


@pytest.mark.parametrize("orientation", [None, 3])
@pytest.mark.parametrize("place", ["tiff", "raw profile"])
def test_exif_is_found_wherever_a_format_keeps_it(colour, photo, place, orientation):
    exif = camera(orientation)
    turned = colour.rotate(180) if orientation else colour
    source = stored(turned, "TIFF", exif=exif) if place == "tiff" else stored(turned, pnginfo=raw_profile(exif))
    found = read_image(source)
    assert (found.pixels == photo).all()
    assert found.notices == ()
    kept = Image.Exif()
    kept.load(found.metadata["exif"])
    assert set(kept) == {0x010F, 0x8769}
    assert kept[0x010F] == "maker"
    assert kept.get_ifd(0x8769) == CAPTURED


def test_what_only_describes_a_tiff_is_no_metadata(colour):
    assert read_image(stored(colour, "TIFF")).metadata == {}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_damaged_exif_is_left_out_and_told(colour, kind):
    found = read_image(stored(colour, kind, exif=b"Exif\0\0garbage"))
    assert found.pixels.shape[:2] == (colour.height, colour.width)
    assert found.notices == ("the EXIF is damaged and was left out",)
    assert "exif" not in found.metadata
    found = read_image(stored(colour, pnginfo=raw_profile(b"garbage")))
    assert found.notices == ("the EXIF is damaged and was left out",)


def test_colour_profiles_go_along_but_not_those_of_inks(colour):
    assert read_image(stored(colour, icc_profile=SRGB)).metadata["icc"] == SRGB
    cmyk = colour.convert("CMYK")
    cmyk.info["icc_profile"] = SRGB
    assert "icc" not in read_image(cmyk).metadata


def test_only_the_first_picture_of_an_animation_is_kept(colour):
    other = colour.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    found = read_image(stored(colour, "WEBP", save_all=True, append_images=[other], lossless=True))
    assert found.pixels.shape[:2] == (colour.height, colour.width)
    assert any("only the first" in notice for notice in found.notices)


def test_only_the_largest_size_of_an_icon_is_kept(colour):
    found = read_image(stored(colour.resize((64, 64)), "ICO", sizes=[(16, 16), (64, 64)]))
    assert (found.width, found.height) == (64, 64)
    assert found.notices == ("the icon has several sizes; only the largest is kept",)
    assert read_image(stored(colour.resize((64, 64)), "ICO", sizes=[(64, 64)])).notices == ()


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 1), (5, 7, 2), (5, 7, 3), (5, 7, 4)])
def test_arrays_of_every_shape_are_understood(shape):
    array = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    found = read_image(array)
    channels = shape[2] if len(shape) == 3 else 1
    assert found.mode == {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]
    assert found.alpha is None or (found.alpha == array[..., -1]).all()


@pytest.mark.parametrize(
    "array",
    [np.zeros((2, 2), float), np.zeros(4, np.uint8), np.zeros((2, 2, 5), np.uint8), np.zeros((0, 3, 3), np.uint8)],
)
def test_arrays_that_are_no_image_are_refused(array):
    with pytest.raises(InputError, match="an array must be"):
        read_image(array)


def test_sources_that_cannot_be_read_say_why_in_one_line(tmp_path, colour, monkeypatch):
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("no picture in here")
    (tmp_path / "folder.png").mkdir()
    whole = stored(colour, "JPEG").getvalue()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "cut.png").write_bytes(stored(colour).getvalue()[:200])
    Image.fromarray(np.full((4, 4), 70_000, np.int32)).save(tmp_path / "deep.tiff")
    cases = {
        "none.png": "does not exist",
        "empty.png": "is empty",
        "text.png": "is not an image",
        "folder.png": "is a folder",
        "cut.jpg": "damaged or cut",
        "cut.png": "damaged or cut",
        "deep.tiff": "has samples up to 70000",
    }
    for name, reason in cases.items():
        with pytest.raises(InputError, match=reason) as caught:
            read_image(tmp_path / name)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="the data is not an image"):
        read_image(io.BytesIO(b"no picture"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(InputError, match="not a regular file"):
        read_image(tmp_path / "pipe.png")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_without_permission_is_told(tmp_path):
    path = tmp_path / "a.png"
    path.touch(0o000)
    path.chmod(0)
    with pytest.raises(InputError, match="may not be read"):
        read_image(path)


@pytest.mark.parametrize("error", [RuntimeError("no decoder"), NotImplementedError("unknown"), struct.error("unpack")])
def test_whatever_pillow_raises_on_pixels_or_exif_is_one_line(tmp_path, colour, monkeypatch, error):
    def fail(_):
        raise error

    colour.save(tmp_path / "a.png")
    monkeypatch.setattr(ImageOps, "exif_transpose", fail)
    with pytest.raises(InputError, match=f"a.png is damaged: {error}"):
        read_image(tmp_path / "a.png")
    with pytest.raises(InputError, match=f"the image is damaged: {error}"):
        read_image(colour)


def test_a_compressed_file_is_no_source_unless_it_is_opened_on_purpose(tmp_path, colour, linear):
    import aictui

    path = tmp_path / "a.aic"
    path.write_bytes(aictui.compress(colour, model="linear"))
    with pytest.raises(InputError, match=r"a\.aic is an \.aic file already"):
        read_image(path)
    with Image.open(path) as image:
        assert read_image(image).pixels.shape == (colour.height, colour.width, 3)


def test_large_images_are_noticed_and_huge_ones_refused(tmp_path, colour, monkeypatch):
    path = tmp_path / "a.png"
    colour.save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    assert "very large" in read_image(path).notices[-1]
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000)
    with pytest.raises(InputError, match="more than 2000 pixels"):
        read_image(path)


def test_a_row_of_pixels_that_would_be_refused_once_compressed_is_refused_before(tmp_path, monkeypatch):
    path = tmp_path / "row.png"
    Image.new("L", (2000, 1)).save(path)
    assert read_image(path).width == 2000
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    with pytest.raises(InputError, match=r"row\.png has 2000 × 1 pixels, which take more memory"):
        read_image(path)


@pytest.mark.parametrize(("peak", "middle", "told"), [(1.2, 77, "from 0 to 1 "), (200.0, 50, "from 0 to 255 ")])
def test_floating_point_samples_may_overshoot_white_and_say_what_white_was(peak, middle, told):
    values = np.array([[0, peak / 4], [peak / 2, peak]], np.float32)
    found = read_image(stored(Image.fromarray(values), "TIFF"))
    assert found.pixels[0, 1, 0] == pytest.approx(middle, abs=1)
    assert told in found.notices[0]


@pytest.mark.parametrize("odd", [-0.5, np.nan, -np.inf])
def test_samples_that_are_negative_or_no_numbers_are_black_and_told(odd):
    values = np.array([[0, 0.25], [odd, 1]], np.float32)
    found = read_image(stored(Image.fromarray(values), "TIFF"))
    assert found.pixels[..., 0].tolist() == [[0, 64], [0, 255]]
    (notice,) = found.notices
    assert notice.endswith("reduced to 8 bits; those below 0, or no numbers, were taken for 0")


def test_floating_point_samples_beyond_that_are_refused():
    with pytest.raises(InputError, match="samples up to 65000; convert it to 8 or 16 bits"):
        read_image(stored(Image.fromarray(np.full((4, 4), 65000, np.float32)), "TIFF"))


@pytest.mark.parametrize("bits", [1, 16])
def test_a_grey_that_stands_for_transparency_becomes_an_alpha_channel(bits):
    values = np.zeros((4, 16), bool if bits == 1 else np.uint16)
    values[1:] = 1 if bits == 1 else 40_000
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "PNG", transparency=0)
    found = read_image(buffer)
    assert found.mode == "LA"
    assert (found.alpha == np.where(values, 255, 0)).all()


@pytest.mark.parametrize(
    ("source", "grey", "alpha"),
    [
        (png(2, 0, b"\x1b", [2]), [0, 85, 170, 255], [255, 255, 0, 255]),
        (png(4, 0, b"\x0b\xfb", [11]), [0, 187, 255, 187], [255, 0, 255, 0]),
        (deep_png(2, [0x0102] * 3 + [0xC801] * 3, [0x0102] * 3), [1, 200], [0, 255]),
    ],
)
def test_the_colour_that_stands_for_transparency_is_found_at_any_depth(source, grey, alpha):
    found = read_image(source)
    assert found.pixels[0, :, 0].tolist() == grey
    assert found.alpha[0].tolist() == alpha


def test_a_colour_profile_that_pillow_does_not_unpack_is_told_with_a_way_out(colour):
    buffer = io.BytesIO()
    colour.save(buffer, "PNG", icc_profile=bytes(3 << 20))
    with pytest.raises(InputError, match="a colour profile or text of more than 1 MiB; save the image without that"):
        read_image(buffer)
