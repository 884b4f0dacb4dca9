"""How a quantizer rounds the latents of a coding pass, and what its symbols mean to the prior."""

import numpy as np
from numpy.typing import NDArray

from aictui.network.base import CodingPass
from aictui.quantizers.base import Quantizer
from aictui.quantizers.round import Round

_PLAIN = Round()


def symbols_of(item: CodingPass, latents: NDArray[np.floating], quantizer: Quantizer) -> NDArray[np.int32]:
    """The symbols of a pass over (rows * cols, n) latents, in finest steps; in the shape of its centres."""
    target = item.pick(latents).astype(np.float32, copy=False)
    if item.step != 1:
        target /= np.float32(item.step)
    # What is refined later is rounded plainly: only then do the thirds of an interval nest in it.
    rounding = quantizer if item.step == 1 else _PLAIN
    symbols = rounding.quantize(target, item.centres, item.tables.scales.take(item.index))
    return symbols if item.limits is None else np.clip(symbols, *item.limits).astype(np.int32, copy=False)
