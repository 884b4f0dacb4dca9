import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aictui.chunkers.base import CHUNK
from aictui.chunkers.planes16 import Planes16
from aictui.chunkers.rgb16 import Rgb16
from aictui.codec import transform
from aictui.codec.transform import analyse, refine, spans, synthesise
from aictui.errors import PluginError
from aictui.network.base import OperatingPoint
from aictui.progress import silent
from tests.conftest import picture
from tests.linear_model import LinearModel


class Blurring(LinearModel):
    """Each chunk also sees its neighbours, zero outside the grid, as a network with padding does."""

    margin = 2
    chunk_size = 768
    chunker = "rgb16"
    latents = 768

    def blur(self, grid):
        for axis in (0, 1):
            for _ in range(self.margin):
                padded = np.pad(grid, [(1, 1) if a == axis else (0, 0) for a in range(3)])
                grid = 0.5 * grid + 0.25 * (np.roll(padded, 1, axis) + np.roll(padded, -1, axis)).take(
                    range(1, padded.shape[axis] - 1), axis
                )
        return grid.astype(np.float32)

    def analyse(self, chunks, point, progress=silent):
        self.analyses += 1
        return self.blur(chunks)

    def synthesise(self, latents, point, level=None, progress=silent):
        return self.blur(latents)


@given(st.integers(1, 700), st.integers(0, 9), st.integers(20, 96))
def test_spans_cover_an_axis_once_with_their_surround(length, margin, limit):
    found = spans(length, margin, limit)
    kept = [chunk for span in found for chunk in range(span.first, span.last)]
    assert kept == list(range(length))
    assert len({span.stop - span.start for span in found}) == 1
    for span in found:
        assert 0 <= span.start <= span.first
        assert span.last <= span.stop <= length
        assert span.first - span.start >= margin or span.start == 0
        assert span.stop - span.last >= margin or span.stop == length
        assert span.stop - span.start <= max(limit, 4 * margin)


def test_the_larger_a_picture_the_smaller_are_its_tiles():
    sides = [transform.tile_side(side, side) for side in (100, 3000, 4096, 4097, 5792, 5793, 20000)]
    assert sides == [160, 160, 160, 128, 128, 96, 96]


@pytest.mark.parametrize("size", [(16 * 23, 16 * 31), (16 * 23 - 5, 16 * 20 + 1), (40, 700)])
def test_tiles_give_the_same_as_the_whole(size, monkeypatch):
    model, pixels, point = Blurring(), picture(*size), OperatingPoint(90, 768)
    whole = analyse(pixels, Rgb16(), model, point)
    shown = synthesise(whole, pixels.shape, Rgb16(), model, point)
    monkeypatch.setattr(transform, "tile_side", lambda height, width: 12)
    calls = model.analyses
    np.testing.assert_allclose(analyse(pixels, Rgb16(), model, point), whole, atol=1e-6)
    assert model.analyses - calls > 2
    tiled = synthesise(whole, pixels.shape, Rgb16(), model, point)
    assert np.abs(tiled.astype(int) - shown).max() <= 1


def test_an_analysis_that_sees_further_than_synthesis_gets_more_surround(monkeypatch):
    class Correcting(Blurring):
        margin = 1

        def analysis_margin(self, point):
            return 2

        def analyse(self, chunks, point, progress=silent):
            return self.blur(self.blur(chunks))

    model, pixels, point = Correcting(), picture(16 * 23, 16 * 31), OperatingPoint(90, 768)
    whole = analyse(pixels, Rgb16(), model, point)
    monkeypatch.setattr(transform, "tile_side", lambda height, width: 12)
    np.testing.assert_allclose(analyse(pixels, Rgb16(), model, point), whole, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(1, 1), (17, 40), (64, 64)])
def test_a_fine_level_gives_the_picture_back(size, channels):
    model, point = LinearModel(), OperatingPoint(99, 256, stack=channels)
    pixels = picture(*size, channels)
    latents = analyse(pixels, Planes16(), model, point)
    assert latents.shape[:2] == Planes16().grid_shape(pixels.shape)
    assert np.abs(synthesise(latents, pixels.shape, Planes16(), model, point).astype(int) - pixels).max() <= 1


def test_a_chunker_with_another_grid_is_named():
    class Odd(Rgb16):
        id = "odd"

        def split(self, image):
            return super().split(image[:CHUNK])

    with pytest.raises(PluginError, match="chunker odd made a grid of"):
        analyse(picture(50, 50), Odd(), Blurring(), OperatingPoint(0, 768))


class Refining(LinearModel):
    """Adds 1 to every latent, in windows of which it notes the shapes."""

    refining_window = 12

    def __init__(self):
        super().__init__()
        self.shapes = []

    def refined(self, chunks, latents, point, progress=None):
        assert chunks.shape[:2] == latents.shape[:2]
        self.shapes.append(latents.shape[:2])
        return latents + 1


@pytest.mark.parametrize("chunker", [Planes16(), Rgb16()], ids=["planes", "colours together"])
@given(rows=st.integers(1, 40), cols=st.integers(1, 40))
@settings(max_examples=20, deadline=None)
def test_every_latent_is_refined_once_in_windows_of_one_shape(chunker, rows, cols):
    model, pixels = Refining(), np.zeros((rows * CHUNK, cols * CHUNK, 3), np.uint8)
    latents = np.zeros((*chunker.grid_shape(pixels.shape), 5), np.float32)
    refine(pixels, chunker, model, OperatingPoint(50, 5), latents)
    assert (latents == 1).all()
    assert set(model.shapes) == {(min(rows, 12), min(cols, 12))}
