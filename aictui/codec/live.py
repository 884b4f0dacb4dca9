"""Compression that follows a slider: the analysis is kept, the rate comes from code lengths."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aictui.codec.encode import Encoded
from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings, Target
from aictui.network.base import OperatingPoint
from aictui.progress import Progress, silent


@dataclass(frozen=True)
class Estimate:
    """What a target would give: file bytes, ratio, bits a pixel, and the PSNR in dB once a picture was made near it."""

    point: OperatingPoint
    bytes: int
    ratio: float
    bits_per_pixel: float
    psnr: float | None


@dataclass(frozen=True)
class Preview:
    """A picture near a target: ``pixels`` is (height, width, 1 or 3) uint8."""

    pixels: NDArray[np.uint8]
    estimate: Estimate


@dataclass(frozen=True)
class Exact:
    """The real file for a target, and its picture as the decoder makes it, (height, width, 1 or 3) uint8.

    ``symbols`` is the code itself: (rows, cols, latents) int32, 0 where nothing is coded.
    """

    encoded: Encoded
    pixels: NDArray[np.uint8]
    symbols: NDArray[np.int32] | None = None


class LiveSession:
    """One image and one choice of components, at any point of the rate–distortion curve.

    Not safe to use from two threads at once. The target of ``settings`` is not used.
    """

    def __init__(self, source: SourceImage, settings: Settings) -> None:
        raise NotImplementedError

    def estimate(self, target: Target, progress: Progress = silent) -> Estimate:
        """The figures of a target, without a picture."""
        raise NotImplementedError

    def preview(self, target: Target, progress: Progress = silent) -> Preview:
        """The picture of a target, at the bytes that code lengths promise."""
        raise NotImplementedError

    def exact(self, target: Target, progress: Progress = silent) -> Exact:
        """The real file of a target."""
        raise NotImplementedError
