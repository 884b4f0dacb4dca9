"""One byte a latent, as in the original method."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.quantizers.base import CENTRE_STEPS, Quantizer


class Int8(Quantizer):
    """Rounds a value to a byte and sends its difference from the rounded centre, modulo 256.

    So every symbol is one byte whatever the centre is, as in the filters of PNG, and a coder that knows the
    probabilities still gains from the centre. Values outside -128..127 are clipped.

    >>> import numpy as np
    >>> values, centres = np.array([2.6, -300.0, 127.0], np.float32), np.array([16, 16, -160], np.int32)
    >>> symbols = Int8().quantize(values, centres, np.ones(3, np.float32))
    >>> symbols.tolist(), Int8().dequantize(symbols, centres, np.ones(3, np.float32)).tolist()
    ([2, 127, -119], [3.0, -128.0, 127.0])
    """

    id = "int8"
    summary = "one byte a latent: the original design"
    symbol_range: ClassVar[tuple[int, int] | None] = (-128, 127)

    def quantize(
        self, values: NDArray[np.float32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.int32]:
        """The symbols of ``values``, -128..127."""
        whole = np.clip(np.rint(np.nan_to_num(values, nan=0.0)), -128, 127).astype(np.int32)
        return wrap(whole - whole_centres(centres))

    def dequantize(
        self, symbols: NDArray[np.int32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The values that the decoder reconstructs for ``symbols``, in steps."""
        return wrap(symbols + whole_centres(centres)).astype(np.float32)

    def lattice(self, symbols: NDArray[np.int32], centres: NDArray[np.int32]) -> NDArray[np.int32]:
        """What the prior is told of ``symbols``: the values themselves, in 1/16 steps."""
        return wrap(symbols + whole_centres(centres)) * np.int32(CENTRE_STEPS)


def whole_centres(centres: NDArray[np.int32]) -> NDArray[np.int32]:
    """Centres rounded to whole steps (a half goes up) and clipped to a byte."""
    whole = (centres + np.int32(CENTRE_STEPS // 2)) // np.int32(CENTRE_STEPS)
    clipped: NDArray[np.int32] = np.clip(whole, -128, 127).astype(np.int32)
    return clipped


def wrap(values: NDArray[np.int32]) -> NDArray[np.int32]:
    """Values modulo 256, in -128..127."""
    wrapped: NDArray[np.int32] = (values + np.int32(128)) % np.int32(256) - np.int32(128)
    return wrapped
