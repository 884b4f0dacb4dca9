"""The chunker seam: pixels to a grid of chunk vectors, and back."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.component import Component

CHUNK = 16
"""Side of a chunk in pixels."""

WIDEST_MARGIN = 8
"""Chunks around a tile that a chunker may need: with more, hardly anything of a tile would be kept."""


@dataclass(frozen=True)
class ChunkGrid:
    """An image as a grid of chunk vectors.

    ``values`` is (rows, cols, chunk_size) float32, pixels as ``value / 255 - 0.5`` before any colour transform;
    ``shape`` is the (height, width, channels) of the image, which the grid covers and may exceed by padding.
    """

    values: NDArray[np.float32]
    shape: tuple[int, int, int]


class Chunker(Component):
    """Cuts an image into a grid of 16×16 chunks, each a float vector, and puts it together again.

    - ``chunk_size`` is the length D of a chunk's vector.
    - ``like`` names the chunker whose vectors mean the same, so that its models fit (its own id where none does).
    - ``planes`` tells that channels are stacked: the grid of a C-channel image has C times the rows, channel by
      channel.
    - ``margin`` is how many chunks away a pixel may influence a chunk or the reverse (0: each chunk alone). The
      pipeline works in tiles and gives each that much surround, so `split` and `join` must not look further.

    A chunk must not depend on where in the picture it is: a tile may begin at any chunk, and neither `split` nor
    `join` knows at which.

    A chunker that pads repeats the last row and column. `join` of `split` gives the image back within one grey
    level, for every height and width from 1.
    """

    kind = "chunker"
    chunk_size: ClassVar[int]
    like: ClassVar[str] = ""
    planes: ClassVar[bool] = False
    margin: ClassVar[int] = 0

    def grid_shape(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """Rows and columns of the grid of a (height, width, channels) image; channels are stacked in planes."""
        height, width, channels = shape
        return -(-height // CHUNK) * (channels if self.planes else 1), -(-width // CHUNK)

    @abstractmethod
    def split(self, image: NDArray[np.uint8]) -> ChunkGrid:
        """The grid of an (height, width, channels) uint8 image with 1 or 3 channels."""

    @abstractmethod
    def join(self, grid: ChunkGrid) -> NDArray[np.uint8]:
        """The (height, width, channels) uint8 image of a grid, rounded and clipped to 0..255."""
