import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aictui.chunkers.base import Chunker, ChunkGrid
from aictui.chunkers.planes16 import Planes16
from aictui.chunkers.rgb16 import Rgb16
from aictui.chunkers.ycc16 import Ycc16
from aictui.testing import conforms
from tests.golden import same_as_fixture

CHUNKERS = [Planes16, Rgb16, Ycc16]


@pytest.mark.parametrize("chunker", CHUNKERS)
def test_a_built_in_chunker_keeps_the_rules(chunker):
    conforms(chunker)
    same_as_fixture(chunker, "chunkers")


@pytest.mark.parametrize("chunker", CHUNKERS)
@settings(max_examples=25, deadline=None)
@given(height=st.integers(1, 70), width=st.integers(1, 70), channels=st.sampled_from([1, 3]), seed=st.integers(0, 9))
def test_an_image_of_any_size_comes_back(chunker: type[Chunker], height, width, channels, seed):
    image = np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)
    back = chunker().join(chunker().split(image))
    assert np.abs(back.astype(int) - image).max() <= 1


def test_rgb16_orders_a_chunk_by_row_column_and_channel():
    image = np.zeros((16, 16, 3), np.uint8)
    image[2, 5, 1] = 255
    values = Rgb16().split(image).values[0, 0]
    assert np.flatnonzero(values == 0.5).tolist() == [(2 * 16 + 5) * 3 + 1]


def test_planes16_stacks_the_channels():
    image = np.zeros((16, 32, 3), np.uint8)
    image[:, :, 2] = 255
    values = Planes16().split(image).values
    assert values.shape == (3, 2, 256)
    assert values.max((1, 2)).tolist() == [-0.5, -0.5, 0.5]


def test_ycc16_puts_lightness_first_and_leaves_grey_without_colour():
    grey = np.full((16, 16, 1), 200, np.uint8)
    lightness, *colour = Ycc16().split(grey).values.reshape(256, 3).T
    assert np.allclose(lightness, (200 / 255 - 0.5) * np.sqrt(3), atol=1e-6)
    assert np.abs(colour).max() < 1e-6


def test_padding_repeats_the_last_row_and_column():
    image = np.arange(9, dtype=np.uint8).reshape(3, 3, 1)
    block = Planes16().split(image).values.reshape(16, 16)
    assert (block[3:] == block[2]).all()
    assert (block[:, 3:] == block[:, 2:3]).all()


@pytest.mark.parametrize("chunker", CHUNKERS)
def test_values_out_of_range_are_clipped_and_what_is_no_number_is_black(chunker: type[Chunker]):
    grid = chunker().split(np.full((16, 16, 3), 128, np.uint8))
    for value, level in ((9.0, 255), (np.nan, 0)):
        pixels = chunker().join(ChunkGrid(np.full_like(grid.values, value), grid.shape))
        assert (pixels.max(), pixels[..., 0].min()) == (level, level)
