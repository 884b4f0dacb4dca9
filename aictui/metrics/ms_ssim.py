"""Multi-scale structural similarity (Wang, Simoncelli, Bovik: "Multi-scale structural similarity…", 2003).

Computed on each of R, G and B and averaged, as learned codecs report it, with an 11-tap Gaussian window (σ = 1.5) over
its valid area, 2×2 averages between the five scales, and the paper's constants and exponents.
"""

import math

import numpy as np
from numpy.typing import NDArray

from aictui.metrics.base import Metric

_EXPONENTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_TAPS = 11
_C1 = (0.01 * 255) ** 2
_C2 = (0.03 * 255) ** 2
_MINIMUM_SIDE = _TAPS * 2 ** (len(_EXPONENTS) - 1)

_offsets = np.arange(_TAPS) - _TAPS // 2
_WINDOW = np.exp(-(_offsets**2) / (2 * 1.5**2))
_WINDOW /= _WINDOW.sum()


def ms_ssim(reference: NDArray[np.uint8], test: NDArray[np.uint8]) -> float:
    """MS-SSIM in 0..1 of two (height, width, channels) uint8 images, the mean over their channels.

    Raises `ValueError` when the shapes differ or a side is below 176 pixels.
    """
    if reference.shape != test.shape:
        raise ValueError(f"images of shapes {reference.shape} and {test.shape} cannot be compared")
    if min(reference.shape[:2]) < _MINIMUM_SIDE:
        raise ValueError(
            f"MS-SSIM needs at least {_MINIMUM_SIDE} pixels a side, not {reference.shape[1]}×{reference.shape[0]}"
        )
    channels = range(reference.shape[2])
    return float(
        np.mean([_plane(reference[..., c].astype(np.float64), test[..., c].astype(np.float64)) for c in channels])
    )


def decibels(value: float) -> float:
    """−10 log₁₀(1 − value), the scale on which MS-SSIM is plotted and BD-rates are taken; infinite for 1."""
    return math.inf if value >= 1 else -10 * math.log10(1 - value)


def _plane(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """MS-SSIM of two (height, width) planes."""
    result = 1.0
    for scale, exponent in enumerate(_EXPONENTS):
        luminance, structure = _similarity(a, b)
        last = scale == len(_EXPONENTS) - 1
        mean = float(np.mean(luminance * structure if last else structure))
        result *= max(mean, 0.0) ** exponent
        if not last:
            a, b = _halve(a), _halve(b)
    return result


def _similarity(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The luminance map and the contrast-times-structure map of SSIM."""
    mean_a, mean_b = _blur(a), _blur(b)
    variance_a = _blur(a * a) - mean_a * mean_a
    variance_b = _blur(b * b) - mean_b * mean_b
    covariance = _blur(a * b) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + _C1) / (mean_a * mean_a + mean_b * mean_b + _C1)
    structure = (2 * covariance + _C2) / (variance_a + variance_b + _C2)
    return luminance, structure


def _blur(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Gaussian mean around every pixel whose window lies inside the plane."""
    rows = plane.shape[0] - _TAPS + 1
    columns = plane.shape[1] - _TAPS + 1
    half = _TAPS // 2
    down = _WINDOW[half] * plane[half : half + rows]
    for k in range(half):  # the window is symmetric: one product serves two taps
        down += _WINDOW[k] * (plane[k : k + rows] + plane[_TAPS - 1 - k : _TAPS - 1 - k + rows])
    across: NDArray[np.float64] = _WINDOW[half] * down[:, half : half + columns]
    for k in range(half):
        across += _WINDOW[k] * (down[:, k : k + columns] + down[:, _TAPS - 1 - k : _TAPS - 1 - k + columns])
    return across


def _halve(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """The means of 2×2 blocks; an odd last row or column is dropped."""
    rows, columns = plane.shape[0] // 2, plane.shape[1] // 2
    even = plane[: 2 * rows, : 2 * columns]
    halved: NDArray[np.float64] = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    return halved


MS_SSIM = Metric(id="ms-ssim", title="MS-SSIM", measure=ms_ssim, minimum_side=_MINIMUM_SIDE)
