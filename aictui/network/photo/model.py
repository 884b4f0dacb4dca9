"""The `photo` model as the codec sees it."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import check
from aictui.network.backend import use_keras
from aictui.network.base import Model, OperatingPoint, Passes
from aictui.network.identity import Tensors
from aictui.network.photo.config import STEPS_PER_ANCHOR, PhotoConfig
from aictui.network.photo.exact import FINE, ExactPrior
from aictui.network.photo.levels import Levels
from aictui.network.photo.passes import dialogue
from aictui.network.photo.planes import Refinement
from aictui.network.store import ModelInfo
from aictui.network.tables import LOG_SCALE_LOW, LOG_SCALE_STEP, unfold
from aictui.progress import Progress, silent, stage

if TYPE_CHECKING:
    from aictui.network.photo.inference import Programs
    from aictui.network.photo.refining import Refiner

CORRECTED = 8.0, 9.5
"""From the first of these anchors an analysis makes up for what no decoder would show of it, from the second in full.

With coarser steps that costs as many bits as it gains.
"""

RARE = 500
"""To tell one latent in so many takes about nine bits, as many as a squared error of one step is worth."""

SIDES = (8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128, 144, 160)
"""Grids are padded to these sides, in chunks, so that few shapes are compiled."""

Array = NDArray[np.float32]


class PhotoModel(Model):
    """One network for all rates and tunes: chunks see their neighbours, and so does the prior."""

    architecture = "photo"
    carried_levels = STEPS_PER_ANCHOR // 4
    expecting_levels = STEPS_PER_ANCHOR
    refining_window = 32
    levels: int

    def __init__(self, info: ModelInfo, tensors: Tensors) -> None:
        """Raises `KeyError` or `ValueError` where the file lacks something."""
        self.config = config = PhotoConfig.from_json(info.config["network"])
        self.name, self.content_hash = info.name, info.content_hash
        self.chunk_size, self.chunker = info.chunk_size, info.chunker
        self.latents, self.levels, self.default_level = config.latents, config.levels, int(info.config["default_level"])
        self.tunes, self.default_tune = config.tunes, config.tunes.index(info.default_tune)
        self.max_planes = config.max_planes
        self.typical_rates = tuple(info.config.get("typical_rates", ()))
        _, self.margin = config.margins
        self._free_levels = dict(enumerate(info.config.get("free_planes_from", ())))
        self._levels = Levels(config, tensors)
        self._prior = ExactPrior(tensors, config)
        self._tables = unfold(tensors["tables/symbols"])
        check(self._tables)
        self.refinement = Refinement(tensors["tables/thirds"])
        self._analyses: dict[tuple[int, PhotoConfig], Callable[..., Array]] = {}
        self._syntheses: dict[PhotoConfig, Callable[..., Array]] = {}
        self._weights = {name: value for name, value in tensors.items() if name.startswith("network/")}

    def analyse(self, chunks: Array, point: OperatingPoint, progress: Progress = silent) -> Array:
        """(rows, cols, 768) chunks to (rows, cols, n) latents, in finest steps, at least those of the point."""
        scale8, scale16 = self._levels.analysis_scales(point.level, point.tune)
        config = self.config.holding(point.latents)
        analysis, deviation = self._analysis(point.tune, config), self._levels.deviation[: config.latents]
        share = self._correction(point)
        told = stage(progress, 0.0, 0.5) if share else progress
        found = self._padded(analysis, chunks, deviation, scale8, scale16, progress=told)
        gain = self._levels.gain(point.level, point.tune)[: config.latents]
        found *= gain
        if share:
            missing = chunks - self.synthesise(found, point, progress=stage(progress, 0.5, 1.0))
            found += (missing @ self._inverse[:, : config.latents]) * (share * gain)
        return found

    def analysis_margin(self, point: OperatingPoint) -> int:
        """What the synthesis sees, too, where the analysis corrects itself by it."""
        analysis, synthesis = self.config.margins
        return analysis + synthesis if self._correction(point) else analysis

    def _correction(self, point: OperatingPoint) -> np.float32:
        """How much of what a decoder would not show is added to latents, 0 to 1; it takes as long as the rest."""
        if point.rough:
            return np.float32(0)
        place = point.level / STEPS_PER_ANCHOR - self.config.below
        return np.float32(np.interp(place, CORRECTED, (0.0, 1.0)))

    def nearby(self, point: OperatingPoint) -> OperatingPoint:
        """The nearest whole anchor, uncorrected: within 1.2 % of the bytes and 0.16 dB on photos up to there."""
        anchor = round(point.level / STEPS_PER_ANCHOR)
        near = replace(point, level=min(anchor * STEPS_PER_ANCHOR, self.levels - 1))
        return replace(near, rough=True) if self._correction(near) else near

    def carried(self, latents: Array, before: OperatingPoint, after: OperatingPoint) -> Array:
        """Latents of an anchor in the steps of a level near it."""
        ratio = self._levels.gain(after.level, after.tune) / self._levels.gain(before.level, before.tune)
        return latents * ratio[: latents.shape[-1]]

    def refined(self, chunks: Array, latents: Array, point: OperatingPoint, progress: Progress = silent) -> Array:
        """Latents that descended rate and distortion of their own picture; see `refining`."""
        base = self._prior.base(point.level, point.tune) / (FINE * LOG_SCALE_STEP) + LOG_SCALE_LOW
        return self._refiner.refined(chunks, latents, base.astype(np.float32), point.level, point.tune, progress)

    def synthesise(
        self, latents: Array, point: OperatingPoint, level: int | None = None, progress: Progress = silent
    ) -> Array:
        """(rows, cols, latents) latents, in finest steps, to (rows, cols, 768) chunks."""
        look = point.level if level is None else level
        scale8, scale16 = self._levels.synthesis_scales(look, point.tune)
        config = self.config.holding(point.latents)
        values = latents[..., : config.latents] / self._levels.gain(point.level, point.tune)[: config.latents]
        spread = self._levels.spread(look, point.tune)[: config.latents]
        return self._padded(self._synthesis(config), values, spread, scale8, scale16, progress=progress)

    def passes(self, rows: int, cols: int, point: OperatingPoint) -> Passes:
        """The coding order of a grid, with the prior's expectation of every symbol."""
        return dialogue(self._prior, self._tables, self.refinement, rows, cols, point)

    def latents_at(self, level: int) -> int:
        """The finest slices are not worth their time where steps are coarse."""
        return self.config.latents_at(level)

    def worthwhile(self, latents: NDArray[np.floating]) -> int:
        """The last slice is left out where its few latents that are not nothing cost more than they give."""
        count, start = latents.shape[2], self.config.starts[-1]
        if count <= start:
            return count
        squares = (np.square(row[:, start:], dtype=np.float32) for row in latents)
        gain = sum(float(row.sum(where=row >= 0.25)) for row in squares)
        return count if gain * RARE > latents[..., start:].size else start

    def auto_planes(self, point: OperatingPoint) -> int:
        """As many planes as measured to cost at most one percent at this level."""
        return sum(point.level >= level for level in self._free_levels.get(point.tune, ()))

    def _padded(self, function: Callable[..., Any], grid: Array, *tables: Array, progress: Progress) -> Array:
        rows, cols, depth = grid.shape
        tall, wide = (next((side for side in SIDES if side >= size), size) for size in (rows, cols))
        inside = np.zeros((1, tall, wide, 1), np.float32)
        inside[:, :rows, :cols] = 1
        if (tall, wide) != (rows, cols):
            full = np.zeros((tall, wide, depth), np.float32)
            full[:rows, :cols] = grid
            grid = full
        found = function(grid[None], *tables, inside, progress=progress)
        return np.array(found[0, :rows, :cols])

    @cached_property
    def _refiner(self) -> "Refiner":
        use_keras()
        from aictui.network.photo.refining import Refiner

        return Refiner(self.config, self._levels, self._weights)

    @cached_property
    def _programs(self) -> "Programs":
        use_keras()
        from aictui.network.photo.inference import Programs

        return Programs(self._weights)

    @cached_property
    def _inverse(self) -> Array:
        """(768, latents) what undoes the linear path of the synthesis."""
        kernel = self._weights["network/synthesis/linear/kernel"].astype(np.float64)
        return np.linalg.solve(kernel @ kernel.T, kernel).T.astype(np.float32)

    def _analysis(self, tune: int, config: PhotoConfig) -> Callable[..., Array]:
        if (tune, config) not in self._analyses:
            programs = self._programs
            from aictui.network.photo.autoencoder import Analysis, analysis_name

            layer = Analysis(config, name=analysis_name(self.tunes[tune]))
            self._analyses[tune, config] = programs.of(layer, "analysis")
        return self._analyses[tune, config]

    def _synthesis(self, config: PhotoConfig) -> Callable[..., Array]:
        if config not in self._syntheses:
            programs = self._programs
            from aictui.network.photo.autoencoder import Synthesis

            self._syntheses[config] = programs.of(Synthesis(config, name="synthesis"), "synthesis")
        return self._syntheses[config]
