"""Chunks in a luma–chroma space."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK, Chunker, ChunkGrid
from aictui.chunkers.cutting import cut, paste, to_pixels, to_unit

OPPONENT = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]], np.float64)
OPPONENT /= np.linalg.norm(OPPONENT, axis=1, keepdims=True)


class Ycc16(Chunker):
    """16×16 pixels as one vector of 768, ordered (dy, dx, component), in orthonormal opponent colours.

    The components are (R + G + B) / √3, (R - B) / √2 and (R - 2G + B) / √6 of pixels in -0.5..0.5. A grey image is
    coded as three equal channels; its last two components are 0.

    >>> import numpy as np
    >>> image = np.full((16, 16, 3), 255, np.uint8)
    >>> [round(float(value), 3) for value in Ycc16().split(image).values[0, 0, :3]]
    [0.866, 0.0, 0.0]
    """

    id = "ycc16"
    summary = "16×16 pixels, all three colours together, as lightness and two opponent colours"
    chunk_size: ClassVar[int] = CHUNK * CHUNK * 3
    like: ClassVar[str] = "ycc16"

    def split(self, image: NDArray[np.uint8]) -> ChunkGrid:
        """The grid of an (height, width, 1 or 3) uint8 image."""
        height, width, channels = image.shape
        colours = np.broadcast_to(to_unit(image), (height, width, 3)) @ OPPONENT.T.astype(np.float32)
        blocks = cut(colours)
        return ChunkGrid(blocks.reshape(*blocks.shape[:2], self.chunk_size), (height, width, channels))

    def join(self, grid: ChunkGrid) -> NDArray[np.uint8]:
        """The (height, width, channels) uint8 image of a grid."""
        height, width, channels = grid.shape
        colours = grid.values.reshape(*grid.values.shape[:2], CHUNK, CHUNK, 3) @ OPPONENT.astype(np.float32)
        return paste(to_pixels(colours if channels == 3 else colours.mean(-1, keepdims=True)), height, width)
