"""A lapped chunker for aictui: chunks that overlap, so that high ratios show no edges between them."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui import hookimpl
from aictui.chunkers.base import CHUNK, Chunker, ChunkGrid
from aictui.chunkers.cutting import cut, paste, to_pixels, to_unit


class Lapped16(Chunker):
    """As `planes16`, after a filter across every border between chunks; joining undoes it.

    The filter of the lapped orthogonal transform, in the time-domain form of Tran, Liang and Tu (2003), takes away
    what two neighbours share, 8 pixels to each side. Undone, it spreads a chunk's error into its neighbours.

    >>> import numpy as np
    >>> image = np.arange(40 * 30 * 3, dtype=np.uint8).reshape(40, 30, 3)
    >>> grid = Lapped16().split(image)
    >>> grid.values.shape, bool((Lapped16().join(grid) == image).all())
    ((9, 2, 256), True)
    """

    id = "lapped16"
    summary = "overlapping 16×16 pixels of each colour: no edges between chunks at high ratios"
    chunk_size: ClassVar[int] = CHUNK * CHUNK
    like: ClassVar[str] = "planes16"
    planes: ClassVar[bool] = True
    margin: ClassVar[int] = 1

    def split(self, image: NDArray[np.uint8]) -> ChunkGrid:
        """The grid of an (height, width, 1 or 3) uint8 image."""
        height, width, channels = image.shape
        whole = cut(to_unit(image))
        rows, cols = whole.shape[:2]
        plane = whole.transpose(0, 2, 1, 3, 4).reshape(rows * CHUNK, cols * CHUNK, channels)
        blocks = cut(across_borders(plane, SPLIT))
        stacked = blocks.transpose(4, 0, 1, 2, 3).reshape(channels * rows, cols, self.chunk_size)
        return ChunkGrid(np.ascontiguousarray(stacked), (height, width, channels))

    def join(self, grid: ChunkGrid) -> NDArray[np.uint8]:
        """The (height, width, channels) uint8 image of a grid."""
        height, width, channels = grid.shape
        stacked, cols, _ = grid.values.shape
        rows = stacked // channels
        blocks = grid.values.reshape(channels, rows, cols, CHUNK, CHUNK).transpose(1, 2, 3, 4, 0)
        plane = paste(blocks, rows * CHUNK, cols * CHUNK)
        return to_pixels(across_borders(plane, JOIN)[:height, :width])


def across_borders(plane: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """A (height, width, channels) plane with ``matrix`` applied to the 16 pixels around every border of chunks."""
    half = CHUNK // 2
    result = plane.copy()
    for lines in (result, result.swapaxes(0, 1)):
        borders = lines.shape[0] // CHUNK - 1
        if borders:
            around = lines[half:-half].reshape(borders, CHUNK, -1)
            lines[half:-half] = (matrix @ around).reshape(lines[half:-half].shape)
    return result


def _filter() -> NDArray[np.float64]:
    """The orthogonal (16, 16) filter: a butterfly, the half with the differences turned, the butterfly again."""
    half = CHUNK // 2
    row, col = np.arange(half)[:, None], np.arange(half)[None]
    second = np.sqrt(2 / half) * np.cos(np.pi * row * (2 * col + 1) / (2 * half))  # DCT-II
    second[0] /= np.sqrt(2)
    fourth = np.sqrt(2 / half) * np.cos(np.pi * (2 * row + 1) * (2 * col + 1) / (4 * half))  # DCT-IV
    turned = (second.T @ fourth)[::-1, ::-1]
    one, swap = np.eye(half), np.eye(half)[::-1]
    butterfly = np.block([[one, swap], [swap, -one]])
    middle = np.block([[one, np.zeros((half, half))], [np.zeros((half, half)), turned]])
    matrix: NDArray[np.float64] = butterfly @ middle @ butterfly / 2
    return matrix


SPLIT = _filter().astype(np.float32)
JOIN = np.ascontiguousarray(SPLIT.T)


@hookimpl
def register_chunkers(register: Callable[[type[Chunker]], None]) -> None:
    """Offers the chunker to aictui."""
    register(Lapped16)
