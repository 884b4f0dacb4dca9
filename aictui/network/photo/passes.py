"""The dialogue between prior and codec: what is coded when, in one piece or in planes of precision."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import SymbolTables
from aictui.network.base import CodingPass, OperatingPoint, Passes
from aictui.network.photo.exact import BAND, ExactPrior, Prediction, Walk
from aictui.network.photo.planes import (
    FACTOR,
    FAR,
    FEW,
    LIKELY,
    NOT_LOWER,
    NOT_UPPER,
    ROWS,
    SPLIT,
    THRESHOLDS,
    Refinement,
    Thirds,
)
from aictui.network.tables import SCALES

SLICES_PER_PART = 2
"""Slices that share a part in a small file, where the few bytes that each part costs would count."""
SMALL_GRID = 4096
HALF = 8
"""Half a step, in 1/16: how far the middle of two thirds lies from that of all three."""
LAGS = (0.75, 0.3, 0.1)
"""How far below its level, in planes, a refinement looks best after each of its stages, since some latents wait."""

_NARROW = (1 << 15) - 64
"""Less than this in 1/16 of a step, a refinement included, takes 16 bits."""


class _Known:
    """What both sides know of (rows · cols, latents) latents, in 1/16 of the step of the last plane.

    ``values`` is what was coded; ``centres`` and ``scales`` (indices) are what the last walk expected. ``far`` tells of
    the third that an interval is known not to be in: 1 the upper, -1 the lower, 0 none.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.values = np.zeros(shape, np.int16)
        self.centres = np.zeros(shape, np.int16)
        self.scales = np.zeros(shape, np.uint8)
        self.far = np.zeros(shape, np.int8)

    def expect(self, item: Prediction) -> None:
        """Notes a prediction."""
        self.centres = _with_room(self.centres, item.centres)
        self.centres[item.positions, item.latents] = item.centres
        self.scales[item.positions, item.latents] = item.index

    def learn(self, item: Prediction, lattice: NDArray[np.int32]) -> None:
        """Notes what the base says of latents."""
        self.values = _with_room(self.values, lattice)
        self.values[item.positions, item.latents] = lattice

    def rows(self, thirds: Thirds) -> NDArray[np.uint16]:
        """Rows of the tables for the intervals around ``values``."""
        found = np.empty(self.values.shape, np.uint16)
        for start in range(0, len(found), BAND):
            band = slice(start, start + BAND)
            found[band] = thirds.index(self.scales[band], self.centres[band], self.values[band])
        return found

    def refine(self) -> None:
        """Goes over to the step of the next plane; what was expected stays as it is."""
        finer = self.values.astype(np.int32) * FACTOR
        self.values = _with_room(self.values, finer)
        self.values[...] = finer


def dialogue(
    prior: ExactPrior, tables: SymbolTables, refinement: Refinement, rows: int, cols: int, point: OperatingPoint
) -> Passes:
    """All passes of a grid at an operating point, for `Model.passes`."""
    return _Dialogue(prior, tables, refinement, rows, cols, point).passes()


@dataclass
class _Dialogue:
    prior: ExactPrior
    tables: SymbolTables
    refinement: Refinement
    rows: int
    cols: int
    point: OperatingPoint

    def __post_init__(self) -> None:
        self._known = _Known((self.rows * self.cols, self.point.latents if self.point.planes else 0))
        self._part = 0

    def passes(self) -> Passes:
        """The base, then refinement after refinement."""
        yield from self._base()
        for plane in range(self.point.planes - 1, -1, -1):
            refined, latents = yield from self._likely(plane)
            for turn in range(len(THRESHOLDS)):
                yield from self._rest(plane, turn, refined, self.point.latents if turn else latents)

    def _level(self, plane: int) -> int:
        return max(self.point.level - plane * self.prior.config.levels_per_plane, 0)

    def _look(self, plane: int, stage: int) -> int:
        """The level at which a picture looks best after a stage of a refinement."""
        return max(self._level(plane) - round(LAGS[stage] * self.prior.config.levels_per_plane), 0)

    def _walk(self, level: int, latents: int) -> Walk:
        return self.prior.walk(self.rows, self.cols, level, self.point.tune, latents)

    def _base(self) -> Passes:
        """Codes every latent for the first time."""
        point, known = self.point, self._known
        level, groups = self._level(point.planes), len(self.tables.scales) // SCALES
        grouped = SLICES_PER_PART if self.rows * self.cols < SMALL_GRID else 1
        walk = self._walk(level, point.latents)
        item = next(walk, None)
        while item is not None:
            self._part = item.slice_index // grouped
            lattice = yield CodingPass(
                part=self._part,
                positions=item.positions,
                latents=item.latents,
                centres=item.centres,
                index=(item.index + SCALES * min(item.slice_index, groups - 1)).astype(np.uint16),
                tables=self.tables,
                level=level,
                step=FACTOR**point.planes,
            )
            if point.planes:
                known.expect(item)
                known.learn(item, lattice)
            item = _send(walk, lattice)

    def _likely(self, plane: int) -> Generator[CodingPass, NDArray[np.int32], tuple[NDArray[np.bool_], int]]:
        """Codes intervals that are likely to change, likeliest first, as the last walk expected them.

        Of the likeliest it tells only whether they are in the far third. Returns which intervals those all are, and
        how many latents the next walk is worth its time for.
        """
        known = self._known
        thirds, _ = self.refinement.of(plane, self.point.planes)
        rows = known.rows(thirds)
        likely, split = thirds.likely(rows, LIKELY), thirds.likely(rows, SPLIT)
        latents = self._worthwhile(thirds.changes(rows, ~likely))
        known.refine()
        self._part += 1
        values, far, index = known.values.reshape(-1), known.far.reshape(-1), rows.ravel()
        for chosen, kind in ((split, FAR), (likely & ~split, 0)):
            elements = np.flatnonzero(chosen)
            found = index[elements]
            order = thirds.ordered(found)
            elements, found = elements[order], found[order].astype(np.uint32)
            side = thirds.far(found) if kind == FAR else None
            middles = values[elements]
            lattice = yield CodingPass(
                part=self._part,
                positions=np.arange(len(known.values)),
                latents=slice(0, self.point.latents),
                elements=elements,
                centres=middles.astype(np.int32),
                index=found + np.uint32(kind * ROWS),
                tables=thirds.tables,
                level=self._look(plane, 0),
                step=FACTOR**plane,
                limits=(-1, 1) if side is None else (np.minimum(side, 0), np.maximum(side, 0)),
                rest=None if side is None else side * np.float32(-0.5),
                guess=thirds.lean[found],
            )
            if side is not None:
                far[elements] = np.where(lattice == middles, side, 0)
            values[elements] = lattice
        values -= HALF * far
        return likely, latents

    def _worthwhile(self, changes: NDArray[np.int64]) -> int:
        """The end of the slice beyond which few of the (latents,) expected ``changes`` are."""
        total, upto = changes.sum(), changes.cumsum()
        ends = [min(end, len(changes)) for end in (*self.prior.config.starts[1:], len(changes))]
        return next(end for end in ends if (total - upto[end - 1]) * FEW <= total)

    def _rest(self, plane: int, turn: int, refined: NDArray[np.bool_], latents: int) -> Passes:
        """Codes less likely thirds, if not ``refined`` yet, while the prior walks over the first finer ``latents``."""
        known = self._known
        _, thirds = self.refinement.of(plane, self.point.planes)
        before, after = self._look(plane, turn), self._look(plane, turn + 1)
        self._part += 1
        walk = self._walk(self._level(plane), latents)
        item = next(walk, None)
        while item is not None:
            where = item.positions, item.latents
            far = known.far[where]
            block = known.values[where] + HALF * far.astype(np.int32)
            index = thirds.index(item.index, item.centres, block)
            take = (~refined[where] & thirds.likely(index, THRESHOLDS[turn])) | (far != 0)
            elements = np.flatnonzero(take)
            side = far.ravel()[elements]
            lattice = yield CodingPass(
                part=self._part,
                positions=item.positions,
                latents=item.latents,
                elements=elements,
                centres=block.ravel()[elements],
                index=(index.ravel()[elements] + ROWS * _KINDS[side]).astype(np.uint32),
                tables=thirds.tables,
                level=before + (after - before) * item.latents.stop // latents,
                step=FACTOR**plane,
                limits=(np.where(side < 0, 0, -1), np.where(side > 0, 0, 1)),
            )
            block.reshape(-1)[elements] = lattice
            known.values[where], known.far[where] = block, 0
            refined[where] |= take
            if plane and turn == len(THRESHOLDS) - 1:
                known.expect(item)
            item = _send(walk, block)


_KINDS = np.array([0, NOT_UPPER, NOT_LOWER])
"""The kind of rows by the third that was ruled out: none, the upper (1), the lower (-1)."""


def _send(walk: Walk, lattice: NDArray[np.int32]) -> Prediction | None:
    try:
        return walk.send(lattice)
    except StopIteration:
        return None


def _with_room(held: NDArray[Any], coming: NDArray[np.int32]) -> NDArray[Any]:
    """An array wide enough for what comes, and for a refinement of it, which moves it by little more than a step.

    16 bits do for nearly all pictures, and half of the memory counts where they are large.
    """
    fits = coming.size == 0 or max(-int(coming.min()), int(coming.max())) < _NARROW
    return held if fits or held.dtype != np.int16 else held.astype(np.int32)
