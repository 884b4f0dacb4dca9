"""What a level and a tune mean to the transforms: gains, and scales of their features."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.network.photo.config import STEPS_PER_ANCHOR, PhotoConfig

Array = NDArray[np.float32]


class Levels:
    """Tables with a row for each tune and anchor level, linear in between.

    Past the outermost anchors only the gains go on, by the ratio that the anchors have.
    """

    def __init__(self, config: PhotoConfig, tensors: Mapping[str, NDArray[Any]]) -> None:
        self.config = config
        self.deviation: Array = tensors["network/deviation"].astype(np.float32)
        names = ("log_gain", "analysis_scale8", "analysis_scale16", "synthesis_scale8", "synthesis_scale16")
        self._tables = {name: tensors[f"network/{name}"].astype(np.float64) for name in names}

    def gain(self, level: int, tune: int) -> Array:
        """(latents,) what latents in the units of pixels are multiplied by to be in steps."""
        beyond = level / STEPS_PER_ANCHOR - self.config.below - self.config.anchor(level)
        return np.exp(self._at("log_gain", level, tune) + beyond * self.config.anchor_ratio).astype(np.float32)

    def spread(self, level: int, tune: int) -> Array:
        """(latents,) what latents in the units of pixels are divided by before the synthesis net sees them."""
        return (self.deviation + 0.5 / np.exp(self._at("log_gain", level, tune))).astype(np.float32)

    def analysis_scales(self, level: int, tune: int) -> tuple[Array, Array]:
        """Scales of the features of the analysis net at 1/8 and 1/16 of the resolution."""
        return self._scale("analysis_scale8", level, tune), self._scale("analysis_scale16", level, tune)

    def synthesis_scales(self, level: int, tune: int) -> tuple[Array, Array]:
        """Scales of the features of the synthesis net at 1/8 and 1/16 of the resolution."""
        return self._scale("synthesis_scale8", level, tune), self._scale("synthesis_scale16", level, tune)

    def _scale(self, name: str, level: int, tune: int) -> Array:
        return np.exp(self._at(name, level, tune)).astype(np.float32)

    def _at(self, name: str, level: int, tune: int) -> NDArray[np.float64]:
        anchor = self.config.anchor(level)
        low = min(int(anchor), self.config.anchors - 2)
        rows = self._tables[name][tune]
        return rows[low] + (anchor - low) * (rows[low + 1] - rows[low])
