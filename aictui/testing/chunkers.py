"""The rules of a chunker."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK, WIDEST_MARGIN, Chunker, ChunkGrid
from aictui.errors import MissingComponentError
from aictui.locked import locked
from aictui.testing import data
from aictui.testing.fresh import fresh
from aictui.testing.results import Case, require
from aictui.testing.untouched import untouched

CLOSE = 1.0
"""Grey levels that pixels may lie apart."""

_ROWS, _COLS = 2 * WIDEST_MARGIN + 5, 2 * WIDEST_MARGIN + 7  # of the image that probes are tried on
_PLACES = ((0, 0), (0, _COLS - 1), (_ROWS - 1, 0), (_ROWS - 1, _COLS - 1), (1, 2), (2, 1), (9, 11), (10, 12))
"""Chunks that are probed: the corners, and those of odd and even rows and columns."""

_WINDOWS = (
    (1, _ROWS, 0, _COLS),
    (0, _ROWS, 1, _COLS),
    (1, _ROWS, 1, _COLS),
    (2, _ROWS, 3, _COLS),
    (0, _ROWS - 1, 0, _COLS - 2),
    (1, _ROWS - 1, 2, _COLS - 1),
)
"""First and last row, first and last column of tiles of that image: they begin at odd and even places."""

_SAME = 1e-4  # what values of chunks may lie apart that mean the same


def cases(made: Chunker) -> Iterator[Case]:
    """The checks of a chunker with its settings."""
    yield "says what it is", lambda: _described(made)
    yield "the grid covers the image", lambda: _grid(made)
    yield "every image comes back within one grey level", lambda: _round_trip(made)
    yield "a chunk sees no further than margin", lambda: _split_local(made)
    yield "a chunk shows no further than margin", lambda: _join_local(made)
    yield "a chunk is the same wherever a tile begins", lambda: _split_anywhere(made)
    yield "a chunk shows the same wherever a tile begins", lambda: _join_anywhere(made)
    yield "grids of no image are survived", lambda: _garbage(made)
    yield "the same grid every time", lambda: _same_twice(made)


def report(made: Chunker) -> Iterator[Case]:
    """Speed beside a built-in chunker; told, not judged."""
    yield "speed on 768×512 pixels", lambda: _speed(made)


def digest(made: Chunker) -> str:
    """A fingerprint of the grids of all images, to four digits."""
    joined = hashlib.sha256()
    for image in data.images():
        joined.update((np.round(made.split(image).values, 4) + np.float32(0)).tobytes())
    return joined.hexdigest()


def written(made: Chunker) -> list[NDArray[Any]]:
    """What of an image comes to a file: the values of the grid."""
    return [made.split(image).values for image in data.images()]


def read(made: Chunker, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """The images of the grids that are `written`."""
    images = zip(given, data.images(), strict=True)
    return [made.join(ChunkGrid(values, image.shape)) for values, image in images]


def golden(made: Chunker) -> dict[str, str]:
    """The first values of some chunks, to three digits."""
    found = {}
    for number, image in enumerate(data.images()):
        if number % 7 == 0:
            values = made.split(image).values[-1, -1]
            found[f"image {number}"] = " ".join(f"{value:.3f}" for value in values[:: max(len(values) // 12, 1)])
    return found


def changed(made: Chunker, due: dict[str, str]) -> list[str]:
    """Which of ``due`` the chunker no longer gives."""
    found = golden(made)
    return [name for name in due if found.get(name) != due[name]]


def _described(made: Chunker) -> str:
    from aictui.plugins.catalog import registry

    if made.like != made.id:
        with suppress(MissingComponentError):  # then no model of it is here either
            other = registry().chunker(made.like)
            same = (other.chunk_size, other.planes) == (made.chunk_size, made.planes)
            stacked = " in planes" if other.planes else ""
            require(same, f"models of {made.like}, which it is like, take {other.chunk_size} values a chunk{stacked}")
    return f"{made.chunk_size} values a chunk, like {made.like}, margin {made.margin}"


def _grid(made: Chunker) -> None:
    for image in data.images():
        with untouched(image):
            grid = made.split(locked(image))
        due, size = (*made.grid_shape(image.shape), made.chunk_size), "×".join(map(str, image.shape))
        require(grid.values.shape == due, f"{size} gives a grid of {grid.values.shape}, not {due}")
        require(grid.values.dtype == np.float32, f"the grid is {grid.values.dtype}, not float32")
        require(grid.shape == image.shape, "the grid tells another image shape")
        require(bool(np.isfinite(grid.values).all()), "the grid holds numbers that are not finite")


def _round_trip(made: Chunker) -> str:
    worst = 0
    for image in data.images():
        values = made.split(image).values
        with untouched(values):
            back = fresh(made).join(ChunkGrid(locked(values), image.shape))
        require(back.shape == image.shape and back.dtype == np.uint8, f"join gives {back.dtype} {back.shape}")
        worst = max(worst, int(np.abs(back.astype(int) - image).max()))
        require(worst <= 1, f"an image of {image.shape} comes back {worst} grey levels off")
    return f"{worst} off at most"


def _split_local(made: Chunker) -> None:
    image = _image()
    before = _by_chunk(made, made.split(image).values)
    for row, col in _PLACES:
        place = np.s_[row * CHUNK : row * CHUNK + CHUNK, col * CHUNK : col * CHUNK + CHUNK]
        for probe in (image[place] // 8, 255 - image[place] // 8):  # darker and brighter than all the rest
            changed = image.copy()
            changed[place] = probe
            apart = np.abs(_by_chunk(made, made.split(changed).values) - before).max((0, 3)) > _SAME
            _require_near(apart, row, col, made.margin)


def _join_local(made: Chunker) -> None:
    grid = made.split(_image())
    before = made.join(grid).astype(int)
    for row, col in _PLACES:
        values = grid.values.copy()
        values[row, col] += 0.5
        apart = np.abs(made.join(ChunkGrid(values, grid.shape)) - before).max(2)
        blocks = apart.reshape(_ROWS, CHUNK, _COLS, CHUNK).max((1, 3)) > 0
        _require_near(blocks, row, col, made.margin)


def _split_anywhere(made: Chunker) -> None:
    for channels in (1, 3):
        image = _image(channels)
        whole = _by_chunk(made, made.split(image).values, channels)
        for window in _WINDOWS:
            top, bottom, left, right = window
            tile = np.ascontiguousarray(image[top * CHUNK : bottom * CHUNK, left * CHUNK : right * CHUNK])
            found = _by_chunk(made, made.split(tile).values, channels, bottom - top)
            rows, cols = _inner(window, made.margin)
            apart = np.abs(found - whole[:, top:bottom, left:right]).max((0, 3))[rows, cols]
            _require_same(apart > _SAME, window, "is another")


def _join_anywhere(made: Chunker) -> None:
    for channels in (1, 3):
        grid = made.split(_image(channels))
        grey_step = np.float32(1 / 255)
        values = grid.values + data.random().uniform(-9, 9, grid.values.shape).astype(np.float32) * grey_step
        whole = made.join(ChunkGrid(values, grid.shape)).astype(int)
        for window in _WINDOWS:
            top, bottom, left, right = window
            part = _by_chunk(made, values, channels)[:, top:bottom, left:right]
            shape = ((bottom - top) * CHUNK, (right - left) * CHUNK, channels)
            tile = ChunkGrid(np.ascontiguousarray(part.reshape(-1, right - left, made.chunk_size)), shape)
            apart = np.abs(made.join(tile) - whole[top * CHUNK : bottom * CHUNK, left * CHUNK : right * CHUNK])
            blocks = apart.max(2).reshape(bottom - top, CHUNK, right - left, CHUNK).max((1, 3))
            _require_same(blocks[_inner(window, made.margin)] > 1, window, "shows something else")


def _garbage(made: Chunker) -> None:
    grid = made.split(_image())
    for value in (1e30, -1e30, np.nan, np.inf):
        values = grid.values.copy()
        values[::2] = value
        with np.errstate(all="ignore"):
            back = made.join(ChunkGrid(values, grid.shape))
        require(back.shape == grid.shape and back.dtype == np.uint8, "join gives another shape or type")


def _same_twice(made: Chunker) -> None:
    first = digest(made)
    require(digest(fresh(made)) == first, "the grid differs between two runs")


def _speed(made: Chunker) -> str:
    from aictui.chunkers.planes16 import Planes16

    image = data.random().randint(0, 256, (512, 768, 3)).astype(np.uint8)
    told = []
    for each in (made, Planes16()):
        start = time.perf_counter()
        grid = each.split(image)
        middle = time.perf_counter()
        each.join(grid)
        end = time.perf_counter()
        told.append(f"{each.id} {(middle - start) * 1e3:.0f} + {(end - middle) * 1e3:.0f}")
    return ", ".join(told) + " ms to split and join"


def _image(channels: int = 3) -> NDArray[np.uint8]:
    return data.random().randint(40, 216, (_ROWS * CHUNK, _COLS * CHUNK, channels)).astype(np.uint8)


def _by_chunk(made: Chunker, values: NDArray[np.float32], channels: int = 3, rows: int = _ROWS) -> NDArray[np.float32]:
    """(planes, rows, cols, chunk_size)."""
    return values.reshape(channels if made.planes else 1, rows, -1, made.chunk_size)


def _inner(window: tuple[int, int, int, int], margin: int) -> tuple[slice, slice]:
    """The chunks of a tile that are further than ``margin`` from where it was cut off."""
    top, bottom, left, right = window
    rows = slice(margin if top else 0, bottom - top - (margin if bottom < _ROWS else 0))
    return rows, slice(margin if left else 0, right - left - (margin if right < _COLS else 0))


def _require_near(changed: NDArray[np.bool_], row: int, col: int, margin: int) -> None:
    far = changed.copy()
    far[max(row - margin, 0) : row + margin + 1, max(col - margin, 0) : col + margin + 1] = False
    where = np.argwhere(far)
    require(not len(where), f"chunk ({row}, {col}) reaches chunk {tuple(where[0].tolist())}" if len(where) else "")


def _require_same(apart: NDArray[np.bool_], window: tuple[int, int, int, int], what: str) -> None:
    top, _, left, _ = window
    share = f"{apart.sum()} chunks of {apart.size}"
    require(not apart.any(), f"in a tile that begins at chunk ({top}, {left}), {share}: each {what} than in the image")
