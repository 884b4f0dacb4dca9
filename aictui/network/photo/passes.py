"""The dialogue between prior and codec: what is coded when, in one piece or in planes of precision."""

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import SymbolTables
from aictui.network.base import CodingPass, OperatingPoint, Passes
from aictui.network.photo.exact import SCALES, ExactPrior, Prediction, Walk
from aictui.network.photo.planes import FACTOR, THRESHOLDS, Refinement

SLICES_PER_PART = 2
"""Slices that share a part in a small file, where the few bytes that each part costs would count."""
SMALL_GRID = 4096
LAG = 4
"""A plane that waits for its unlikely latents looks best at a level a quarter of a plane below its own."""


def dialogue(
    prior: ExactPrior, tables: SymbolTables, refinement: Refinement, rows: int, cols: int, point: OperatingPoint
) -> Passes:
    """All passes of a grid at an operating point, for `Model.passes`."""
    grouped = SLICES_PER_PART if rows * cols < SMALL_GRID else 1
    values = np.zeros((rows * cols, point.latents), np.int16) if point.planes else None
    yield from _base(prior, tables, rows, cols, point, grouped, values)
    if values is None:
        return
    part = (sum(start < point.latents for start in prior.config.starts) - 1) // grouped
    for plane in range(point.planes - 1, -1, -1):
        values[:] = _held(values.astype(np.int32) * FACTOR)
        refined = np.zeros(values.shape, np.bool_)
        for threshold in THRESHOLDS:
            part += 1
            yield from _refine(prior, refinement, rows, cols, point, plane, threshold, part, values, refined)


def base_level(prior: ExactPrior, point: OperatingPoint) -> int:
    """The level at which the base of a point with planes is coded."""
    return max(point.level - point.planes * prior.config.levels_per_plane, 0)


def _base(
    prior: ExactPrior,
    tables: SymbolTables,
    rows: int,
    cols: int,
    point: OperatingPoint,
    grouped: int,
    values: NDArray[np.int16] | None,
) -> Passes:
    """Codes every latent for the first time; notes what is known in ``values``, in 1/16 of the base's step."""
    level, step = base_level(prior, point), FACTOR**point.planes
    groups = len(tables.scales) // SCALES
    walk = prior.walk(rows, cols, level, point.tune, point.latents)
    item = next(walk, None)
    while item is not None:
        lattice = yield CodingPass(
            part=item.slice_index // grouped,
            positions=item.positions,
            latents=item.latents,
            centres=item.centres,
            index=(item.index + SCALES * min(item.slice_index, groups - 1)).astype(np.uint16),
            tables=tables,
            level=level,
            step=step,
        )
        if values is not None:
            values[item.positions, item.latents] = _held(lattice)
        item = _send(walk, lattice)


def _refine(
    prior: ExactPrior,
    refinement: Refinement,
    rows: int,
    cols: int,
    point: OperatingPoint,
    plane: int,
    threshold: float,
    part: int,
    values: NDArray[np.int16],
    refined: NDArray[np.bool_],
) -> Passes:
    """Codes thirds of the intervals around ``values``, in 1/16 of the plane's step, but for ``refined`` ones."""
    per_plane = prior.config.levels_per_plane
    level = max(point.level - plane * per_plane, 0)
    before = max(level - (per_plane if threshold == THRESHOLDS[0] else per_plane // LAG), 0)
    after = level if threshold == 0 else max(level - per_plane // LAG, 0)
    walk = prior.walk(rows, cols, level, point.tune, point.latents)
    item = next(walk, None)
    while item is not None:
        where = item.positions, item.latents
        middles = values[where].astype(np.int32)
        index = refinement.index(item.index, item.centres, middles)
        take = ~refined[where]
        if threshold > 0:
            take &= refinement.likely(index, threshold)
        lattice = yield CodingPass(
            part=part,
            positions=item.positions,
            latents=item.latents,
            centres=middles,
            index=index.astype(np.uint16),
            tables=refinement.tables,
            level=before + (after - before) * item.latents.stop // point.latents,
            step=FACTOR**plane,
            take=take,
            limit=1,
        )
        values[where] = _held(lattice)
        refined[where] |= take
        item = _send(walk, lattice)


def _send(walk: Walk, lattice: NDArray[np.int32]) -> Prediction | None:
    try:
        return walk.send(lattice)
    except StopIteration:
        return None


def _held(lattice: NDArray[np.int32]) -> NDArray[np.int16]:
    """Values as they are kept, which is far wider than latents get."""
    return np.clip(lattice, -32768, 32767).astype(np.int16)
