"""The prior in exact integers: the same centre and scale of every symbol on every machine.

Weights are integers of up to 16 bits, activations integers within ±`ACTIVATION_LIMIT`, both held in float32 matrices
in which no sum of magnitudes can pass 2**24, so that every partial sum is exact: neither the order of summation nor
fused multiply–adds nor the library matter. Between layers one rule rescales and rounds: an accumulator becomes
``rint(accumulator * 2**-shift)``, halves to even.
"""

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.network.photo.config import STEPS_PER_ANCHOR, PhotoConfig
from aictui.network.photo.schedule import WINDOWS, nearest, positions, surroundings, taps
from aictui.network.sharing import by_blocks
from aictui.network.tables import LOG_SCALE_LOW, LOG_SCALE_STEP, SCALES

Tensors = Mapping[str, NDArray[Any]]

EXACT = 1 << 24
"""Whole numbers up to here, and so all sums that stay within, are exact in float32."""
ACTIVATION_LIMIT = 2047
CONTEXT_LIMIT = 240
"""Decoded latents are seen clipped to ±15 steps, in 1/16."""
KNOWN = 64
"""What tells a decoded neighbour: 1 in the units of the context, of which a step is 16 and weights see a quarter."""
RAW_LIMIT = 1 << 15
"""Decoded latents are averaged clipped to ±2048 steps, in 1/16."""
SETTING = 256
"""1 in the units of level and tune."""
BAND = 8192
"""Chunks that a coding pass holds at most; longer passes are cut, which bounds memory."""

FINE = 16
"""Log scales are added up in whole multiples of 1 / FINE of an index."""
TABLE_UNIT = 1024
"""Log scales in the tables by level and tune are whole multiples of 1 / TABLE_UNIT."""


@dataclass(frozen=True)
class Prediction:
    """What the prior expects of ``latents`` of the chunks at ``positions`` (p,): (p, l) arrays."""

    slice_index: int
    positions: NDArray[np.intp]
    latents: slice
    centres: NDArray[np.int32]
    index: NDArray[np.int32]


Walk = Generator[Prediction, NDArray[np.int32], None]
"""Yields predictions and is sent the (p, l) values, in 1/16 step, that were coded."""


class Affine:
    """``x @ weights + bias`` in exact integers, with a power-of-two rescaling by output.

    The powers are in ``weights`` and ``bias`` from the start, which moves the point of every sum and changes no digit.
    """

    def __init__(self, tensors: Tensors, name: str, bounds: NDArray[np.int64]) -> None:
        """``bounds``: (inputs,) largest magnitude of every input.

        Raises `ValueError` where a sum may be inexact, or the weights are for other inputs.
        """
        weights, bias, shift = (tensors[f"{name}/{part}"] for part in ("weights", "bias", "shift"))
        flat = weights.reshape(-1, weights.shape[-1])
        if len(flat) != len(bounds):
            raise ValueError(f"{name} has weights for {len(flat)} inputs, not {len(bounds)}")
        reach = np.abs(flat.astype(np.int64)).T @ bounds + np.abs(bias.astype(np.int64))
        if reach.max() > EXACT:
            raise ValueError(f"sums of {name} are not exact")
        self.factor = np.ldexp(np.float32(1), -shift.astype(int)).astype(np.float32)
        self.weights = flat.astype(np.float32) * self.factor
        self.bias = bias.astype(np.float32) * self.factor

    def scaled(self, x: NDArray[Any]) -> NDArray[Any]:
        """(n, inputs) integers to (n, outputs), rescaled but not rounded."""
        out = x @ self.weights
        out += self.bias
        return out


def rounded(x: NDArray[Any]) -> NDArray[Any]:
    """Rescaled accumulators as activations, in place."""
    np.rint(x, out=x)
    return np.clip(x, -ACTIVATION_LIMIT, ACTIVATION_LIMIT, out=x)


def leaky(x: NDArray[Any]) -> NDArray[Any]:
    """LeakyReLU of slope 1/8, exact before rounding, in place."""
    return np.maximum(x, x * np.float32(0.125), out=x)


class ExactSlicePrior:
    """The prior of one slice of latents."""

    def __init__(self, tensors: Tensors, config: PhotoConfig, index: int) -> None:
        self.size, self.passes, self.done = config.slices[index], config.passes[index], config.starts[index]
        self.half = WINDOWS[self.passes] // 2
        name, side = f"exact/{index}", 2 * self.half + 1
        self.relative = index < config.relative_slices
        own = (3 if self.relative else 2) * self.size + 1 if self.passes > 1 else 0
        summary = config.summary if self.done else 0
        if summary:
            self.project = Affine(tensors, f"{name}/project", np.full(2 * self.done, CONTEXT_LIMIT))
        inputs = np.repeat([ACTIVATION_LIMIT, CONTEXT_LIMIT, SETTING], [summary, own, 2])
        self.window = Affine(tensors, f"{name}/window", np.tile(inputs, side * side))
        self.hidden = Affine(tensors, f"{name}/hidden", np.full(config.prior, ACTIVATION_LIMIT))
        self.head = Affine(tensors, f"{name}/head", np.full(config.prior, ACTIVATION_LIMIT))
        kernel = self.window.weights.reshape(side * side, len(inputs), config.prior)
        self.places = [(dy, dx) for dy in range(-self.half, self.half + 1) for dx in range(-self.half, self.half + 1)]
        self.known, self.nearest = taps(self.passes), nearest(self.passes)
        self.summary_weights = kernel[:, :summary].reshape(-1, config.prior)
        self.own_weights = [
            kernel[[self.places.index(tap) for tap in known], summary : summary + own].reshape(-1, config.prior)
            for known in self.known
        ]
        self.setting_weights = kernel[:, summary + own :]

    def setting(self, level: int, tune: int) -> NDArray[Any]:
        """(window, width): what level and tune (both in 1/SETTING) add for every neighbour inside the grid."""
        return self.setting_weights[:, 0] * level + self.setting_weights[:, 1] * tune


class ExactPrior:
    """The prior of a model, walking over grids."""

    def __init__(self, tensors: Tensors, config: PhotoConfig) -> None:
        self.config = config
        self.slices = [ExactSlicePrior(tensors, config, i) for i in range(len(config.slices))]
        self.log_scale = tensors["exact/log_scale"].astype(np.int64)  # (tunes, anchors, latents) in 1 / TABLE_UNIT

    def base(self, level: int, tune: int) -> NDArray[np.int64]:
        """(latents,) log scale before any context, in 1 / (FINE * LOG_SCALE_STEP), from the scale of index 0."""
        config, table = self.config, self.log_scale[tune]
        place = level - config.below * STEPS_PER_ANCHOR
        inside = min(max(place, 0), (config.anchors - 1) * STEPS_PER_ANCHOR)
        low = min(inside // STEPS_PER_ANCHOR, config.anchors - 2)
        part = inside - low * STEPS_PER_ANCHOR
        total = table[low] * (STEPS_PER_ANCHOR - part) + table[low + 1] * part
        total += (place - inside) * round(config.anchor_ratio * TABLE_UNIT)
        total -= round(LOG_SCALE_LOW * TABLE_UNIT) * STEPS_PER_ANCHOR
        unit = TABLE_UNIT * STEPS_PER_ANCHOR // (FINE * LOG_SCALE_STEP)
        return (total + unit // 2) // unit

    def walk(self, rows: int, cols: int, level: int, tune: int, count: int) -> Walk:
        """Predicts the first ``count`` latents of a grid, slice by slice and pass by pass."""
        config = self.config
        base, growth = self.base(level, tune).astype(np.int32), _Growth.past_anchors(config, level)
        anchor = min(max(level - config.below * STEPS_PER_ANCHOR, 0), (config.anchors - 1) * STEPS_PER_ANCHOR)
        setting = (
            (2 * anchor * SETTING // STEPS_PER_ANCHOR + config.anchors - 1) // (2 * (config.anchors - 1)),
            tune * SETTING // max(len(config.tunes) - 1, 1),
        )
        before_last = max(start for start in config.starts if start < count)  # no slice looks back at the last one
        values = np.zeros((rows * cols, before_last), np.int16)
        for i, prior in enumerate(self.slices):
            part = slice(prior.done, min(prior.done + prior.size, count))
            if part.start >= part.stop:
                return
            grid = _Grid(prior, rows, cols, setting)
            if prior.done:
                grid.summarise(values[:, : prior.done])
            for turn, indices in enumerate(positions(rows, cols, prior.passes)):
                for start in range(0, len(indices), BAND):
                    band = indices[start : start + BAND]
                    centres, index = grid.predict(turn, band, base[part])
                    lattice = growth.shrunk((yield Prediction(i, band, part, growth.grown(centres), index)))
                    if part.stop <= before_last:
                        values[band, part] = np.clip(lattice, -CONTEXT_LIMIT, CONTEXT_LIMIT)
                    if turn + 1 < prior.passes:
                        grid.learn(band, lattice)


@dataclass(frozen=True)
class _Growth:
    """How values in the steps of a level past the last anchor, which grow with it, look to a prior trained up to there.

    ``grow`` is in 1/256, ``shrink`` in 1/65536.
    """

    grow: int
    shrink: int

    @classmethod
    def past_anchors(cls, config: PhotoConfig, level: int) -> "_Growth":
        """That of a level."""
        past = max(level - (config.below + config.anchors - 1) * STEPS_PER_ANCHOR, 0)
        growth = math.exp(past * round(config.anchor_ratio * TABLE_UNIT) / (STEPS_PER_ANCHOR * TABLE_UNIT))
        return cls(round(256 * growth), round(65536 / growth))

    def grown(self, centres: NDArray[np.int32]) -> NDArray[np.int32]:
        """What the prior expects, in steps of the level."""
        return centres if self.grow == 256 else (centres * self.grow + 128) >> 8

    def shrunk(self, lattice: NDArray[np.int32]) -> NDArray[np.int32]:
        """Values as the prior sees them."""
        if self.grow == 256:
            return lattice
        return ((lattice.astype(np.int64) * self.shrink + 32768) >> 16).astype(np.int32)


class _Grid:
    """What one slice's prior sees: planes over the grid, padded by half a window of zeros."""

    def __init__(self, prior: ExactSlicePrior, rows: int, cols: int, setting: tuple[int, int]) -> None:
        self.prior, self.cols = prior, cols
        self.stride = cols + 2 * prior.half
        self.length = (rows + 2 * prior.half) * self.stride
        self.kinds, inside = surroundings(rows, cols, 2 * prior.half + 1)
        self.ground = inside.astype(np.float32) @ prior.setting(*setting) + prior.window.bias
        if prior.passes > 1:
            self.own = np.zeros((self.length, 2 * prior.size + 1), np.float32)
        if prior.relative:
            self.raw = np.zeros((self.length, prior.size), np.float32)
        self.summary = np.zeros((self.length, 0), np.float32)

    def places(self, indices: NDArray[np.intp]) -> NDArray[np.intp]:
        """Indices into the padded planes."""
        row, col = np.divmod(indices, self.cols)
        return (row + self.prior.half) * self.stride + col + self.prior.half

    def summarise(self, values: NDArray[np.int16]) -> None:
        """Projects the (rows * cols, done) clipped values of all earlier slices."""
        project = self.prior.project
        self.summary = np.zeros((self.length, len(project.bias)), np.float32)

        def work(block: slice) -> None:
            seen = values[block].astype(np.float32)
            places = self.places(np.arange(block.start, block.stop))
            self.summary[places] = rounded(project.scaled(np.concatenate([seen, np.abs(seen)], axis=1)))

        by_blocks(work, len(values))

    def learn(self, indices: NDArray[np.intp], values: NDArray[np.int32]) -> None:
        """Takes in the values that a pass has coded."""
        places, size, kept = self.places(indices), self.prior.size, values.shape[1]
        seen = np.clip(values, -CONTEXT_LIMIT, CONTEXT_LIMIT)
        self.own[places, :kept] = seen
        self.own[places, size : size + kept] = np.abs(seen)
        self.own[places, 2 * size] = KNOWN
        if self.prior.relative:
            self.raw[places, :kept] = np.clip(values, -RAW_LIMIT, RAW_LIMIT)

    def predict(
        self, turn: int, indices: NDArray[np.intp], base: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(p, l) centres in 1/16 step and scale indices of the first latents, those with a ``base`` (l,)."""
        kept, size = len(base), self.prior.size
        centres, index = (np.empty((len(indices), kept), np.int32) for _ in range(2))
        rounding = base + FINE // 2

        def work(block: slice) -> None:
            out, mean = self._expect(turn, indices[block])
            centres[block] = out[:, :kept] + mean[:, :kept]
            scale = out[:, size : size + kept].astype(np.int32)
            scale += rounding
            scale //= FINE
            np.clip(scale, 0, SCALES - 1, out=index[block])

        by_blocks(work, len(indices))
        return centres, index

    def _expect(self, turn: int, indices: NDArray[np.intp]) -> tuple[NDArray[Any], NDArray[Any]]:
        """(p, 2 · size) centres in 1/16 step and log scales in 1 / (FINE * LOG_SCALE_STEP), whole numbers.

        To the centres is added what comes second, (p or 1, size).
        """
        prior = self.prior
        total = self.ground.take(self.kinds.take(indices), axis=0)
        places = self.places(indices)
        if prior.done:
            total += self._gather(self.summary, places, prior.places) @ prior.summary_weights
        mean: NDArray[Any] = np.zeros((1, prior.size), np.float32)
        if prior.known[turn]:
            own = self._gather(self.own, places, prior.known[turn])
            if prior.relative:
                own, mean = self._compare(turn, places, own)
            total += own @ prior.own_weights[turn]
        hidden = rounded(leaky(total))
        hidden = rounded(leaky(prior.hidden.scaled(hidden)))
        out = prior.head.scaled(hidden)
        return np.rint(out, out=out), mean

    def _compare(self, turn: int, places: NDArray[np.intp], own: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Puts into (p, taps · own) context how values differ from the mean of the nearest; and that, (p, size)."""
        prior, size, window = self.prior, self.prior.size, self.prior.known[turn]
        own = own.reshape(len(places), len(window), -1)
        raw = self._gather(self.raw, places, window).reshape(len(places), len(window), size)
        known, near = own[..., 2 * size :], list(prior.nearest[turn])
        count = np.count_nonzero(known[:, near], axis=1)
        total = raw[:, near].sum(1).astype(np.int32)
        mean = ((2 * total + count) // np.maximum(2 * count, 1)).astype(np.float32)
        difference = np.clip(raw - mean[:, None], -CONTEXT_LIMIT, CONTEXT_LIMIT)
        difference[known[..., 0] == 0] = 0
        return np.concatenate([own[..., : 2 * size], difference, known], axis=2).reshape(len(places), -1), mean

    def _gather(
        self, plane: NDArray[np.float32], places: NDArray[np.intp], window: list[tuple[int, int]] | tuple[Any, ...]
    ) -> NDArray[Any]:
        offsets = np.array([dy * self.stride + dx for dy, dx in window])
        rows = plane.take((places[:, None] + offsets).ravel(), axis=0)
        return rows.reshape(len(places), -1)
