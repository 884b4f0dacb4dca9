"""The average difference in rate between two rate–distortion curves.

Bjøntegaard, "Calculation of average PSNR differences between RD-curves" (VCEG-M33, 2001), with the piecewise cubic
interpolation (PCHIP: Fritsch and Butland, 1984) of log rate over quality that replaced its single cubic (VCEG-AL22,
2009): it passes through every point, does not overshoot, and takes any number of points.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Curve = Sequence[tuple[float, float]]
"""Points of a rate–distortion curve: (rate, quality), rate above 0 in any unit, higher quality better."""


def bd_rate(anchor: Curve, test: Curve) -> float:
    """How much rate ``test`` needs more than ``anchor`` at equal quality, in percent; negative means less.

    The mean of the difference of log rates over the range of quality where both curves exist. NaN where they share
    none, or where a curve has fewer than two points. Points that another point of their curve beats in both rate and
    quality are left out, because the inverse of a curve that turns back is not a function.
    """
    anchor_quality, anchor_rate = _front(anchor)
    test_quality, test_rate = _front(test)
    if len(anchor_quality) < 2 or len(test_quality) < 2:
        return math.nan
    low = max(anchor_quality[0], test_quality[0])
    high = min(anchor_quality[-1], test_quality[-1])
    if low >= high:
        return math.nan
    difference = _integral(test_quality, test_rate, low, high) - _integral(anchor_quality, anchor_rate, low, high)
    return 100 * math.expm1(difference / (high - low))


def _front(curve: Curve) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Quality, strictly rising, and log rate, rising, of the points that no other point beats."""
    kept: list[tuple[float, float]] = []
    for rate, quality in sorted(curve, key=lambda point: (point[0], -point[1])):
        if math.isfinite(quality) and (not kept or quality > kept[-1][0]):
            kept.append((quality, math.log(rate)))
    points = np.array(kept, dtype=np.float64).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def _slopes(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """The PCHIP derivatives at the knots: weighted harmonic means, three-point formula at the ends."""
    step = np.diff(x)
    slope = np.diff(y) / step
    if len(x) == 2:
        return np.repeat(slope, 2)
    result = np.zeros_like(x)
    rising = slope[:-1] * slope[1:] > 0
    before, after = 2 * step[1:] + step[:-1], step[1:] + 2 * step[:-1]
    result[1:-1][rising] = ((before + after)[rising]) / (
        before[rising] / slope[:-1][rising] + after[rising] / slope[1:][rising]
    )
    result[0] = _end_slope(step[0], step[1], slope[0], slope[1])
    result[-1] = _end_slope(step[-1], step[-2], slope[-1], slope[-2])
    return result


def _end_slope(step: float, next_step: float, slope: float, next_slope: float) -> float:
    """The one-sided derivative at an end, limited so that the curve keeps its shape."""
    end = ((2 * step + next_step) * slope - step * next_slope) / (step + next_step)
    if end * slope <= 0:
        return 0.0
    if slope * next_slope < 0 and abs(end) > 3 * abs(slope):
        return 3 * slope
    return end


def _integral(x: NDArray[np.float64], y: NDArray[np.float64], low: float, high: float) -> float:
    """The exact integral of the PCHIP interpolant of (x, y) from ``low`` to ``high``, both within x."""
    slopes = _slopes(x, y)

    def antiderivative(interval: int, t: float) -> float:
        """From the interval's start to fraction ``t`` of it: the Hermite basis, integrated."""
        step = x[interval + 1] - x[interval]
        start, end = y[interval], y[interval + 1]
        rise_start, rise_end = step * slopes[interval], step * slopes[interval + 1]
        return float(
            step
            * (
                start * (t**4 / 2 - t**3 + t)
                + rise_start * (t**4 / 4 - 2 * t**3 / 3 + t**2 / 2)
                + end * (t**3 - t**4 / 2)
                + rise_end * (t**4 / 4 - t**3 / 3)
            )
        )

    total = 0.0
    for interval in range(len(x) - 1):
        left, right = max(low, x[interval]), min(high, x[interval + 1])
        if left < right:
            step = x[interval + 1] - x[interval]
            total += antiderivative(interval, (right - x[interval]) / step) - antiderivative(
                interval, (left - x[interval]) / step
            )
    return total
