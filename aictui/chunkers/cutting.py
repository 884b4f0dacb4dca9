"""Cutting planes of pixels into 16×16 blocks and putting them together again: what the chunkers share."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK

Sample = TypeVar("Sample", bound=np.generic)


def to_unit(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pixels as float32 in -0.5..0.5."""
    return image.astype(np.float32) * np.float32(1 / 255) - np.float32(0.5)


def to_pixels(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Values in -0.5..0.5 as uint8, rounded and clipped; what is not a number becomes 0."""
    scaled = values * np.float32(255)
    scaled += np.float32(128)  # half a level more than 127.5, since what follows cuts off
    np.fmin(np.fmax(scaled, 0, out=scaled), 255, out=scaled)  # unlike clip, these drop NaN
    return scaled.astype(np.uint8)


def cut(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """(height, width, channels) as (rows, cols, 16, 16, channels); the last row and column are repeated to fill up."""
    height, width, channels = plane.shape
    plane = np.pad(plane, ((0, -height % CHUNK), (0, -width % CHUNK), (0, 0)), mode="edge")
    rows, cols = plane.shape[0] // CHUNK, plane.shape[1] // CHUNK
    return plane.reshape(rows, CHUNK, cols, CHUNK, channels).transpose(0, 2, 1, 3, 4)


def paste(blocks: NDArray[Sample], height: int, width: int) -> NDArray[Sample]:
    """The first (height, width, channels) of (rows, cols, 16, 16, channels) blocks; undoes `cut`."""
    rows, cols, _, _, channels = blocks.shape
    plane = blocks.transpose(0, 2, 1, 3, 4).reshape(rows * CHUNK, cols * CHUNK, channels)
    return plane[:height, :width]
