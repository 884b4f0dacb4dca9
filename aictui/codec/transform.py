"""Pixels to latents and back, in tiles, so that an image of any size takes bounded memory and shows no seam."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK, Chunker, ChunkGrid
from aictui.codec.coding import storage_type
from aictui.errors import PluginError
from aictui.network.base import Model, OperatingPoint
from aictui.progress import Progress, silent, stage

LARGE_TILES = ((1 << 16, 160), (1 << 17, 128))
"""(chunks, side): pictures of up to this many chunks are cut into tiles of at most this side, surround included.

The larger a tile, the less of it is surround, which is worked on twice.
"""
TILE = 96
"""The same for larger pictures, next to which there is less room in memory."""


@dataclass(frozen=True)
class Span:
    """Chunks ``start`` to ``stop`` of an axis are worked on, of which ``first`` to ``last`` are kept."""

    start: int
    stop: int
    first: int
    last: int


def tile_side(height: int, width: int) -> int:
    """Side of the largest tile of a picture, in chunks."""
    chunks = -(-height // CHUNK) * -(-width // CHUNK)
    return next((side for most, side in LARGE_TILES if chunks <= most), TILE)


def spans(length: int, margin: int, limit: int) -> list[Span]:
    """Spans of one size that cover an axis of ``length`` chunks, each with ``margin`` of surround inside the axis."""
    limit = max(limit, 4 * margin)
    if length <= limit:
        return [Span(0, length, 0, length)]
    count = -(-(length - 2 * margin) // (limit - 2 * margin))
    size = -(-(length + (count - 1) * 2 * margin) // count)
    found: list[Span] = []
    for number in range(count):
        start = min(number * (size - 2 * margin), length - size)
        first = found[-1].last if found else 0
        found.append(Span(start, start + size, first, length if number == count - 1 else start + size - margin))
    return found


def analyse(
    pixels: NDArray[np.uint8],
    chunker: Chunker,
    model: Model,
    point: OperatingPoint,
    progress: Progress = silent,
) -> NDArray[np.floating]:
    """(height, width, 1 or 3) pixels to the (rows, cols, point.latents) latents of the whole grid."""
    rows, cols = chunker.grid_shape(pixels.shape)
    latents = np.empty((rows, cols, point.latents), storage_type(rows, cols, point.latents))
    margin = model.analysis_margin(point) + chunker.margin
    for tile, told in _watched(_overlapping(pixels.shape, chunker, margin), progress, "analysis"):
        part = np.ascontiguousarray(pixels[tile.pixel_rows, tile.pixel_cols, tile.channels])
        chunks = chunker.split(part).values
        if chunks.shape != tile.shape(chunker):
            raise PluginError(f"chunker {chunker.id} made a grid of {chunks.shape} where {tile.shape(chunker)} was due")
        latents[tile.target] = model.analyse(chunks, point, told)[tile.kept][..., : point.latents]
    return latents


REFINED_SURROUND = 4
"""Chunks of a window that only serve as the surround of those that are kept."""


def refine(
    pixels: NDArray[np.uint8],
    chunker: Chunker,
    model: Model,
    point: OperatingPoint,
    latents: NDArray[np.floating],
    progress: Progress = silent,
) -> None:
    """Refines the (rows, cols, n) latents of (height, width, 1 or 3) pixels, in windows of the model's size."""
    height, width, channels = pixels.shape
    cut = partial(_windows, side=model.refining_window)
    for tile, told in _watched(_tiles(height, width, channels, chunker, cut), progress, "refining"):
        part = np.ascontiguousarray(pixels[tile.pixel_rows, tile.pixel_cols, tile.channels])
        window = np.array(latents[tile.source], np.float32)
        latents[tile.target] = model.refined(chunker.split(part).values, window, point, told)[tile.kept]


def _windows(length: int, side: int) -> list[Span]:
    """Windows of one size, whatever the ``length`` of an axis, so that one program is compiled for all."""
    if length <= side:
        return [Span(0, length, 0, length)]
    count = -(-(length - 2 * REFINED_SURROUND) // (side - 2 * REFINED_SURROUND))
    starts = [round(number * (length - side) / (count - 1)) for number in range(count)]
    borders = [0, *((start + other + side) // 2 for start, other in pairwise(starts)), length]
    return [Span(start, start + side, *kept) for start, kept in zip(starts, pairwise(borders), strict=True)]


def synthesise(
    values: NDArray[np.floating],
    shape: tuple[int, int, int],
    chunker: Chunker,
    model: Model,
    point: OperatingPoint,
    level: int | None = None,
    progress: Progress = silent,
) -> NDArray[np.uint8]:
    """(rows, cols, latents) values to the pixels of an image of ``shape`` (height, width, 1 or 3).

    ``level`` as in `Model.synthesise`.
    """
    pixels = np.empty(shape, np.uint8)
    margin = model.margin + chunker.margin
    for tile, told in _watched(_overlapping(shape, chunker, margin), progress, "synthesis"):
        window = np.zeros((*tile.shape(chunker)[:2], model.latents), np.float32)
        window[..., : values.shape[2]] = values[tile.source]
        chunks = np.ascontiguousarray(model.synthesise(window, point, level, told), np.float32)
        part = chunker.join(ChunkGrid(chunks, tile.pixel_shape))
        top, left = tile.kept[0].start * CHUNK, tile.kept[1].start * CHUNK
        bottom, right = tile.kept[0].stop * CHUNK, tile.kept[1].stop * CHUNK
        target = pixels[
            (tile.rows.first * CHUNK) : (tile.rows.last * CHUNK),
            (tile.cols.first * CHUNK) : (tile.cols.last * CHUNK),
            tile.channels,
        ]
        target[...] = part[top:bottom, left:right]
    return pixels


@dataclass(frozen=True)
class _Tile:
    """A window of the grid of some channels; ``offset`` is the first row of these channels in the stacked grid."""

    rows: Span
    cols: Span
    channels: slice
    offset: int
    size: tuple[int, int]

    @property
    def pixel_rows(self) -> slice:
        return slice(self.rows.start * CHUNK, min(self.rows.stop * CHUNK, self.size[0]))

    @property
    def pixel_cols(self) -> slice:
        return slice(self.cols.start * CHUNK, min(self.cols.stop * CHUNK, self.size[1]))

    @property
    def pixel_shape(self) -> tuple[int, int, int]:
        tall, wide = self.pixel_rows, self.pixel_cols
        return tall.stop - tall.start, wide.stop - wide.start, self.channels.stop - self.channels.start

    @property
    def target(self) -> tuple[slice, slice]:
        """Where the kept chunks lie in the stacked grid."""
        top = self.offset
        return slice(top + self.rows.first, top + self.rows.last), slice(self.cols.first, self.cols.last)

    @property
    def source(self) -> tuple[slice, slice]:
        """Where all chunks of the window lie in the stacked grid."""
        top = self.offset
        return slice(top + self.rows.start, top + self.rows.stop), slice(self.cols.start, self.cols.stop)

    @property
    def kept(self) -> tuple[slice, slice]:
        """Where the kept chunks lie in the window."""
        rows, cols = self.rows, self.cols
        return (
            slice(rows.first - rows.start, rows.last - rows.start),
            slice(cols.first - cols.start, cols.last - cols.start),
        )

    def shape(self, chunker: Chunker) -> tuple[int, int, int]:
        """Rows, columns and vector length of the window."""
        return self.rows.stop - self.rows.start, self.cols.stop - self.cols.start, chunker.chunk_size


def _overlapping(shape: tuple[int, ...], chunker: Chunker, margin: int) -> list[_Tile]:
    """Tiles of an image of ``shape`` with ``margin`` chunks of surround, so that no seam shows."""
    height, width, channels = shape
    limit = tile_side(height, width)
    return _tiles(height, width, channels, chunker, partial(spans, margin=margin, limit=limit))


def _tiles(height: int, width: int, channels: int, chunker: Chunker, cut: Callable[[int], list[Span]]) -> list[_Tile]:
    """Windows over an image, whose axes ``cut`` splits."""
    rows, cols = -(-height // CHUNK), -(-width // CHUNK)
    groups = [slice(c, c + 1) for c in range(channels)] if chunker.planes else [slice(0, channels)]
    return [
        _Tile(tall, wide, group, number * rows, (height, width))
        for number, group in enumerate(groups)
        for tall in cut(rows)
        for wide in cut(cols)
    ]


def _watched(tiles: list[_Tile], progress: Progress, phase: str) -> Iterator[tuple[_Tile, Progress]]:
    """Tiles, each with the part of the progress that is its own."""
    for number, tile in enumerate(tiles):
        told = stage(progress, number / len(tiles), (number + 1) / len(tiles))
        told(0.0, phase)
        yield tile, told
    progress(1.0, phase)
