"""Probabilities that are learned: counts of what was coded, in integers."""

from math import isqrt

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.stream import Distribution, categorical
from aictui.entropy.tables import PRECISION

STEP = 32
"""What a symbol adds to its count."""

LIMIT = 4096 * STEP
"""A row whose counts sum to more is halved, so that it forgets."""

_ONE = 1 << 16  # 1 in fixed point
_START = 64 * STEP  # what a row's first counts sum to


class Counts:
    """Rows of counts, each a distribution of the symbols 0 .. columns - 1."""

    def __init__(self, rows: NDArray[np.int64]) -> None:
        self._rows = rows.copy()

    def models(self, indices: list[int]) -> list[Distribution]:
        """The distributions of some rows."""
        rows = self._rows[indices]
        columns = rows.shape[1]
        frequencies = rows * ((1 << PRECISION) - columns) // rows.sum(1, keepdims=True) + 1
        frequencies[:, columns // 2] += (1 << PRECISION) - frequencies.sum(1)
        return [categorical(row) for row in frequencies]

    def add(self, indices: NDArray[np.int64], symbols: NDArray[np.int64]) -> None:
        """Counts (n,) symbols in the rows (n,) ``indices``."""
        size, columns = self._rows.shape
        seen = np.bincount(indices * columns + symbols, minlength=size * columns).reshape(size, columns)
        self._rows += STEP * seen
        full = self._rows.sum(1) > LIMIT
        while full.any():
            self._rows[full] = (self._rows[full] + 1) >> 1
            full = self._rows.sum(1) > LIMIT


def flat(rows: int, columns: int) -> Counts:
    """Counts that expect every symbol alike."""
    return Counts(np.full((rows, columns), STEP // 8, np.int64))


def geometric(rows: int, half: int, unit_row: int) -> Counts:
    """Counts for the symbols -half..half, as columns from 0, and an escape.

    Row t expects a two-sided geometric distribution of mean magnitude 2**((t - unit_row) / 2). Integer square
    roots, so that every machine gets the same.
    """
    table = []
    for row in range(rows):
        mean = isqrt(1 << row + 32 - unit_row)
        ratio = (isqrt(_ONE * _ONE + mean * mean) - _ONE) * _ONE // max(mean, 1)
        side = [(_ONE - ratio) * _ONE // (_ONE + ratio)]
        for _ in range(half):
            side.append(side[-1] * ratio // _ONE)
        weights = [*side[:0:-1], *side]
        weights.append(max(_ONE - sum(weights), 0))
        table.append([max(weight * _START // _ONE, 1) for weight in weights])
    return Counts(np.array(table, np.int64))
