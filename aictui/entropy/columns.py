"""What the `adaptive` coder expects of a column: the symbols of one latent at all positions of a plane.

A column is predicted, and what is left is measured by its mean magnitude, its *scale*. A symbol's *class*
is the magnitude expected of it in half octaves: the scale, corrected by how large its surroundings turned out
against their scales. Everything is in integers.
"""

from math import isqrt

import numpy as np
from numpy.typing import NDArray

SCALES = 84
"""Scale 0: every symbol is 0. Scale s: a mean magnitude of 2**((s - UNIT_SCALE) / 2)."""

UNIT_SCALE = 21
CLASSES = 32
UNIT_CLASS = 20
ONE = 256
"""A relative magnitude of 1."""

FORGET = 2
"""Activity moves by 1 / 2**FORGET of the way towards each new column."""

_WEIGHTS = (0, 2, 3, 4)  # quarters of the plane before that are subtracted
PREDICTORS = 4 * len(_WEIGHTS)
"""Predictor 4 w + 2 r + c: minus _WEIGHTS[w] / 4 of the plane before; minus the row (r) and the position (c) before."""

_LARGEST = 16 * ONE  # beyond this, how far above the mean says no more
_HIGH_BITS = 2  # a mean magnitude of 8 and more leaves low bits to be coded as they are
_MEANS = [0, *(isqrt(1 << scale + 32 - UNIT_SCALE) for scale in range(1, SCALES))]  # in 1 / 2**16
_THRESHOLDS = np.array([isqrt(isqrt(1 << 25 + 2 * step)) for step in range(8)])  # ONE times 2**((2 step - 7) / 4)
_MIDDLE = 4  # thresholds below ONE


def wrap(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Values modulo 2**32, in the range of int32."""
    return values.astype(np.int32).astype(np.int64)


def best_predictor(
    symbols: NDArray[np.int32], above: NDArray[np.int32] | None, lag: int
) -> tuple[int, NDArray[np.int64]]:
    """The predictor that leaves least of a column, and what it leaves."""
    best = (0, symbols.astype(np.int64))
    least = int(np.abs(best[1]).sum())
    for weight in range(len(_WEIGHTS) if above is not None else 1):
        for steps in range(4 if lag else 2):
            rest = apply(symbols, 4 * weight + steps, above, lag)
            size = int(np.abs(rest).sum())
            if size < least:
                best, least = (4 * weight + steps, rest), size
    return best


def apply(symbols: NDArray[np.int32], predictor: int, above: NDArray[np.int32] | None, lag: int) -> NDArray[np.int64]:
    """What a predictor leaves of (n,) symbols, modulo 2**32."""
    rest = symbols - _from_above(predictor, above)
    for used, back in ((predictor & 1, 1), (predictor & 2, lag)):
        if used and back:
            rest[back:] -= rest[:-back].copy()
    return wrap(rest)


def undo(rest: NDArray[np.int64], predictor: int, above: NDArray[np.int32] | None, lag: int) -> NDArray[np.int32]:
    """The symbols of which `apply` leaves ``rest``."""
    symbols = rest.copy()
    for used, back in ((predictor & 2, lag), (predictor & 1, 1)):
        if used and back:
            filled = np.pad(symbols, (0, -len(symbols) % back)).reshape(-1, back)
            symbols = wrap(np.cumsum(filled, axis=0)).ravel()[: len(symbols)]
    whole: NDArray[np.int32] = (symbols + _from_above(predictor, above)).astype(np.int32)
    return whole


def _from_above(predictor: int, above: NDArray[np.int32] | None) -> NDArray[np.int64]:
    weight = _WEIGHTS[predictor >> 2]
    if above is None or weight == 0:
        return np.zeros(1, np.int64)
    return above.astype(np.int64) * weight >> 2


def scale_of(rest: NDArray[np.int64]) -> int:
    """The scale nearest to the mean magnitude of a column; 0 where all is 0."""
    total = int(np.abs(rest).sum())
    if total == 0:
        return 0
    mean = (total << 16) // len(rest)
    return max(1, min(range(1, SCALES), key=lambda scale: abs(_MEANS[scale] - mean)))


def spare_bits(scale: int) -> int:
    """Low bits of a symbol that are as good as random, for its mean magnitude."""
    return max(0, (scale - UNIT_SCALE) // 2 - _HIGH_BITS)


def relative(rest: NDArray[np.int64], scale: int) -> NDArray[np.int64]:
    """Magnitudes against the scale of their column, in 1 / ONE."""
    size: NDArray[np.int64] = np.minimum((np.abs(rest) << 24) // max(_MEANS[scale], 1), _LARGEST)
    return size


def classes(scale: int, activity: NDArray[np.int64], beside: NDArray[np.int64] | None, lag: int) -> NDArray[np.int64]:
    """The class of every symbol of a column, 0 .. CLASSES - 1."""
    size = _smooth(activity, lag)
    if beside is not None:
        size = (size + _smooth(beside, lag)) >> 1
    base = scale - UNIT_SCALE - 2 * spare_bits(scale) + UNIT_CLASS - _MIDDLE
    found: NDArray[np.int64] = np.clip(base + np.searchsorted(_THRESHOLDS, size, side="right"), 0, CLASSES - 1)
    return found


def _smooth(values: NDArray[np.int64], lag: int) -> NDArray[np.int64]:
    """Twice itself and its neighbours, which count 0 outside, divided by their weights."""
    total = 2 * values
    weight = 2
    for back in (1, lag):
        if 0 < back < len(values):
            total[back:] += values[:-back]
            total[:-back] += values[back:]
            weight += 2
    return total // weight
