"""The rules of a chunker."""

import hashlib
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import CHUNK, WIDEST_MARGIN, Chunker, ChunkGrid
from aictui.locked import locked
from aictui.testing import data
from aictui.testing.results import Case, require

_SIDE = 8  # chunks along a side of the image that locality is tried on


def cases(made: Chunker) -> Iterator[Case]:
    """The checks of a chunker with its settings."""
    yield "says what it is", lambda: _declared(made)
    yield "the grid covers the image", lambda: _grid(made)
    yield "every image comes back within one grey level", lambda: _round_trip(made)
    yield "a chunk sees no further than margin", lambda: _split_local(made)
    yield "a chunk shows no further than margin", lambda: _join_local(made)
    yield "grids that are no image are survived", lambda: _garbage(made)
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


def _declared(made: Chunker) -> str:
    require(made.chunk_size >= 1, "chunk_size is at least 1")
    require(0 <= made.margin <= WIDEST_MARGIN, f"margin is 0 to {WIDEST_MARGIN} chunks, not {made.margin}")
    require(bool(made.like), "like names the chunker whose models fit, its own id where none do")
    return f"{made.chunk_size} values a chunk, like {made.like}, margin {made.margin}"


def _grid(made: Chunker) -> None:
    for image in data.images():
        grid = made.split(locked(image))
        height, width, channels = image.shape
        rows = -(-height // CHUNK) * (channels if made.planes else 1)
        due = (rows, -(-width // CHUNK), made.chunk_size)
        require(grid.values.shape == due, f"{height}×{width}×{channels} gives a grid of {grid.values.shape}, not {due}")
        require(grid.values.dtype == np.float32, f"the grid is {grid.values.dtype}, not float32")
        require(grid.shape == image.shape, "the grid tells another image shape")
        require(bool(np.isfinite(grid.values).all()), "the grid holds what is no finite number")


def _round_trip(made: Chunker) -> str:
    worst = 0
    for image in data.images():
        back = made.join(made.split(image))
        require(back.shape == image.shape and back.dtype == np.uint8, f"join gives {back.dtype} {back.shape}")
        worst = max(worst, int(np.abs(back.astype(int) - image).max()))
        require(worst <= 1, f"an image of {image.shape} comes back {worst} grey levels off")
    return f"{worst} off at most"


def _split_local(made: Chunker) -> None:
    image = _image()
    before = _by_chunk(made, made.split(image).values)
    for row, col in ((3, 4), (0, 0), (_SIDE - 1, 2)):
        changed = image.copy()
        place = np.s_[row * CHUNK : row * CHUNK + CHUNK, col * CHUNK : col * CHUNK + CHUNK]
        changed[place] = 255 - changed[place]
        apart = np.abs(_by_chunk(made, made.split(changed).values) - before).max((0, 3)) > 1e-4
        _require_near(apart, row, col, made.margin)


def _join_local(made: Chunker) -> None:
    grid = made.split(_image())
    before = made.join(grid).astype(int)
    for row, col in ((3, 4), (0, 0), (_SIDE - 1, 2)):
        values = grid.values.copy()
        values[row, col] += 0.5
        apart = np.abs(made.join(ChunkGrid(values, grid.shape)) - before).max(2)
        blocks = apart.reshape(_SIDE, CHUNK, _SIDE, CHUNK).max((1, 3)) > 0
        _require_near(blocks, row, col, made.margin)


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
    require(digest(type(made)(**made.settings)) == first, "the grid differs between two runs")


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


def _image() -> NDArray[np.uint8]:
    side = _SIDE * CHUNK
    return data.random().randint(40, 216, (side, side, 3)).astype(np.uint8)


def _by_chunk(made: Chunker, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """(planes, rows, cols, chunk_size)."""
    return values.reshape(3 if made.planes else 1, _SIDE, _SIDE, made.chunk_size)


def _require_near(changed: NDArray[np.bool_], row: int, col: int, margin: int) -> None:
    far = changed.copy()
    far[max(row - margin, 0) : row + margin + 1, max(col - margin, 0) : col + margin + 1] = False
    where = np.argwhere(far)
    require(not len(where), f"chunk ({row}, {col}) reaches chunk {tuple(where[0].tolist())}" if len(where) else "")
