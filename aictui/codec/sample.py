"""A small part of a picture that tells what the whole would do."""

import math

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK

TILE = 4
"""Side of what is kept together, in chunks: next to one that was not its neighbour, a chunk takes more bits."""
DENSEST = 8
"""Chunks from a tile to the next, at least."""
ENOUGH = 2048
"""Chunks of a sample: more would say little more."""
LEAST = 512
"""Chunks of a picture that a sample is worth its time for."""


def sampled(pixels: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Tiles spread evenly over a (height, width, channels) picture, side by side; ``None`` for a small picture."""
    rows, cols = (-(-side // CHUNK) for side in pixels.shape[:2])
    if rows * cols < LEAST:
        return None
    period = max(DENSEST, TILE * math.sqrt(rows * cols / ENOUGH))
    return np.ascontiguousarray(pixels[np.ix_(*(_kept(side, period) for side in pixels.shape[:2]))])


def _kept(side: int, period: float) -> NDArray[np.intp]:
    """The rows or columns of pixels that are kept."""
    chunks = -(-side // CHUNK)
    count = max(1, round(chunks / period))
    middles = (np.arange(count) + 0.5) * chunks / count
    first = np.clip(np.rint(middles - TILE / 2).astype(int), 0, max(chunks - TILE, 0))
    kept = np.unique(first[:, None] + np.arange(min(TILE, chunks)))
    places = (kept[:, None] * CHUNK + np.arange(CHUNK)).ravel()
    found: NDArray[np.intp] = places[places < side]
    return found
