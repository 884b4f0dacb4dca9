"""What the prior expected at one point: enough to picture points nearby without asking it again."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from aictui.network.base import CodingPass, Model, OperatingPoint
from aictui.quantizers.base import Quantizer


class Expectation:
    """Centres and scales of the (rows · cols, latents) latents of a point in one piece."""

    def __init__(self, point: OperatingPoint, positions: int) -> None:
        self.point = point
        self._centres = np.zeros((positions, point.latents), np.float32)
        self._scales = np.zeros((positions, point.latents), np.float16)

    def note(self, item: CodingPass) -> None:
        """Takes in a pass."""
        item.place(self._centres, item.centres)
        item.place(self._scales, item.tables.scales[item.index])

    def serves(self, model: Model, point: OperatingPoint) -> bool:
        """Whether `values` at a point are near to those that its own passes would give."""
        alike = replace(point, level=self.point.level, latents=self.point.latents) == self.point
        near = abs(point.level - self.point.level) <= model.expecting_levels
        return alike and near and not point.bounded and point.latents <= self.point.latents

    def values(
        self, model: Model, quantizer: Quantizer, latents: NDArray[np.float32], point: OperatingPoint
    ) -> NDArray[np.float32]:
        """What a decoder would know, about, of (rows, cols, n) latents of a point: in their shape and steps."""
        count = latents.shape[2]
        centres, scales = (
            model.carried(known[:, :count].astype(np.float32), self.point, point)
            for known in (self._centres, self._scales)
        )
        whole = np.rint(centres).astype(np.int32)
        symbols = quantizer.quantize(latents.reshape(-1, count), whole, scales)  # in the shape of a pass
        return quantizer.dequantize(symbols, whole, scales).reshape(latents.shape)
