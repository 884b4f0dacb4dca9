"""Chunks of all three colours together."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK, Chunker, ChunkGrid
from aictui.chunkers.cutting import cut, paste, to_pixels, to_unit


class Rgb16(Chunker):
    """16×16 pixels with their red, green and blue as one vector of 768, ordered (dy, dx, channel).

    A grey image is coded as three equal channels and joined as their mean.

    >>> import numpy as np
    >>> image = np.full((20, 30, 3), 128, np.uint8)
    >>> grid = Rgb16().split(image)
    >>> grid.values.shape, grid.shape
    ((2, 2, 768), (20, 30, 3))
    >>> bool((Rgb16().join(grid) == image).all())
    True
    """

    id = "rgb16"
    summary = "16×16 pixels, all three colours together"
    chunk_size: ClassVar[int] = CHUNK * CHUNK * 3
    like: ClassVar[str] = "rgb16"

    def split(self, image: NDArray[np.uint8]) -> ChunkGrid:
        """The grid of an (height, width, 1 or 3) uint8 image."""
        height, width, channels = image.shape
        blocks = cut(np.broadcast_to(to_unit(image), (height, width, 3)))
        return ChunkGrid(blocks.reshape(*blocks.shape[:2], self.chunk_size), (height, width, channels))

    def join(self, grid: ChunkGrid) -> NDArray[np.uint8]:
        """The (height, width, channels) uint8 image of a grid."""
        height, width, channels = grid.shape
        colours = grid.values.reshape(*grid.values.shape[:2], CHUNK, CHUNK, 3)
        return paste(to_pixels(colours if channels == 3 else colours.mean(-1, keepdims=True)), height, width)
