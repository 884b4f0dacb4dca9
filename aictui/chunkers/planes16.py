"""Chunks of one colour channel each, as in the original method."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK, Chunker, ChunkGrid
from aictui.chunkers.cutting import cut, paste, to_pixels, to_unit


class Planes16(Chunker):
    """16×16 pixels of one channel as a vector of 256, ordered (dy, dx); the grids of the channels are stacked.

    >>> import numpy as np
    >>> image = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)
    >>> grid = Planes16().split(image)
    >>> grid.values.shape, grid.shape
    ((6, 2, 256), (20, 30, 3))
    >>> bool((Planes16().join(grid) == image).all())
    True
    """

    id = "planes16"
    summary = "16×16 pixels of each colour by itself: the original design"
    chunk_size: ClassVar[int] = CHUNK * CHUNK
    like: ClassVar[str] = "planes16"
    planes: ClassVar[bool] = True

    def split(self, image: NDArray[np.uint8]) -> ChunkGrid:
        """The grid of an (height, width, 1 or 3) uint8 image."""
        height, width, channels = image.shape
        blocks = cut(to_unit(image))
        rows, cols = blocks.shape[:2]
        stacked = blocks.transpose(4, 0, 1, 2, 3).reshape(channels * rows, cols, self.chunk_size)
        return ChunkGrid(np.ascontiguousarray(stacked), (height, width, channels))

    def join(self, grid: ChunkGrid) -> NDArray[np.uint8]:
        """The (height, width, channels) uint8 image of a grid."""
        height, width, channels = grid.shape
        stacked, cols, _ = grid.values.shape
        blocks = to_pixels(grid.values).reshape(channels, stacked // channels, cols, CHUNK, CHUNK)
        return paste(blocks.transpose(1, 2, 3, 4, 0), height, width)
