"""Rounding towards what is cheap."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.options import Option
from aictui.quantizers.base import Quantizer
from aictui.quantizers.round import to_steps, to_symbols

LARGEST_ZONE = 0.4
"""Where next to nothing is expected, a value this far past the middle of two steps goes to the outer one after all."""


class Deadzone(Quantizer):
    """Rounds towards the centre unless a value is past the middle between two steps by ``zone`` / scale^1.25.

    The symbol next to the centre is the cheaper one, by about the reciprocal of the expected scale in bits, so a
    little more error buys a good many bits (rate–distortion optimised quantization, Sullivan 1996). A symbol where
    none was expected also spoils what is expected beside it: hence a little more than the reciprocal.

    >>> import numpy as np
    >>> values, centres = np.array([0.55, 0.65, -1.7], np.float32), np.zeros(3, np.int32)
    >>> Deadzone(zone=0.1).quantize(values, centres, np.ones(3, np.float32)).tolist()
    [0, 1, -2]
    """

    id = "deadzone"
    summary = "rounds towards what is cheap; fewer bytes at equal quality"
    options: ClassVar[tuple[Option, ...]] = (
        Option("zone", "float", 0.03, "how far rounding leans to the expected value", minimum=0, maximum=0.5),
    )

    def quantize(
        self, values: NDArray[np.float32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.int32]:
        """The symbols of ``values``."""
        rest = values - to_steps(centres)
        scale = np.fmax(scales, np.float32(0.01))
        zone = np.float32(float(self.settings["zone"])) / (scale * np.sqrt(np.sqrt(scale)))
        np.minimum(zone, np.float32(LARGEST_ZONE), out=zone)
        size = np.abs(rest)
        size += np.float32(0.5)
        size -= zone
        np.floor(size, out=size)
        return to_symbols(np.copysign(size, rest, out=size))

    def dequantize(
        self, symbols: NDArray[np.int32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The values that the decoder reconstructs for ``symbols``, in steps."""
        return symbols.astype(np.float32) + to_steps(centres)
