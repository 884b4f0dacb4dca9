"""A rate–distortion-optimised quantizer for aictui."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui import hookimpl
from aictui.options import Option
from aictui.quantizers.base import Quantizer
from aictui.quantizers.round import to_steps, to_symbols

BITS = 2.0
"""Bits that each step away from the centre costs where the scale is 1: those of a Laplace distribution."""

FALL = 1.3
"""Power of 1 / scale that the bits grow with: more than a Laplace distribution's 1, since a symbol where none was
expected also spoils what the prior expects beside it."""

FARTHEST = 1.0
"""Steps that a value may end up away from its symbol."""


class RateDistortion(Quantizer):
    """Of the symbols that a value may take, the one with least squared error plus ``strength`` times its bits.

    >>> import numpy as np
    >>> values, centres = np.array([0.62, 0.62], np.float32), np.zeros(2, np.int32)
    >>> RateDistortion().quantize(values, centres, np.array([0.2, 3.0], np.float32)).tolist()
    [0, 1]
    """

    id = "rdo"
    summary = "weighs each symbol's error against its bits; fewer bytes at equal quality"
    options: ClassVar[tuple[Option, ...]] = (
        Option("strength", "float", 0.03, "squared steps of error that a bit may buy", minimum=0, maximum=0.2),
    )

    def quantize(
        self, values: NDArray[np.float32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.int32]:
        """The symbols of ``values``."""
        rest = np.nan_to_num(values - to_steps(centres), nan=0.0, posinf=2.0**24, neginf=-(2.0**24))
        size = np.abs(rest)
        price = float(self.settings["strength"]) * BITS / np.clip(np.nan_to_num(scales, nan=1.0), 0.02, 1000) ** FALL
        outer = np.ceil(size)
        best, least = outer, (outer - size) ** 2 + price * outer
        for fewer in (1, 2):
            symbol = np.maximum(outer - fewer, 0)
            error = np.abs(size - symbol)
            cost = error**2 + price * symbol
            better = (cost < least) & (error <= FARTHEST)
            best, least = np.where(better, symbol, best), np.where(better, cost, least)
        return to_symbols(np.copysign(best, rest).astype(np.float32))

    def dequantize(
        self, symbols: NDArray[np.int32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The values that the decoder reconstructs for ``symbols``, in steps."""
        return symbols.astype(np.float32) + to_steps(centres)


@hookimpl
def register_quantizers(register: Callable[[type[Quantizer]], None]) -> None:
    """Offers the quantizer to aictui."""
    register(RateDistortion)
