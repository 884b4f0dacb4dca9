import io
import struct
import warnings
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from aictui.errors import Cancelled, InputError
from aictui.opening import holds_more, opened_image, reading


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (40, 30)).save(path)
    return path


def unknown_dds():
    """A picture of a kind for which Pillow raises `NotImplementedError`."""
    pixel_format = struct.pack("<8I", 32, 4, int.from_bytes(b"DX99", "little"), 0, 0, 0, 0, 0)
    return b"DDS " + struct.pack("<7I", 124, 0x1007, 8, 8, 0, 0, 0) + bytes(44) + pixel_format + bytes(20)


def test_a_picture_of_an_unknown_kind_is_told(tmp_path):
    (tmp_path / "a.dds").write_bytes(unknown_dds())
    with pytest.raises(InputError, match=r"a\.dds cannot be read as an image"), opened_image(tmp_path / "a.dds"):
        pass


def failing(error):
    def fail(*_arguments, **_keywords):
        raise error

    return fail


def test_an_image_is_open_with_its_header_read_for_as_long_as_it_is_needed(path):
    with opened_image(path) as image:
        assert image.size == (40, 30)
    with opened_image(io.BytesIO(path.read_bytes())) as image:
        assert image.convert("L").mode == "L"


@pytest.mark.parametrize(
    "error", [RuntimeError("no decoder"), NotImplementedError("DDS 7"), struct.error("unpack"), AssertionError()]
)
def test_whatever_pillow_raises_is_told_of_the_file(path, monkeypatch, error):
    reason = str(error) or "AssertionError"
    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", failing(error))
        with pytest.raises(InputError, match=f"a.png cannot be read as an image: {reason}$"), opened_image(path):
            pass
    with pytest.raises(InputError, match=f"a.png is damaged: {reason}$") as caught, opened_image(path):
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [Cancelled("cancelled"), InputError("our own"), MemoryError()])
def test_what_is_no_fault_of_the_file_goes_through(error):
    with pytest.raises(type(error)) as caught, reading("a.png"):
        raise error
    assert caught.value is error


def test_too_many_pixels_are_refused_wherever_pillow_finds_them(path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(InputError, match="more than 200 pixels"), opened_image(path):
        pass
    with pytest.raises(InputError, match="more than 200 pixels"), reading("a.png"):
        raise Image.DecompressionBombError("too large")


@pytest.mark.parametrize(("length", "most"), [((1 << 20) + 1, 1), (1 << 20, 3)])
def test_more_text_than_pillow_unpacks_is_told_with_the_way_out(tmp_path, monkeypatch, length, most):
    text = PngImagePlugin.PngInfo()
    for number in range(5):
        text.add_text(f"text {number}", "a" * length, zip=True)
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png", pnginfo=text)
    monkeypatch.setattr(PngImagePlugin, "MAX_TEXT_MEMORY", 3 << 20)
    told = f"a colour profile or text of more than {most} MiB; save the image without that first"
    with pytest.raises(InputError, match=told), opened_image(tmp_path / "a.png"):
        pass


def test_oddities_of_a_header_are_nobodys_business(path, monkeypatch):
    real = Image.open

    def odd(source):
        warnings.warn("an odd header", stacklevel=1)
        return real(source)

    monkeypatch.setattr(Image, "open", odd)
    with opened_image(path) as image:
        assert image.size == (40, 30)


@pytest.mark.parametrize(("suffix", "more"), [("gif", True), ("tiff", True), ("png", True), ("mpo", False)])
def test_frames_and_pages_are_more_pictures_and_a_cameras_previews_are_not(
    tmp_path: Path, suffix: str, more: bool
) -> None:
    frames = [Image.effect_noise((40, 30), 50 + number).convert("RGB") for number in range(2)]
    path = tmp_path / f"several.{suffix}"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    with opened_image(path) as image:
        assert image.n_frames == 2
        assert holds_more(image) is more
    frames[0].save(tmp_path / "one.jpg")
    with opened_image(tmp_path / "one.jpg") as image:
        assert not holds_more(image)


@pytest.mark.parametrize("suffix", ["ico", "icns"])
def test_an_icon_in_several_sizes_is_more_than_one_picture(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"icon.{suffix}"
    Image.effect_noise((64, 64), 50).convert("RGB").save(path)
    with opened_image(path) as image:
        assert holds_more(image)
    Image.effect_noise((32, 32), 50).convert("RGB").save(tmp_path / "one.ico", sizes=[(32, 32)])
    with opened_image(tmp_path / "one.ico") as image:
        assert not holds_more(image)
