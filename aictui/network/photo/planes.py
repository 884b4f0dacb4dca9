"""Planes of precision: which latents a refinement codes first, and with what probabilities.

A refinement splits every interval in three, which nests exactly with uniform rounding. How likely each third is
depends on the scale index and on where the interval's middle lies against the prior's centre, in 1/16 step; both are
whole numbers, so that thirds are looked up in tables (DPICT, Lee 2022, orders by the same idea with other planes).
"""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import PRECISION, SymbolTables, normalise
from aictui.network.photo.exact import BAND
from aictui.network.tables import SCALES, scales, tail

FACTOR = 3
OFFSETS = 384
"""Offsets of an interval's middle are told apart up to ±OFFSETS / 16 steps."""
ROWS = SCALES * (2 * OFFSETS + 1)
"""Rows of a kind of tables, see `Thirds`."""
FAR, NOT_UPPER, NOT_LOWER = 1, 2, 3
"""The kinds of rows after that of all three thirds."""
PLACES, STAGES = 3, 2
"""Refinements that have tables of their own, by their place in a file, and within each what comes early and late."""
LIKELY = 0.4
"""A refinement takes first the latents whose outer thirds have more than this probability."""
SPLIT = 0.55
"""With more than this, all that is coded first is whether it is the far third: the rest halves the interval nearly."""
THRESHOLDS = (0.35, 0.003)
"""Then those with more than these, in a walk of the prior each; the rest costs more bits than it is worth."""
FEW = 8
"""The first of these walks ends with the slice beyond which at most one in this many changes is expected."""
LEAN = 0.5
"""How far an interval that is still whole is taken to lie towards its mean; the synthesis sees to the rest."""

_WEIGHT = 30.0
"""How many counts the shape that thirds start from is worth."""


def no_counts() -> NDArray[np.int64]:
    """Counts of nothing: lower, middle and upper third, for each of `Refinement.thirds` by scale index and offset."""
    return np.zeros((PLACES * STAGES, SCALES, OFFSETS + 1, FACTOR), np.int64)


def count(counts: NDArray[np.int64], symbols: NDArray[np.int32], index: NDArray[Any]) -> None:
    """Adds (n,) thirds with their rows of `Thirds.tables` to ``counts`` of those.

    Where one third was ruled out before, what is left says too little.
    """
    first = index < NOT_UPPER * ROWS
    symbols, index = symbols[first], index[first] % ROWS
    scale, offset = np.divmod(index.astype(np.intp), 2 * OFFSETS + 1)
    offset -= OFFSETS
    np.add.at(counts, (scale, np.abs(offset), np.where(offset < 0, -symbols, symbols) + 1), 1)


def fit(counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Frequencies of the lower and upper third where the offset is ≥ 0, in the order of ``counts``.

    Where counts are thin, the masses of a Gaussian with a heavier tail; floating point, so call it when a model is
    built and store it.
    """
    shapes = [_shape(float(scale)) for scale in scales()]
    return np.stack(
        [
            np.stack(
                [
                    normalise(np.pad(row + _WEIGHT * shape, ((0, 0), (0, 1))))[:, [0, 2]]
                    for row, shape in zip(thirds, shapes, strict=True)
                ]
            )
            for thirds in counts
        ]
    )


def _shape(scale: float) -> NDArray[np.float64]:
    """(OFFSETS + 1, 3) probabilities of the thirds."""
    edges = np.arange(OFFSETS + 1)[:, None] / 16 + np.arange(4) - FACTOR / 2
    beyond = tail(np.abs(edges), scale)
    signed = np.where(edges < 0, 2 - beyond, beyond)
    exact = np.where(edges[:, :-1] >= 0, -np.diff(beyond, axis=1), -np.diff(signed, axis=1))
    exact = np.maximum(np.where(edges[:, 1:] <= 0, np.diff(beyond, axis=1), exact), 0)
    probabilities: NDArray[np.float64] = exact / exact.sum(1, keepdims=True)
    return probabilities


class Thirds:
    """The probabilities of thirds by scale index and offset.

    Rows come in four kinds, `ROWS` of each: of all three thirds; of whether it is the far one, which lies away from the
    centre; and of the two that are left once it is not the upper, or not the lower one.
    """

    def __init__(self, frequencies: NDArray[np.uint32]) -> None:
        """``frequencies``: (SCALES, OFFSETS + 1, 2), as `fit` gives them."""
        self._frequencies = frequencies

    @cached_property
    def tables(self) -> SymbolTables:
        """Tables of all rows."""
        lower, middle, upper = self._thirds.T
        one = np.ones_like(lower)  # of what cannot be, and of the escape, which is never used
        all_three, two = (1 << PRECISION) - 1, (1 << PRECISION) - 2
        below = self.far(np.arange(ROWS)) < 0
        far_lower, far_upper = np.where(below, lower, one), np.where(below, one, upper)
        lower_of_two, middle_of_two = (
            np.clip(a * two // (a + b), 1, two - 1) for a, b in ((lower, middle), (middle, upper))
        )
        kinds = (
            (lower, middle, upper, one),
            (far_lower, all_three - far_lower - far_upper, far_upper, one),
            (lower_of_two, two - lower_of_two, one, one),
            (one, middle_of_two, two - middle_of_two, one),
        )
        rows = np.concatenate([np.stack(kind, axis=1) for kind in kinds]).astype(np.uint32)
        outer = np.tile(lower + upper, len(kinds)) / (1 << PRECISION)
        return SymbolTables(rows, -1, np.sqrt(outer).astype(np.float32))

    @cached_property
    def lean(self) -> NDArray[np.float32]:
        """(ROWS,) where an interval seems to lie that is not split yet, in steps of its thirds from its middle."""
        lower, _, upper = self._thirds.T
        return ((upper - lower) * (LEAN / (1 << PRECISION))).astype(np.float32)

    def index(self, scale_index: NDArray[Any], centres: NDArray[Any], middles: NDArray[Any]) -> NDArray[Any]:
        """Rows of the first kind for intervals around ``middles``, both in 1/16 step."""
        offset = np.clip(middles.astype(np.int32) - centres, -OFFSETS, OFFSETS)
        return scale_index * np.int32(2 * OFFSETS + 1) + (offset + OFFSETS)

    def far(self, rows: NDArray[Any]) -> NDArray[np.int8]:
        """Which third of intervals with these rows is the far one: -1 or 1."""
        return np.where(rows % (2 * OFFSETS + 1) < OFFSETS, -1, 1).astype(np.int8)

    def likely(self, rows: NDArray[Any], least: float) -> NDArray[np.bool_]:
        """Where the outer thirds have more than a probability of ``least``."""
        found: NDArray[np.bool_] = self._urgency.take(rows) >= int(least * (1 << 16))
        return found

    def changes(self, rows: NDArray[Any], where: NDArray[np.bool_]) -> NDArray[np.int64]:
        """(latents,) expected changes, in 2**-16, of (n, latents) rows of the tables at the places in ``where``."""
        total = np.zeros(rows.shape[1], np.int64)
        for start in range(0, len(rows), BAND):
            band = slice(start, start + BAND)
            total += np.where(where[band], self._urgency.take(rows[band]), 0).sum(0, dtype=np.int64)
        return total

    def ordered(self, rows: NDArray[Any]) -> NDArray[np.intp]:
        """The order of (n,) rows that has the likeliest to change first."""
        return np.argsort(~self._urgency.take(rows), kind="stable")

    @cached_property
    def _thirds(self) -> NDArray[np.int64]:
        """(ROWS, 3) frequencies of the lower, middle and upper third."""
        both = np.concatenate([self._frequencies[:, :0:-1, ::-1], self._frequencies], axis=1)
        both = both.reshape(-1, 2).astype(np.int64)
        return np.stack([both[:, 0], (1 << PRECISION) - 1 - both.sum(1), both[:, 1]], axis=1)

    @cached_property
    def _urgency(self) -> NDArray[np.uint16]:
        """(ROWS,) probability of the outer thirds, in 2**-16."""
        return ((self._thirds[:, 0] + self._thirds[:, 2]) >> (PRECISION - 16)).astype(np.uint16)


class Refinement:
    """The tables of a model's refinements: of the only one, the first of several, and later ones."""

    def __init__(self, frequencies: NDArray[np.uint32]) -> None:
        """Frequencies as `fit` gives them; raises `ValueError` for others."""
        shape = (PLACES * STAGES, SCALES, OFFSETS + 1, 2)
        if frequencies.shape != shape or (frequencies < 1).any() or frequencies.sum(3).max() >= (1 << PRECISION) - 1:
            raise ValueError("the frequencies of thirds are malformed")
        self.thirds = tuple(map(Thirds, frequencies))

    def of(self, plane: int, planes: int) -> tuple[Thirds, Thirds]:
        """The tables of a plane, 0 being the finest of ``planes``: of what goes first, and of the rest."""
        place = (0 if plane == 0 else 1) if plane == planes - 1 else 2
        return self.thirds[place * STAGES], self.thirds[place * STAGES + 1]
