"""Probability tables by scale index: from counts of real symbols, with a Gaussian's shape where counts are thin.

Symbols may come in groups, such as the slices of latents, with tables of their own: (groups · SCALES) rows.
"""

import math

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import PRECISION, SymbolTables

SCALES = 64
LOG_SCALE_STEP = 8
"""Scale indices per natural logarithm."""
LOG_SCALE_LOW = -2.875
"""Natural logarithm of the scale of index 0, in steps."""

REACH = 512
"""Largest magnitude that a table holds; what lies beyond is escaped."""

_GAUSSIAN_WEIGHT = 30.0
"""How many counts the reference shape is worth."""
_COMMON_WEIGHT = 200.0
"""How many counts of a group the shape of all groups together is worth."""
_TAIL = 0.02
"""Share of the reference that is a Laplacian, since real symbols have heavier tails than a Gaussian."""


def scales() -> NDArray[np.float32]:
    """(SCALES,) standard deviations, in steps, that the indices stand for."""
    return np.exp(LOG_SCALE_LOW + np.arange(SCALES) / LOG_SCALE_STEP).astype(np.float32)


def fold(symbols: NDArray[np.int32], index: NDArray[np.intp], groups: int = 1) -> NDArray[np.int64]:
    """(groups · SCALES, REACH + 2) counts of magnitudes by row; the last column counts what lies beyond the reach."""
    magnitude = np.minimum(np.abs(symbols), REACH + 1).ravel()
    size, rows = REACH + 2, groups * SCALES
    return np.bincount(index.ravel() * size + magnitude, minlength=rows * size).reshape(rows, size)


def no_counts(groups: int = 1) -> NDArray[np.int64]:
    """Counts of nothing: `fit` then gives the reference shape."""
    return np.zeros((groups * SCALES, REACH + 2), np.int64)


def fit(counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """(groups · SCALES, REACH + 2) frequencies of magnitudes from counts.

    A row sums to 2**PRECISION when all magnitudes but 0 and the escape count twice, for both signs.
    """
    by_group = counts.reshape(-1, SCALES, REACH + 2)
    result = np.zeros(by_group.shape, np.uint32)
    for row, scale in enumerate(scales()):
        common = _shaped(by_group[:, row].sum(0), _reference(float(scale)), _GAUSSIAN_WEIGHT)
        for group, own in enumerate(by_group[:, row]):
            result[group, row] = _to_frequencies(common if len(by_group) == 1 else _shaped(own, common, _COMMON_WEIGHT))
    return result.reshape(counts.shape)


def unfold(frequencies: NDArray[np.uint32]) -> SymbolTables:
    """The tables of all symbols, which are symmetric about 0."""
    sides = frequencies[:, 1:-1]
    full = np.concatenate([sides[:, ::-1], frequencies[:, :1], sides, frequencies[:, -1:]], axis=1)
    return SymbolTables(full, -REACH, np.tile(scales(), len(full) // SCALES))


def tail(distances: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """The mass further than ``distances`` ≥ 0 from the centre, on both sides: a Gaussian with a heavier tail."""
    flat = [math.erfc(distance / scale / math.sqrt(2)) for distance in distances.ravel().tolist()]
    gaussian = np.array(flat).reshape(distances.shape)
    return (1 - _TAIL) * gaussian + _TAIL * np.exp(-distances / max(2 * scale, 0.15))


def _shaped(counts: NDArray[np.int64], shape: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """(REACH + 2,) mass from counts in bins, within which the mass is that of ``shape``, itself worth ``weight``."""
    edges = _bin_edges()
    bins = np.add.reduceat(counts + weight * shape, edges)
    mass = shape * np.repeat(bins / np.add.reduceat(shape, edges), np.diff([*edges, len(shape)]))
    normalised: NDArray[np.float64] = mass / mass.sum()
    return normalised


def _reference(scale: float) -> NDArray[np.float64]:
    """(REACH + 2,) mass of each magnitude, both signs together, and of all beyond."""
    beyond = tail(np.concatenate([[0.0], np.arange(REACH + 1) + 0.5]), scale)
    mass = np.maximum(np.append(-np.diff(beyond), beyond[-1]), 1e-12)
    normalised: NDArray[np.float64] = mass / mass.sum()
    return normalised


def _bin_edges() -> NDArray[np.intp]:
    """First magnitudes of bins that counts are gathered in: single at first, then growing by a quarter."""
    edges = [0, 1, 2, 3, 4, 5, 6, 7, 8]
    while edges[-1] <= REACH:
        edges.append(min(edges[-1] * 5 // 4, REACH + 1))
    return np.array(edges)


def _to_frequencies(mass: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Whole frequencies near ``mass`` of folded magnitudes, each at least 1."""
    total = 1 << PRECISION
    sides = np.maximum(np.rint(mass[1:-1] / 2 * total), 1)
    escape = max(round(float(mass[-1]) * total), 1)
    centre = total - 2 * int(sides.sum()) - escape
    if centre < 1:
        biggest = int(np.argmax(sides))
        lack = -(-(1 - centre) // 2)
        sides[biggest] -= lack
        centre += 2 * lack
    return np.concatenate([[centre], sides, [escape]]).astype(np.uint32)
