"""Planes of precision: which latents a refinement codes first, and with what probabilities.

A refinement splits every interval in three, which nests exactly with uniform rounding. How likely each third is
depends on the scale index and on where the interval's middle lies against the prior's centre, in 1/16 step; both are
whole numbers, so that thirds are looked up in tables (DPICT, Lee 2022, orders by the same idea with other planes).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import PRECISION, SymbolTables, normalise
from aictui.network.photo.exact import SCALES
from aictui.network.photo.tables import scales, tail

FACTOR = 3
OFFSETS = 384
"""Offsets of an interval's middle are told apart up to ±OFFSETS / 16 steps."""
THRESHOLDS = (0.4, 0.2, 0.0)
"""A refinement takes first the latents whose outer thirds have more than this probability, and so on."""


_WEIGHT = 30.0
"""How many counts the shape that thirds start from is worth."""


def no_counts() -> NDArray[np.int64]:
    """(SCALES, OFFSETS + 1, 3) counts of nothing: lower, middle and upper third by scale index and offset."""
    return np.zeros((SCALES, OFFSETS + 1, FACTOR), np.int64)


def count(counts: NDArray[np.int64], symbols: NDArray[np.int32], index: NDArray[Any]) -> None:
    """Adds (n,) symbols of a refinement with their rows of `Refinement.tables` to ``counts``."""
    scale, offset = np.divmod(index.astype(np.intp), 2 * OFFSETS + 1)
    offset -= OFFSETS
    np.add.at(counts, (scale, np.abs(offset), np.where(offset < 0, -symbols, symbols) + 1), 1)


def fit(counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """(SCALES, OFFSETS + 1, 2) frequencies of the lower and upper third, by scale index and offset ≥ 0 in 1/16 step.

    Where counts are thin, the masses of a Gaussian with a heavier tail; floating point, so call it when a model is
    built and store it.
    """
    edges = np.arange(OFFSETS + 1)[:, None] / 16 + np.arange(4) - FACTOR / 2
    result = np.zeros((SCALES, OFFSETS + 1, 2), np.uint32)
    for row, scale in enumerate(scales().astype(float)):
        beyond = tail(np.abs(edges), scale)
        signed = np.where(edges < 0, 2 - beyond, beyond)
        exact = np.where(edges[:, :-1] >= 0, -np.diff(beyond, axis=1), -np.diff(signed, axis=1))
        exact = np.where(edges[:, 1:] <= 0, np.diff(beyond, axis=1), exact)
        shape = np.maximum(exact, 0) / np.maximum(exact, 0).sum(1, keepdims=True)
        result[row] = normalise(np.pad(counts[row] + _WEIGHT * shape, ((0, 0), (0, 1))))[:, [0, 2]]
    return result


class Refinement:
    """The tables of a model's refinements, and what is likely enough to come early."""

    def __init__(self, frequencies: NDArray[np.uint32]) -> None:
        """``frequencies`` as `fit` gives them."""
        total = 1 << PRECISION
        both = np.concatenate([frequencies[:, :0:-1, ::-1], frequencies], axis=1).reshape(-1, 2)
        escape = np.ones((len(both), 1), np.uint32)  # never used
        middle = (total - 1 - both.sum(1, keepdims=True)).astype(np.uint32)
        rows = np.concatenate([both[:, :1], middle, both[:, 1:], escape], axis=1)
        self._outer = total - 1 - middle[:, 0].astype(np.int64)
        self.tables = SymbolTables(rows, -1, np.sqrt(self._outer / total).astype(np.float32))

    def index(self, scale_index: NDArray[Any], centres: NDArray[np.int32], middles: NDArray[np.int32]) -> NDArray[Any]:
        """Rows of the tables for intervals around ``middles``, both in 1/16 step."""
        offset = np.clip(middles - centres, -OFFSETS, OFFSETS)
        return scale_index * (2 * OFFSETS + 1) + offset + OFFSETS

    def likely(self, index: NDArray[Any], threshold: float) -> NDArray[np.bool_]:
        """Where the outer thirds have more than a probability of ``threshold``."""
        found: NDArray[np.bool_] = self._outer[index] > int(threshold * (1 << PRECISION))
        return found
