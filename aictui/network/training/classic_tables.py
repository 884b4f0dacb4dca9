"""Fits what codes the latents of `classic`: steps of a byte, weights of the prior, probability tables."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import PRECISION
from aictui.network.base import CodingPass, OperatingPoint, converse
from aictui.network.classic.config import FINEST_STEP, LEVELS_PER_OCTAVE, UNIT, ClassicConfig, coarsening, steps_at
from aictui.network.classic.prior import (
    BASE,
    COARSE,
    RATIO,
    WEIGHT_ONE,
    Array,
    ClassicPrior,
    Decoded,
    channels,
    key,
    phases,
    to_centres,
)
from aictui.network.identity import Tensors
from aictui.network.tables import fit, fold, no_counts, scales, unfold
from aictui.progress import Progress, silent, stage

ANCHOR_STEPS = (3.0, 16.0, 64.0)
"""Quantization steps, in grey levels, at which the prior's weights are fitted; a level takes the nearest."""
MEASURED_LEVELS = 7
BOUNDED_OCTAVES = (0, 2, 4)
"""How many times the step of a byte has doubled at the bounded levels that are counted."""
DEVIATION = 1.3
"""Of a symbol, in its mean magnitudes; between that of a Gaussian and of a Laplacian."""
RIDGE = 3e-3
FIT_ROWS = 2500
"""Chunks that a set of weights is fitted to, at least."""
FITTED, COUNTED = 0.85, 0.93
"""Shares of the time after which the weights are fitted, and the symbols counted, about."""
COUNTED_SHARE = 4
"""One crop in this many is coded for the probability tables, and one in twice as many for the rates."""

_GREY = 16.0 * UNIT


def fit_bounded_steps(latents: NDArray[np.float32]) -> NDArray[np.int64]:
    """(K,) steps, in 1 / UNIT grey level, at which a byte holds (n, K) latents with the least squared error."""
    largest = np.abs(latents).max(0)
    best_step, best_error = largest / 127, np.full(len(largest), np.inf)
    for share in np.linspace(1.0, 0.2, 17):
        step = np.maximum(share * largest / 127, 1e-3)
        error = np.square(np.clip(np.rint(latents / step), -128, 127) * step - latents).mean(0)
        best_step = np.where(error < best_error, step, best_step)
        best_error = np.minimum(error, best_error)
    return np.maximum(np.ceil(best_step * UNIT), 1).astype(np.int64)


def fit_prior(
    config: ClassicConfig,
    grids: Sequence[NDArray[np.float32]],
    bounded: NDArray[np.int64],
    stack: int,
    pixels: int,
    progress: Progress = silent,
) -> tuple[Tensors, list[float]]:
    """The prior's tensors, and bits a pixel at `MEASURED_LEVELS` levels from the coarsest to the finest.

    ``grids``: (stack * rows, cols, K) latents in grey levels of crops of training photos, all of one shape with
    ``pixels`` pixels each; ``bounded`` as from `fit_bounded_steps`.
    """
    tensors: Tensors = {}
    fitted = []
    for number, step in enumerate(ANCHOR_STEPS):
        told = stage(progress, FITTED * number / len(ANCHOR_STEPS), FITTED * (number + 1) / len(ANCHOR_STEPS))
        fitted.append(_fit_weights(config, grids, int(step * UNIT), stack, told))
    for name in fitted[0]:
        tensors[name] = np.stack([weights[name] for weights in fitted]).astype(np.int16)
    finest = np.array([FINEST_STEP, np.exp(np.log(bounded[:COARSE]).mean())])
    level_steps = finest[:, None] / UNIT * coarsening() / 65536
    distance = np.abs(np.log(level_steps[..., None] / np.array(ANCHOR_STEPS)))
    tensors["prior/anchors"] = distance.argmin(-1).astype(np.uint8)
    sizes = scales().astype(np.float64)
    tensors["prior/thresholds"] = np.rint(16 * RATIO * np.sqrt(sizes[1:] * sizes[:-1])).astype(np.int32)
    counted, measured = grids[::COUNTED_SHARE], grids[:: 2 * COUNTED_SHARE]
    tensors["prior/frequencies"] = fit(
        _count(config, tensors, counted, bounded, stack, stage(progress, FITTED, COUNTED))
    )
    bits = _measure(config, tensors, measured, stack, stage(progress, COUNTED, 1.0))
    return tensors, [round(float(value / len(measured) / pixels), 5) for value in bits]


def _fit_weights(config: ClassicConfig, grids: Sequence[Array], step: int, stack: int, progress: Progress) -> Tensors:
    """Weights at one step, group by group in coding order, with the latents as they are decoded at that step."""
    rows, cols, _ = grids[0].shape
    rows //= stack
    units = [np.asarray(grid, np.float64).reshape(stack, rows, cols, -1) * 16 * UNIT for grid in grids]
    known = [Decoded(config, rows, cols, stack) for _ in grids]
    weights: dict[str, list[Array]] = {}
    for number, group in enumerate(config.groups):
        steps = np.full(group.stop - group.start, step, np.int64)
        for done, (channel, earlier) in enumerate(channels(stack)):
            progress((number + done / stack) / len(config.groups), "fitting the prior")
            for place in phases(rows, cols, group.start >= COARSE):
                features = [decoded.features(channel, earlier, place, number, group) for decoded in known]
                target = np.concatenate([grid[channel, place[0], place[1], group] for grid in units])
                low = np.concatenate([feature.low for feature in features])
                own = np.concatenate([feature.own for feature in features], axis=1)
                some = slice(None, None, max(len(target) // FIT_ROWS, 1))
                centre = _to_weights(_regress(low[some], own[:, some], target[some]))
                expected = [to_centres(feature.centres(centre), steps) * steps for feature in features]
                rest = target - np.concatenate(expected)
                sums = np.concatenate([feature.sums for feature in features])
                near = np.concatenate([feature.magnitudes for feature in features], axis=1)
                weights.setdefault(key("centre", number, len(earlier)), []).append(centre)
                weights.setdefault(key("scale", number, len(earlier)), []).append(
                    _to_weights(_fit_scale(sums[some], near[:, some], np.abs(rest[some])))
                )
                decoded_values = np.split(target - rest + np.rint(rest / (16 * step)) * 16 * step, len(grids))
                for decoded, values in zip(known, decoded_values, strict=True):
                    decoded.set(channel, place, number, group, values)
    return {name: np.stack(phase) for name, phase in weights.items()}


def _regress(low: Array, own: Array, target: Array) -> Array:
    """(f + o, l) weights of least squares for (n, l) targets, from (n, f) common and (o, n, l) own features."""
    common = np.broadcast_to(low, (target.shape[1], *low.shape))
    features = np.concatenate([common, own.transpose(2, 1, 0)], axis=2) / _GREY
    if not features.shape[2]:
        return np.zeros((0, target.shape[1]))
    matrix = features.transpose(0, 2, 1) @ features
    size = np.einsum("lff->lf", matrix)
    matrix = matrix + np.eye(features.shape[2]) * (RIDGE * size + 1e-6 * len(target))[:, None]
    vector = features.transpose(0, 2, 1) @ (target / _GREY).T[..., None]
    weights: Array = np.linalg.solve(matrix, vector)[..., 0].T
    return weights


def _fit_scale(sums: Array, near: Array, rest: Array) -> Array:
    """(s + m + 1, l) non-negative weights that expect (n, l) magnitudes, by reweighted least squares."""
    latents = rest.shape[1]
    common = np.concatenate([sums / _GREY, np.full((len(rest), 1), BASE / WEIGHT_ONE / _GREY)], axis=1)
    common = np.broadcast_to(common, (latents, *common.shape))
    features = np.concatenate([common, near.transpose(2, 1, 0) / _GREY], axis=2)
    size = np.abs(features).mean(1) + 1e-9
    features /= size[:, None]
    target = (rest / _GREY).T
    mean = target.mean(1, keepdims=True)
    expected = np.broadcast_to(mean + 0.1, target.shape)
    for _ in range(3):
        weighted = features / expected[..., None]
        matrix = weighted.transpose(0, 2, 1) @ weighted
        vector = weighted.transpose(0, 2, 1) @ (target / expected)[..., None]
        solution = _non_negative(matrix, vector[..., 0])
        expected = np.maximum((features @ solution[..., None])[..., 0], 0.05 * mean + 0.02)
    weights = (solution / size * DEVIATION).T
    split = sums.shape[1]
    return np.concatenate([weights[:split], weights[split + 1 :], weights[split : split + 1] / WEIGHT_ONE])


def _non_negative(matrix: Array, vector: Array) -> Array:
    """(l, f): the non-negative x with the least x·matrix·x / 2 - vector·x of each row, by coordinate descent."""
    solution = np.zeros_like(vector)
    diagonal = np.einsum("lff->lf", matrix)
    diagonal = diagonal + 1e-9 * diagonal.sum(1, keepdims=True) + 1e-12
    for _ in range(60):
        for j in range(vector.shape[1]):
            gradient = vector[:, j] - (matrix[:, j] * solution).sum(1)
            solution[:, j] = np.maximum(0.0, solution[:, j] + gradient / diagonal[:, j])
    return solution


def _to_weights(weights: Array) -> Array:
    return np.clip(np.rint(weights * WEIGHT_ONE), -32768, 32767)


def _count(
    config: ClassicConfig,
    tensors: Tensors,
    grids: Sequence[Array],
    bounded: NDArray[np.int64],
    stack: int,
    progress: Progress,
) -> NDArray[np.int64]:
    """(SCALES, REACH + 2) counts of magnitudes by scale index, over unbounded and bounded levels."""
    counts, finest = no_counts(), np.full(config.latents, FINEST_STEP)
    prior = ClassicPrior(config, tensors, unfold(np.ones(counts.shape, np.uint32)))  # its tables are not asked

    def note(item: CodingPass, symbols: NDArray[np.int32]) -> None:
        nonlocal counts
        counts += fold(symbols, item.index.astype(np.intp))

    points = [OperatingPoint(level, config.latents, stack=stack) for level in _measured_levels(config)]
    for octaves in BOUNDED_OCTAVES:
        level = config.levels - 1 - LEVELS_PER_OCTAVE * octaves
        points.append(OperatingPoint(level, config.latents, bounded=True, stack=stack))
    for number, point in enumerate(points):
        progress(number / len(points), "counting symbols")
        for grid in grids:
            _code(prior, grid, point, bounded if point.bounded else finest, note)
    return counts


def _measure(
    config: ClassicConfig, tensors: Tensors, grids: Sequence[Array], stack: int, progress: Progress
) -> list[float]:
    """Bits that an ideal coder takes with the tables in ``tensors``, at each of the measured levels, unbounded."""
    tables, finest = unfold(tensors["prior/frequencies"]), np.full(config.latents, FINEST_STEP)
    prior = ClassicPrior(config, tensors, tables)
    lengths = PRECISION - np.log2(tables.frequencies)

    def bits_at(level: int) -> float:
        bits: list[float] = []

        def note(item: CodingPass, symbols: NDArray[np.int32]) -> None:
            columns = np.clip(symbols - tables.minimum, 0, lengths.shape[1] - 1)
            bits.append(lengths[item.index, columns].sum())

        for grid in grids:
            _code(prior, grid, OperatingPoint(level, config.latents, stack=stack), finest, note)
        return sum(bits)

    levels, found = _measured_levels(config), []
    for number, level in enumerate(levels):
        progress(number / len(levels), "measuring rates")
        found.append(bits_at(level))
    return found


def _measured_levels(config: ClassicConfig) -> list[int]:
    levels: list[int] = np.linspace(0, config.levels - 1, MEASURED_LEVELS).round().astype(int).tolist()
    return levels


def _code(
    prior: ClassicPrior,
    grid: Array,
    point: OperatingPoint,
    finest: NDArray[np.int64],
    note: Callable[[CodingPass, NDArray[np.int32]], None],
) -> None:
    """Tells ``note`` of every pass over a (stack * rows, cols, K) grid in grey levels, and its rounded symbols.

    ``finest`` (K,) are the steps of the last level, in 1 / UNIT grey level.
    """
    rows, cols, size = grid.shape
    steps = steps_at(point.level, finest)
    latents = grid.reshape(-1, size) * UNIT / steps

    def answer(item: CodingPass) -> NDArray[np.int32]:
        symbols = np.rint(latents[item.positions, item.latents] - item.centres / 16).astype(np.int32)
        note(item, symbols)
        return symbols * np.int32(16) + item.centres

    converse(prior.passes(rows, cols, point, steps), answer)
