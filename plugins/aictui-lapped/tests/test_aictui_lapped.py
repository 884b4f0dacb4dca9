"""The chunker keeps the rules, and it is worth having."""

from pathlib import Path

import numpy as np
from aictui_lapped import JOIN, SPLIT, Lapped16

from aictui.chunkers.base import Chunker, ChunkGrid
from aictui.chunkers.planes16 import Planes16
from aictui.testing import conforms, same_as_golden


def test_it_keeps_the_rules():
    conforms(Lapped16)


def test_its_chunks_never_change():
    same_as_golden(Lapped16, Path(__file__).parent / "golden")


def test_the_filter_is_undone():
    assert np.abs(SPLIT @ JOIN - np.eye(16)).max() < 1e-6


def test_an_even_picture_stays_even():
    values = Lapped16().split(np.full((48, 48, 1), 200, np.uint8)).values
    assert np.abs(values - (200 / 255 - 0.5)).max() < 1e-5


def edges(chunker: Chunker) -> float:
    """How much steeper the error is across borders than elsewhere when chunks keep their mean only."""
    y, x = np.mgrid[0:128, 0:128]
    image = (128 + 100 * np.sin(x / 37) * np.cos(y / 29)).astype(np.uint8)[..., None]
    grid = chunker.split(image)
    means = np.broadcast_to(grid.values.mean(-1, keepdims=True), grid.values.shape)
    error = chunker.join(ChunkGrid(means.astype(np.float32), grid.shape)).astype(float) - image
    steep = np.abs(np.diff(error[..., 0], axis=1)).mean(0)
    return steep[15::16].mean() / np.delete(steep, np.arange(15, 127, 16)).mean()


def test_it_leaves_no_edges_where_chunks_keep_their_mean_only():
    assert edges(Planes16()) > 5
    assert edges(Lapped16()) < 2
