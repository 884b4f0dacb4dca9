"""Rounding to the nearest."""

import numpy as np
from numpy.typing import NDArray

from aictui.quantizers.base import CENTRE_STEPS, Quantizer


class Round(Quantizer):
    """Rounds what is left of a value after the centre to the nearest whole step.

    >>> import numpy as np
    >>> values, centres = np.array([2.6, -0.4], np.float32), np.array([16, 0], np.int32)
    >>> symbols = Round().quantize(values, centres, np.ones(2, np.float32))
    >>> symbols.tolist(), Round().dequantize(symbols, centres, np.ones(2, np.float32)).tolist()
    ([2, 0], [3.0, 0.0])
    """

    id = "round"
    summary = "nearest step; least error"

    def quantize(
        self, values: NDArray[np.float32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.int32]:
        """The symbols of ``values``."""
        return to_symbols(np.rint(values - to_steps(centres)))

    def dequantize(
        self, symbols: NDArray[np.int32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The values that the decoder reconstructs for ``symbols``, in steps."""
        return symbols.astype(np.float32) + to_steps(centres)


def to_steps(centres: NDArray[np.int32]) -> NDArray[np.float32]:
    """Centres in steps."""
    return centres.astype(np.float32) * np.float32(1 / CENTRE_STEPS)


def to_symbols(whole: NDArray[np.float32]) -> NDArray[np.int32]:
    """Whole numbers as int32; the bound keeps what is far out or not a number from wrapping round."""
    bounded = np.clip(whole, -(2**24), 2**24)
    bounded[np.isnan(bounded)] = 0
    return bounded.astype(np.int32)
