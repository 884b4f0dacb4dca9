import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from aictui.codec.image import SourceImage
from aictui.codec.payloads import (
    LONGEST_METADATA,
    pack_alpha,
    pack_blocks,
    pack_metadata,
    unpack_alpha,
    unpack_metadata,
)
from aictui.errors import FormatError


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_alpha_comes_back_exactly(alpha):
    assert (unpack_alpha(pack_alpha(alpha), *alpha.shape) == alpha).all()


def test_constant_alpha_takes_two_bytes():
    assert pack_alpha(np.full((500, 700), 128, np.uint8)) == b"\x00\x80"


def test_cut_alpha_keeps_its_first_rows_and_is_opaque_below():
    alpha = np.random.default_rng(1).integers(0, 250, (60, 50)).astype(np.uint8)
    packed = pack_alpha(alpha)
    for length in range(0, len(packed), 61):
        found = unpack_alpha(packed[:length], 60, 50, complete=False)
        same = (found == alpha).all(1)
        rows = int(same.argmin())
        assert (found[rows:] == 255).all()
        assert rows >= 60 * (length - 300) / len(packed)


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01abc", b"\x07abc", b"\x01" + b"\x78\x9c" + bytes(20)])
def test_damaged_alpha_is_told(data):
    with pytest.raises(FormatError, match="alpha channel"):
        unpack_alpha(data, 5, 5)


@given(st.binary(max_size=500))
def test_metadata_comes_back_exactly(data):
    assert unpack_metadata(pack_metadata(data)) == data


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff" * 20, b"\x03abc", pack_metadata(b"abc")[:-3] + b"xyz"])
def test_damaged_metadata_is_told(data):
    with pytest.raises(FormatError, match="metadata block"):
        unpack_metadata(data)


def test_metadata_beyond_the_limit_is_left_out_with_a_notice():
    source = SourceImage(np.zeros((2, 2, 3), np.uint8), metadata={"xmp": bytes(LONGEST_METADATA + 1), "icc": b"p"})
    blocks, notices = pack_blocks(source, {"xmp", "icc"})
    assert set(blocks) == {"icc"}
    assert "xmp metadata is left out" in notices[0]
