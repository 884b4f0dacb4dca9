"""What a `photo` model looks like: sizes of its nets, the coding order of its latents, its scale of levels."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

STEPS_PER_ANCHOR = 256
"""Levels between two anchors: each changes the rate by a few thousandths at most."""


@dataclass(frozen=True)
class PhotoConfig:
    """Sizes and coding order of a model.

    - ``slices``: latents per slice, coded in this order; ``passes``: passes over the grid for each (1, 2 or 5).
    - ``relative_slices``: in how many of the first slices the prior starts from the mean of the nearest neighbours that
      are decoded: brightness runs to hundreds of steps, and a prior sees no more than 15 otherwise.
    - ``fine_from``: for each of the last slices the anchor from which on it is coded, ascending; coarser steps than
      there round nearly all of its latents to nothing.
    - ``wide``, ``deep``: channels at 1/8 and 1/16 of the resolution, with so many residual blocks each in the analysis
      net and in the synthesis net.
    - ``prior``: width of the prior's hidden layers; ``summary``: channels that sum up earlier slices.
    - ``tunes``: names of the distortions it was trained for, one row each in every table.
    - ``anchors``: levels that have their own gains, from Lagrangian weight ``lambda_min`` to ``lambda_max``;
      ``below`` and ``above`` count the anchors extrapolated past both ends, where only the steps go on growing.
    """

    slices: tuple[int, ...] = (8, 16, 24, 32, 48, 64, 128, 192, 256)
    passes: tuple[int, ...] = (5, 2, 2, 2, 2, 1, 1, 1, 1)
    relative_slices: int = 1
    fine_from: tuple[float, ...] = (4.0, 7.0)
    wide: int = 96
    deep: int = 192
    analysis_blocks: tuple[int, int] = (3, 2)
    synthesis_blocks: tuple[int, int] = (5, 3)
    prior: int = 96
    summary: int = 64
    tunes: tuple[str, ...] = ("psnr", "visual")
    anchors: int = 10
    below: int = 3
    above: int = 3
    lambda_min: float = 0.0005
    lambda_max: float = 0.4
    max_planes: int = 3

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "PhotoConfig":
        """The configuration that `to_json` wrote."""
        fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(**fields)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a model file."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @cached_property
    def latents(self) -> int:
        """Latents of a chunk."""
        return sum(self.slices)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """First latent of every slice."""
        return tuple(sum(self.slices[:i]) for i in range(len(self.slices)))

    def holding(self, latents: int) -> "PhotoConfig":
        """With no more slices than are coded at the first level that has this many latents."""
        coarse = len(self.slices) - len(self.fine_from)
        count = next(n for n in range(coarse, len(self.slices) + 1) if sum(self.slices[:n]) >= latents)
        fine = self.fine_from[: count - coarse]
        return replace(self, slices=self.slices[:count], passes=self.passes[:count], fine_from=fine)

    @property
    def margins(self) -> tuple[int, int]:
        """How many chunks away what comes out of analysis and synthesis may depend on: two 3×3 windows a block."""
        (wide, deep), (shown_wide, shown_deep) = self.analysis_blocks, self.synthesis_blocks
        return wide + 2 * deep, shown_wide + 2 * shown_deep

    @property
    def levels(self) -> int:
        """Number of levels."""
        return (self.below + self.anchors - 1 + self.above) * STEPS_PER_ANCHOR + 1

    @property
    def anchor_ratio(self) -> float:
        """Logarithm of the ratio of the steps of two neighbouring anchors, since steps go as 1 / sqrt(lambda)."""
        return 0.5 * math.log(self.lambda_max / self.lambda_min) / (self.anchors - 1)

    @property
    def levels_per_plane(self) -> int:
        """Levels between a plane of precision and the next, whose steps are a third as large."""
        return round(STEPS_PER_ANCHOR * math.log(3) / self.anchor_ratio)

    def latents_at(self, level: int) -> int:
        """How many latents are coded at a level."""
        return sum(self.slices[: self.slices_at(level / STEPS_PER_ANCHOR - self.below)])

    def slices_at(self, place: float) -> int:
        """How many slices are coded at a place on the scale of anchors."""
        return len(self.slices) - sum(place < first for first in self.fine_from)

    def anchor(self, level: int) -> float:
        """The place of a level on the scale of anchors, within the trained ones."""
        return min(max(level / STEPS_PER_ANCHOR - self.below, 0.0), self.anchors - 1.0)
