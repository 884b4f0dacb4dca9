"""What a reconstruction costs: squared error in one tune, mostly SSIMULACRA 2 in the other."""

from typing import Any

from keras import ops

from aictui.chunkers.base import CHUNK
from aictui.network.photo import visual
from aictui.network.photo.layers import depth_to_space

SQUARED_SHARE = 0.1
"""Of the distortion in the tune for people that stays squared error; the rest is SSIMULACRA 2."""
VISUAL_WEIGHT = 0.007
"""Of SSIMULACRA 2 at the lowest level, in bits a pixel; it doubles with every anchor."""


def distortion(chunks: Any, decoded: Any, lagrangian: Any, level: Any, tune: Any, visual_crops: int) -> Any:
    """(b,) distortions in bits a pixel of (b, rows, cols, 768) chunks; the first ``visual_crops`` may have tune 1.

    ``lagrangian``, ``level`` and ``tune`` are (b,): see `PhotoNetwork`.
    """
    squared = 255**2 * lagrangian * squared_error(chunks, decoded)
    if not visual_crops:
        return squared
    pictures = (depth_to_space(values[:visual_crops], CHUNK) + 0.5 for values in (chunks, decoded))
    seen = VISUAL_WEIGHT * 2.0 ** level[:visual_crops] * visual.distortion(*pictures)
    mixed = SQUARED_SHARE * squared[:visual_crops] + (1 - SQUARED_SHARE) * seen
    share = tune[:visual_crops]
    first = squared[:visual_crops] * (1 - share) + mixed * share
    return ops.concatenate([first, squared[visual_crops:]])


def squared_error(chunks: Any, decoded: Any) -> Any:
    """(b,) mean squared errors, of pixels in a range of 1."""
    return ops.mean(ops.square(decoded - chunks), axis=(1, 2, 3))
