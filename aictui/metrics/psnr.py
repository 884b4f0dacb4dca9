"""Peak signal-to-noise ratio."""

import math

import numpy as np
from numpy.typing import NDArray

from aictui.metrics.base import Metric

_BAND = 256  # rows at a time, so that a large image needs little memory


def psnr(reference: NDArray[np.uint8], test: NDArray[np.uint8]) -> float:
    """10 log₁₀(255² / MSE) in dB, with one mean over every sample of all channels; infinite for equal images.

    ``reference`` and ``test`` are uint8 of equal shape; raises `ValueError` when the shapes differ.
    """
    if reference.shape != test.shape:
        raise ValueError(f"images of shapes {reference.shape} and {test.shape} cannot be compared")
    total = 0
    for top in range(0, len(reference), _BAND):
        difference = reference[top : top + _BAND].astype(np.int32) - test[top : top + _BAND]
        total += int(np.square(difference).sum(dtype=np.int64))
    if total == 0:
        return math.inf
    return 10 * math.log10(255**2 * reference.size / total)


PSNR = Metric(id="psnr", title="PSNR", measure=psnr, unit="dB")
