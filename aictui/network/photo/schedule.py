"""The order in which the prior walks over the grid: which chunks a pass codes and what it then knows around them."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

WINDOWS = {1: 3, 2: 3, 5: 5}
"""Side of the prior's window by the number of passes of a slice."""


def pass_of(rows: NDArray[np.intp], cols: NDArray[np.intp], passes: int) -> NDArray[np.int8]:
    """The pass, from 0, that codes the chunk at (row, col); the arrays broadcast.

    One pass codes everything. Of two, the first codes one colour of a checkerboard. Of five: rows and columns
    (0, 0) mod 4; (2, 2) mod 4; the other even–even; odd–odd; the rest.
    """
    even = (rows + cols) % 2 == 0
    if passes == 1:
        return np.zeros(np.broadcast(rows, cols).shape, np.int8)
    if passes == 2:
        return np.where(even, 0, 1).astype(np.int8)
    third = np.where((rows % 4 == cols % 4), np.where(rows % 4 == 0, 0, 1), 2)
    return np.where(even, np.where(rows % 2 == 0, third, 3), 4).astype(np.int8)


@lru_cache(maxsize=64)
def positions(rows: int, cols: int, passes: int) -> tuple[NDArray[np.intp], ...]:
    """Flat indices (row * cols + col) that each pass codes, ascending."""
    order = pass_of(np.arange(rows)[:, None], np.arange(cols)[None], passes).ravel()
    found = tuple(np.flatnonzero(order == i) for i in range(passes))
    for indices in found:
        indices.setflags(write=False)
    return found


@lru_cache(maxsize=16)
def taps(passes: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For each pass, the places (dy, dx) of the window at which some earlier pass has coded a chunk."""
    half = WINDOWS[passes] // 2
    row, col = np.mgrid[4:8, 4:8]
    here = pass_of(row, col, passes)
    window = [(dy, dx) for dy in range(-half, half + 1) for dx in range(-half, half + 1)]
    return tuple(
        tuple((dy, dx) for dy, dx in window if np.any((here == i) & (pass_of(row + dy, col + dx, passes) < i)))
        for i in range(passes)
    )


@lru_cache(maxsize=16)
def nearest(passes: int) -> tuple[tuple[int, ...], ...]:
    """For each pass, which of its `taps` are nearest to the chunk that is coded."""
    found = []
    for places in taps(passes):
        squares = [dy * dy + dx * dx for dy, dx in places]
        found.append(tuple(i for i, square in enumerate(squares) if square == min(squares)))
    return tuple(found)


@lru_cache(maxsize=64)
def surroundings(rows: int, cols: int, side: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """What lies around chunks: (rows * cols,) its kind for each, and (kinds, side * side) what of a window is inside.

    There are few kinds, since all chunks far from the edges have the same.
    """
    shifts = np.arange(side) - side // 2
    down, across = (
        np.unique((np.arange(length)[:, None] + shifts) // length == 0, axis=0, return_inverse=True)
        for length in (rows, cols)
    )
    kinds = (down[1].reshape(-1, 1) * len(across[0]) + across[1].reshape(-1)).ravel()
    inside = (down[0][:, None, :, None] & across[0][:, None, :]).reshape(-1, side * side)
    for array in (kinds, inside):
        array.setflags(write=False)
    return kinds, inside
