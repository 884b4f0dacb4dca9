"""Rounding towards what is cheap."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.options import Option
from aictui.quantizers.base import Quantizer
from aictui.quantizers.round import to_steps, to_symbols


class Deadzone(Quantizer):
    """Rounds towards the centre unless a value is ``zone`` past the middle between two steps.

    The symbol next to the centre is the cheaper one, so a little more error buys a good many bits.

    >>> import numpy as np
    >>> values, centres = np.array([0.55, 0.65, -1.7], np.float32), np.zeros(3, np.int32)
    >>> Deadzone(zone=0.1).quantize(values, centres, np.ones(3, np.float32)).tolist()
    [0, 1, -2]
    """

    id = "deadzone"
    summary = "rounds towards what is cheap; fewer bytes at equal quality"
    options: ClassVar[tuple[Option, ...]] = (
        Option("zone", "float", 0.1, "how far past the middle a value must be, in steps", minimum=0, maximum=0.5),
    )

    def quantize(
        self, values: NDArray[np.float32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.int32]:
        """The symbols of ``values``."""
        rest = values - to_steps(centres)
        threshold = np.float32(0.5 - float(self.settings["zone"]))
        return to_symbols(np.copysign(np.floor(np.abs(rest) + threshold), rest))

    def dequantize(
        self, symbols: NDArray[np.int32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The values that the decoder reconstructs for ``symbols``, in steps."""
        return symbols.astype(np.float32) + to_steps(centres)
