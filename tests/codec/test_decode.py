from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from PIL import Image

from aictui.codec.container import read_container, write_container
from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.header import read_header, write_header
from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings, Target
from aictui.errors import FormatError, MissingComponentError
from aictui.metrics.psnr import psnr
from tests.conftest import picture

pytestmark = pytest.mark.usefixtures("linear")


def compressed(source, kind="level", value=60, **others):
    return encode(source, Settings(target=Target(kind, value), model="linear", **others)).data


@pytest.fixture
def full(photo):
    """A picture with everything that can go along."""
    alpha = np.full(photo.shape[:2], 255, np.uint8)
    alpha[10:40, 20:90] = 7
    return SourceImage(photo, alpha, {"exif": b"Exif\0\0MM", "icc": b"profile" * 9, "xmp": b"<x/>"})


def altered(data, **fields):
    """The file with other fields in its header and a right check sum."""
    from dataclasses import replace

    header, length = read_header(data)
    return write_header(replace(header, **fields)) + data[length:]


def test_alpha_and_metadata_come_back_exactly(full):
    decoded = decode(compressed(full))
    assert (decoded.alpha == full.alpha).all()
    assert decoded.metadata == full.metadata
    assert decoded.notices == ()
    image = decoded.image
    assert image.mode == "RGBA"
    assert image.info["icc_profile"] == full.metadata["icc"]
    assert image.info["exif"] == full.metadata["exif"]


def test_metadata_goes_along_by_choice(full):
    decoded = decode(compressed(full, keep=frozenset({"icc"})))
    assert set(decoded.metadata) == {"icc"}


@pytest.mark.parametrize("coder", ["range", "adaptive", "deflate", "raw"])
@pytest.mark.parametrize("planes", [0, 1])
def test_every_prefix_that_holds_the_header_decodes(coder, planes):
    source = SourceImage(picture(40, 52), np.tile(np.arange(52, dtype=np.uint8), (40, 1)), {"exif": b"abc"})
    data = compressed(source, coder=coder, planes=planes)
    header = read_container(data).header_bytes
    last = 0.0
    for length in [*range(header, header + 80, 7), *range(header + 80, len(data), 97), len(data)]:
        decoded = decode(data[:length])
        assert decoded.pixels.shape == source.pixels.shape
        assert decoded.alpha.shape == source.alpha.shape
        assert (length == len(data)) == (decoded.notices == ())
        quality = psnr(source.pixels, decoded.pixels)
        assert quality > last - 1.5
        last = quality
    for length in range(header):
        with pytest.raises(FormatError, match=r"cut inside its header|is empty"):
            decode(data[:length])


def test_a_cut_file_says_how_much_is_missing(full):
    data = compressed(full)
    decoded = decode(data[: len(data) // 2])
    assert any(f"of {len(data)} bytes (5" in notice for notice in decoded.notices)
    assert decoded.info.whole_bytes == len(data)


def test_every_flipped_bit_of_a_file_is_detected():
    source = SourceImage(picture(16, 16), np.eye(16, dtype=np.uint8), {"exif": b"abc"})
    data = compressed(source, value=30)
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((FormatError, MissingComponentError)):
            decode(bytes(flipped))


def test_keep_damaged_shows_what_came_before_the_damage(full):
    data = compressed(full)
    parts = read_container(data).parts
    flipped = bytearray(data)
    flipped[parts[3].offset + 5] ^= 4
    with pytest.raises(FormatError, match=r"part 4 of this file is damaged.*--keep-damaged"):
        decode(bytes(flipped))
    decoded = decode(bytes(flipped), keep_damaged=True)
    assert any("part 4 is damaged" in notice for notice in decoded.notices)
    cut = decode(data[: parts[3].offset])
    assert (decoded.pixels == cut.pixels).all()
    assert (decoded.alpha == full.alpha).all()


@pytest.mark.parametrize("block", ["exif", "icc", "xmp", "alpha"])
def test_keep_damaged_leaves_out_a_damaged_block(full, block):
    data = compressed(full)
    flipped = bytearray(data)
    flipped[read_container(data).blocks[block].offset + 3] ^= 1
    with pytest.raises(FormatError, match=f"the {block} block of this file is damaged"):
        decode(bytes(flipped))
    decoded = decode(bytes(flipped), keep_damaged=True)
    assert (decoded.pixels == decode(data).pixels).all()
    assert block not in decoded.metadata
    assert any("damaged" in notice for notice in decoded.notices)


@given(st.binary(max_size=400), st.integers(0, 300))
@limits(max_examples=40)
def test_data_of_any_kind_gives_a_picture_or_a_clear_error(linear_file, data, keep):
    for candidate in (data, linear_file[:keep] + data):
        with suppress(FormatError, MissingComponentError):
            decode(candidate, keep_damaged=True)


@pytest.fixture(scope="module")
def linear_file():
    with pytest.MonkeyPatch.context() as patch:
        from aictui.network import store
        from tests.linear_model import LinearModel, linear_info

        patch.setattr(store, "find", lambda name, digest=None: linear_info())
        patch.setattr(store, "load", lambda name, digest=None: LinearModel())
        return compressed(SourceImage(picture(20, 20)))


@pytest.mark.parametrize(("width", "height"), [(40000, 25000), (178_000_000, 1)])
def test_a_huge_picture_in_a_small_file_is_refused_in_one_line(photo, width, height):
    bomb = altered(compressed(SourceImage(photo)), width=width, height=height)
    with pytest.raises(FormatError, match=f"claims {width} × {height} pixels") as caught:
        decode(bomb)
    assert "\n" not in str(caught.value)


def test_a_picture_above_pillows_limit_is_decoded_with_a_notice(photo, monkeypatch):
    data = compressed(SourceImage(photo))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    assert any("very large" in notice for notice in decode(data).notices)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    assert decode(data).notices == ()


def test_a_model_that_is_not_installed_is_named_with_its_hash(photo):
    from aictui.codec.info import ModelReference

    data = altered(compressed(SourceImage(photo)), model=ModelReference("photo", bytes.fromhex("1a2b3c4d00000000")))
    with pytest.raises(MissingComponentError, match="needs model photo@1a2b3c4d, which is not installed"):
        decode(data)


def test_a_plugin_that_is_not_installed_is_named_with_its_package(photo):
    from aictui.codec.info import ComponentReference

    coder = ComponentReference("entropy coder", "zstd", 1, "aictui-zstd==0.3", {})
    data = altered(compressed(SourceImage(photo)), coder=coder)
    with pytest.raises(MissingComponentError, match=r"entropy coder zstd.*plugins install aictui-zstd==0.3"):
        decode(data)


def test_a_component_of_a_later_version_asks_for_an_upgrade(photo):
    from aictui.codec.info import ComponentReference

    coder = ComponentReference("entropy coder", "range", 7, "", {})
    with pytest.raises(MissingComponentError, match="range version 7, and version 1 is installed: upgrade aictui"):
        decode(altered(compressed(SourceImage(photo)), coder=coder))


def test_an_operating_point_that_the_model_has_not_is_refused(linear, photo):
    from aictui.network.base import OperatingPoint

    data = compressed(SourceImage(photo))
    for point in (
        OperatingPoint(linear.levels, 9),
        OperatingPoint(5, linear.latents + 1),
        OperatingPoint(5, 9, len(linear.tunes)),
        OperatingPoint(5, 9, planes=linear.max_planes + 1),
        OperatingPoint(5, 9, bounded=True),
    ):
        plane_parts = (1,) * (point.planes + 1) if point.planes else ()
        with pytest.raises(FormatError, match="for what it does not have"):
            decode(altered(data, point=point, plane_parts=plane_parts))


def test_a_part_that_no_coder_wrote_is_damaged_even_with_a_right_check_sum(photo):
    data = compressed(SourceImage(photo), coder="deflate")
    container = read_container(data)
    parts = [record.payload for record in container.parts]
    parts[2] = b"\x05\xff\xff\xff\xff\xff"
    wrong = write_container(container.header, {}, parts)
    with pytest.raises(FormatError, match="part 3"):
        decode(wrong)
    assert decode(wrong, keep_damaged=True).notices


def test_a_metadata_block_that_swells_is_refused(photo):
    import zlib

    from aictui.varint import varint

    container = read_container(compressed(SourceImage(photo)))
    parts = [record.payload for record in container.parts]
    for claim in (10, 1 << 30):
        bomb = varint(claim) + zlib.compress(bytes(10**6))
        with pytest.raises(FormatError, match="metadata block claims"):
            decode(write_container(container.header, {"exif": bomb}, parts))


def test_bytes_after_the_end_are_ignored_with_a_notice(photo):
    data = compressed(SourceImage(photo))
    assert any("3 bytes after the end" in notice for notice in decode(data + b"abc").notices)


def test_grey_pictures_stay_grey(photo):
    decoded = decode(compressed(SourceImage(photo[..., :1])))
    assert decoded.pixels.shape == (*photo.shape[:2], 1)
    assert decoded.image.mode == "L"
