"""The prior of `classic`: centre and scale of every latent from chunks and channels decoded before, in integers.

Latents are coded group by group, 1, 1, 2, 4, 8, …, so that a cut file lacks the least important ones. Within a
group the channels follow each other, green first; within a channel there are three passes over the grid: chunks at
even rows and columns, those at odd ones, the rest. The centre is a weighted sum of decoded latents, the scale one of
decoded magnitudes; the weights are whole numbers fitted to photos. All sums are of whole numbers and below 2**53 in
float64, hence exact in any order and the same everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import SymbolTables
from aictui.network.base import CodingPass, OperatingPoint, Passes
from aictui.network.classic.config import UNIT, ClassicConfig

Array = NDArray[Any]

WEIGHT_ONE = 1 << 13
"""Stands for 1 in the weights, which are int16."""
REACH = float(1 << 27)
"""Decoded latents, in 1 / (16 * UNIT) grey level, are clipped to this, beyond what an image gives: it bounds sums."""
BASE = UNIT * WEIGHT_ONE // 2
"""What the weight of a constant scale multiplies: it counts in 1/32 grey level."""
RATIO = 64
"""Scales are compared to thresholds in 1 / (16 * RATIO) step."""

LOW = 8
"""The first latents of the surrounding chunks bear on the centre of every coarse latent."""
COARSE = 64
"""Groups from this latent on are fine: one pass a channel, and fewer features."""

BLOCK = 1 << 14
"""Chunks of a pass whose features, many numbers of eight bytes for each latent, are in memory at once."""

_SELF = ((0, 0),)
_SIDES = ((0, -1), (0, 1), (-1, 0), (1, 0))
_CORNERS = ((-1, -1), (-1, 1), (1, -1), (1, 1))


@dataclass(frozen=True)
class Features:
    """What is known of (p,) chunks before (p, l) latents of a group are coded; whole numbers in float64.

    - ``low`` (p, f): latents that bear on the centre of every latent of the group;
    - ``own`` (o, p, l): the same latent in other chunks and channels;
    - ``sums`` (p, s): magnitudes of whole groups; ``magnitudes`` (m, p, l): of the same latent elsewhere.
    """

    low: Array
    own: Array
    sums: Array
    magnitudes: Array

    def centres(self, weights: Array) -> Array:
        """(p, l) in 1 / WEIGHT_ONE units, from (f + o, l) weights."""
        split = self.low.shape[1]
        return _add_weighted(self.low @ weights[:split], self.own, weights[split:])

    def scales(self, weights: Array) -> Array:
        """(p, l) in 1 / WEIGHT_ONE units, from (s + m + 1, l) weights, the last one of a constant."""
        split = self.sums.shape[1]
        total = self.sums @ weights[:split]
        total += weights[-1] * BASE
        return _add_weighted(total, self.magnitudes, weights[split:-1])


def _add_weighted(total: Array, features: Array, weights: Array) -> Array:
    """Adds (n, p, l) features times (n, l) weights to the (p, l) total, in place."""
    product = np.empty_like(total)
    for feature, weight in zip(features, weights, strict=True):
        total += np.multiply(feature, weight, out=product)
    return total


class Decoded:
    """The latents that are known so far, 0 where unknown and around the grid.

    Cells are chunks with a border of one around the grid, row by row.
    """

    def __init__(self, config: ClassicConfig, rows: int, cols: int, stack: int) -> None:
        self._width = cols + 2
        self._stack, self._cells = stack, (rows + 2) * self._width
        self._low = np.zeros((stack, self._cells, min(LOW, config.latents)))
        self._sums = np.zeros((len(config.groups), stack, self._cells))
        self._group, self._values = -1, np.zeros((stack, self._cells, 0))

    def set(self, channel: int, place: tuple[Array, Array], group: int, part: slice, values: Array) -> None:
        """Notes (p, l) latents ``part`` of a group at the chunks of ``place``, rows and columns."""
        cells = self._at(place)
        values = np.clip(values, -REACH, REACH)
        self._latents(group, part)[channel, cells] = values
        self._sums[group, channel, cells] = np.abs(values).sum(-1)
        if part.start < LOW:
            self._low[channel, cells, part] = values[:, : LOW - part.start]

    def features(
        self, channel: int, earlier: tuple[int, ...], place: tuple[Array, Array], group: int, part: slice
    ) -> Features:
        """The features of latents ``part`` of a group; ``earlier`` channels have that group already."""
        cells, latents = self._at(place), self._latents(group, part)
        fine = part.start >= COARSE
        around = () if fine else _SELF + _SIDES
        beside = () if fine else _SIDES + _CORNERS
        known = [(channel, offset) for offset in beside]
        known += [(other, offset) for other in earlier for offset in (around or _SELF)]
        own = np.empty((len(known), len(cells), latents.shape[2]))
        for target, (other, offset) in zip(own, known, strict=True):
            latents[other].take(cells + self._shift(offset), 0, target, "clip")
        low = [self._low[channel, :, : part.start].take(cells + self._shift(offset), 0) for offset in around]
        sums = [self._sums[before, channel, cells] for before in range(group)]
        sums += [self._sums[group, other, cells] for other in earlier]
        magnitudes = np.empty((len(earlier) + (0 if fine else 2), *own.shape[1:]))
        for target, other in zip(magnitudes, earlier, strict=False):
            np.abs(own[known.index((other, (0, 0)))], target)
        if not fine:
            near = self._sums[group, channel]
            for which, start, offsets in ((-2, 0, _SIDES), (-1, len(_SIDES), _CORNERS)):
                sums.append(reduce(np.add, [near[cells + self._shift(offset)] for offset in offsets]))
                np.abs(own[start : start + len(offsets)]).sum(0, out=magnitudes[which])
        return Features(
            low=np.concatenate(low, axis=1) if low else np.zeros((len(cells), 0)),
            own=own,
            sums=np.stack(sums, axis=1) if sums else np.zeros((len(cells), 0)),
            magnitudes=magnitudes,
        )

    def _latents(self, group: int, part: slice) -> Array:
        """(stack, cells, l) latents of a group; those of the group before are needed no more."""
        if group != self._group:
            self._group = group
            self._values = np.zeros((self._stack, self._cells, part.stop - part.start))
        return self._values

    def _at(self, place: tuple[Array, Array]) -> Array:
        cells: Array = (place[0] + 1) * self._width + place[1] + 1
        return cells

    def _shift(self, offset: tuple[int, int]) -> int:
        return offset[0] * self._width + offset[1]


def channels(stack: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Channels in coding order, each with those it is predicted from; of three, green predicts the others best."""
    if stack == 3:
        return ((1, ()), (0, (1,)), (2, (1, 0)))
    return tuple((channel, ()) for channel in range(stack))


def phases(rows: int, cols: int, fine: bool) -> list[tuple[Array, Array]]:
    """Rows and columns of the chunks of each pass over one channel."""
    y, x = (place.ravel() for place in np.indices((rows, cols)))
    if fine:
        return [(y, x)]
    even, odd = (y % 2 == 0) & (x % 2 == 0), (y % 2 == 1) & (x % 2 == 1)
    return [(y[mask], x[mask]) for mask in (even, odd, ~even & ~odd)]


def key(kind: str, group: int, role: int) -> str:
    """Name of the (anchors, phases, features, latents) weights of a group for channels with ``role`` earlier ones."""
    return f"prior/{kind}/{group}/{role}"


class ClassicPrior:
    """The coding order of a grid and what to expect, from the tensors of a model file."""

    def __init__(self, config: ClassicConfig, tensors: Mapping[str, Array], tables: SymbolTables) -> None:
        """``tensors`` holds the weights of every group by `key`, and two tables.

        ``prior/anchors`` (2, levels) tells which weights serve a level, unbounded and bounded. ``prior/thresholds``
        (n,), ascending, are the scales, in 1 / (16 * RATIO) step, at which the next row of ``tables`` begins.
        """
        self.config, self.tables = config, tables
        self._anchors = tensors["prior/anchors"]
        thresholds = tensors["prior/thresholds"]
        self._rows = np.searchsorted(thresholds, np.arange(int(thresholds[-1]) + 1), side="right").astype(np.uint16)
        self._weights = {
            name: value.astype(np.float64)
            for name, value in tensors.items()
            if name.startswith(("prior/centre/", "prior/scale/"))
        }

    def passes(self, rows: int, cols: int, point: OperatingPoint, steps: Array) -> Passes:
        """The dialogue of `Model.passes`; ``steps`` (latents,) int64 in 1 / UNIT grey level."""
        stack = point.stack if rows % point.stack == 0 else 1
        rows //= stack
        anchor = int(self._anchors[int(point.bounded), point.level])
        decoded = Decoded(self.config, rows, cols, stack)
        coarse, fine = phases(rows, cols, False), phases(rows, cols, True)
        for number, group in enumerate(self.config.groups):
            if group.start >= point.latents:
                return
            part = slice(group.start, min(group.stop, point.latents))
            kept, step = slice(0, part.stop - part.start), steps[part]
            for channel, earlier in channels(stack):
                centre_weights = self._weights[key("centre", number, len(earlier))][anchor, ..., kept]
                scale_weights = self._weights[key("scale", number, len(earlier))][anchor, ..., kept]
                for phase, place in enumerate(fine if group.start >= COARSE else coarse):
                    if not len(place[0]):
                        continue
                    shape = len(place[0]), len(step)
                    centres, index = np.empty(shape, np.int32), np.empty(shape, np.uint16)
                    for start in range(0, len(centres), BLOCK):
                        block = slice(start, start + BLOCK)
                        features = decoded.features(channel, earlier, (place[0][block], place[1][block]), number, part)
                        centres[block] = to_centres(features.centres(centre_weights[phase]), step)
                        index[block] = self.to_index(features.scales(scale_weights[phase]), step)
                    positions = (channel * rows + place[0]) * cols + place[1]
                    lattice = yield CodingPass(number, positions, part, centres, index, self.tables, point.level)
                    decoded.set(channel, place, number, part, lattice * step.astype(np.float64))

    def to_index(self, scales: Array, steps: Array) -> NDArray[np.uint16]:
        """Rows of the tables for (p, l) scales in 1 / WEIGHT_ONE units."""
        ratio = scales / (steps * (WEIGHT_ONE // RATIO))
        return self._rows[np.clip(ratio, 0, len(self._rows) - 1, out=ratio).astype(np.intp)]


def to_centres(centres: Array, steps: Array) -> NDArray[np.int32]:
    """Centres in 1 / WEIGHT_ONE units as int32 in 1/16 step, the nearest, halves up.

    The quotient of whole numbers below 2**53 never rounds up to a whole number, so its floor is exact.
    """
    divisor = steps * WEIGHT_ONE
    whole = (2 * centres + divisor) / (2 * divisor)
    np.floor(whole, out=whole)
    return np.clip(whole, -(1 << 24), 1 << 24, out=whole).astype(np.int32)
