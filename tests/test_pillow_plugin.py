import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import aictui
from aictui.metrics.psnr import psnr
from tests.conftest import picture

pytestmark = pytest.mark.usefixtures("linear")


@pytest.fixture
def image(photo):
    return Image.fromarray(photo)


def test_pillow_writes_and_reads_the_format_by_its_suffix(tmp_path, image, photo):
    path = tmp_path / "a.aic"
    image.save(path, model="linear", ratio=12)
    assert photo.size / path.stat().st_size >= 12
    with Image.open(path) as found:
        assert (found.format, found.mode, found.size) == ("AIC", "RGB", image.size)
        assert psnr(photo, np.asarray(found)) > 35
    assert Image.MIME["AIC"] == "image/x-aic"


def test_opening_decodes_nothing_until_pixels_are_asked_for(linear, image):
    data = aictui.compress(image, model="linear")
    before = linear.dialogues
    found = Image.open(io.BytesIO(data))
    assert linear.dialogues == before
    found.load()
    assert linear.dialogues == before + 1
    assert found.getpixel((3, 3)) == aictui.decompress(data).getpixel((3, 3))


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_every_mode_survives_with_its_metadata(channels):
    exif = Image.Exif()
    exif[0x010F] = "maker"
    image = Image.fromarray(np.squeeze(picture(40, 30, channels)))
    image.info["exif"] = exif.tobytes()
    buffer = io.BytesIO()
    image.save(buffer, "AIC", model="linear")
    found = Image.open(buffer)
    assert found.mode == image.mode
    assert found.getexif()[0x010F] == "maker"
    if channels > 1:
        assert found.getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_metadata_is_left_out_where_that_is_asked_for(image):
    exif = Image.Exif()
    exif[0x010F] = "maker"
    image.info["exif"] = exif.tobytes()
    for keep, kept in [({}, {"exif"}), ({"keep": ()}, set()), ({"keep": ["icc"]}, set())]:
        buffer = io.BytesIO()
        image.save(buffer, "AIC", model="linear", **keep)
        assert aictui.inspect(buffer.getvalue()).metadata.keys() == kept


def test_metadata_that_is_given_stands_in_for_that_of_the_image(image):
    exif = Image.Exif()
    exif[0x010F] = "maker"
    image.info["icc_profile"], image.info["exif"] = b"a profile", b"Exif\0\0II*\0\x08\0\0\0\0\0"
    for given in (exif, exif.tobytes()):
        buffer = io.BytesIO()
        image.save(buffer, "AIC", model="linear", exif=given, icc_profile=None, xmp=b"<x/>")
        found = Image.open(buffer)
        assert found.getexif()[0x010F] == "maker"
        assert found.info["xmp"] == b"<x/>"
        assert "icc_profile" not in found.info
    assert image.info["icc_profile"] == b"a profile"


def test_xmp_may_be_a_text_and_other_metadata_may_not(tmp_path, image):
    buffer = io.BytesIO()
    image.save(buffer, "AIC", model="linear", xmp="<é/>")
    assert Image.open(buffer).info["xmp"] == "<é/>".encode()
    for wrong in ({"exif": 3}, {"exif": "maker"}, {"icc_profile": [1]}, {"xmp": 1.5}):
        (key,) = wrong
        with pytest.raises(OSError, match=rf"cannot write a\.aic as AIC: {key} takes bytes, not "):
            image.save(tmp_path / "a.aic", model="linear", **wrong)


def test_a_cut_file_opens(image):
    data = aictui.compress(image, model="linear")
    assert Image.open(io.BytesIO(data[: len(data) // 2])).convert("L").size == image.size


def test_damage_is_an_error_as_pillow_knows_it(image):
    data = bytearray(aictui.compress(image, model="linear"))
    data[-20] ^= 1
    found = Image.open(io.BytesIO(bytes(data)))
    with pytest.raises(OSError, match="damaged"):
        found.load()
    data[10] ^= 1
    with pytest.raises(OSError, match="cannot identify"):
        Image.open(io.BytesIO(bytes(data)))


def test_settings_that_do_not_work_are_an_error_and_leave_no_file(tmp_path, image):
    path = tmp_path / "a.aic"
    with pytest.raises(OSError, match=r"cannot write a\.aic as AIC: only one target"):
        image.save(path, model="linear", ratio=3, size=100)
    assert not path.exists()


def test_huge_pictures_are_refused_when_opened(monkeypatch, image):
    data = aictui.compress(image, model="linear")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(data))


def test_importing_the_package_is_enough_and_imports_no_more_than_pillow():
    code = """
import sys, aictui
from PIL import Image
assert ".aic" in Image.registered_extensions()
sys.exit(", ".join({"numpy", "keras", "jax", "torch", "textual", "pluggy"} & set(sys.modules)) or 0)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_verifying_tells_of_damage_without_decoding(image, monkeypatch):
    data = bytearray(aictui.compress(image, model="linear"))
    monkeypatch.setattr("aictui.codec.decode.decode", None)
    Image.open(io.BytesIO(data)).verify()
    with pytest.raises(OSError, match="the file is cut"):
        Image.open(io.BytesIO(data[:-9])).verify()
    data[-20] ^= 1
    with pytest.raises(OSError, match="the file is damaged"):
        Image.open(io.BytesIO(data)).verify()
