"""Rate control: the point of the rate–distortion curve that meets a target, in few tries.

A file's size grows with a whole number, the *position*: the model's level, or the number of latents where every
symbol takes a byte. On ordinary photos the logarithm of the size is known at every position up to a constant,
which one try gives; later tries correct what is left by interpolation.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from aictui.network.base import Model

TOLERANCE = 0.02
"""A size is met when it is at most so much below the asked one, as a fraction, unless the caller wants it nearer."""

SIZE_SLOPE = 1.0
"""Growth of the logarithm of the size with that of ordinary photos."""

_SLACK = 0.35  # part of the tolerance to aim below the goal, so that small errors of the prediction do no harm
_LEAST_GROWTH = 0.1  # of the logarithm between two typical rates: a search cannot tell equal ones apart
_SHALLOW = 0.003  # part of a file that may be cut off: the end of a fine file matters more than its bytes tell
_PSNR_EXCESS = 0.06  # dB above the asked PSNR that cost less than TOLERANCE of the bytes
_PSNR_ORIGIN = 32.8  # dB of an ordinary photo at one bit a pixel
_PSNR_COMPLEXITY = 6.2  # dB less at the same position for each unit of complexity


@dataclass(frozen=True)
class Axis:
    """The positions to search, and the logarithm of the bits a pixel that each has on ordinary photos."""

    logarithms: tuple[float, ...]
    first: int

    @property
    def last(self) -> int:
        """The last position."""
        return self.first + len(self.logarithms) - 1

    def logarithm(self, position: int) -> float:
        """Natural logarithm of the bits a pixel on ordinary photos."""
        return self.logarithms[position - self.first]

    def position(self, logarithm: float) -> int:
        """The last position that does not exceed a logarithm, or the first."""
        return self.first + max(0, int(np.searchsorted(self.logarithms, logarithm, "right")) - 1)


def level_axis(model: Model) -> Axis:
    """The levels of a model."""
    typical = model.typical_rates or (0.05, 4.0)
    places = np.linspace(0, model.levels - 1, len(typical))
    least = _LEAST_GROWTH * np.arange(len(typical))
    growing = np.maximum.accumulate(np.log(typical) - least) + least
    return Axis(tuple(float(value) for value in np.interp(np.arange(model.levels), places, growing)), 0)


def latent_axis(latents: int, bits_per_latent: float) -> Axis:
    """The numbers of latents of a pipeline that spends the same on each; bits count for each pixel."""
    return Axis(tuple(math.log(bits_per_latent * count) for count in range(1, latents + 1)), 1)


@dataclass
class Search:
    """Looks for the largest position whose value is at most ``goal``, or the smallest at or above it.

    ``tried`` maps positions to measured values, which grow with the position.
    """

    axis: Axis
    tried: dict[int, float] = field(default_factory=dict)

    def below(self, goal: float) -> int | None:
        """The last tried position whose value is at most ``goal``."""
        return max((position for position, value in self.tried.items() if value <= goal), default=None)

    def above(self, goal: float) -> int | None:
        """The first tried position whose value is more than ``goal``."""
        return min((position for position, value in self.tried.items() if value > goal), default=None)

    def settled(self, goal: float) -> bool:
        """Whether no untried position lies between the two around ``goal``."""
        low, high = self.below(goal), self.above(goal)
        if low is None:
            return high == self.axis.first
        return low == self.axis.last if high is None else high - low <= 1

    def predict(self, aim: float, slope: float, *, above: bool = False) -> int:
        """The untried position that should be the last of at most ``aim``, or the first ``above`` it.

        ``slope`` is values by logarithm, as long as only one was measured.
        """
        low, high = self.below(aim), self.above(aim)
        points = [(self.axis.logarithm(position), value) for position, value in self.tried.items()]
        points.sort(key=lambda point: abs(point[1] - aim))
        position = self.axis.position(_inverse(points, aim, slope)) + above
        lowest = self.axis.first if low is None else min(low + 1, self.axis.last)
        highest = self.axis.last if high is None else max(high - 1, self.axis.first)
        return min(max(position, lowest), highest)

    def value(self, position: int, slope: float) -> float:
        """The value to expect at a position, from the nearest tried ones; there must be one."""
        at = self.axis.logarithm(position)
        points = sorted((self.axis.logarithm(tried), value) for tried, value in self.tried.items())
        places, values = zip(*points, strict=True)
        if at < places[0]:
            return float(values[0] + slope * (at - places[0]))
        if at > places[-1]:
            return float(values[-1] + slope * (at - places[-1]))
        return float(np.interp(at, places, values))


def _inverse(points: list[tuple[float, float]], aim: float, slope: float) -> float:
    """The logarithm at which a growing curve through (logarithm, value) points, nearest first, has value ``aim``.

    By inverse quadratic interpolation where three points allow it and it stays between the two around ``aim``.
    """
    below = [point for point in points if point[1] <= aim]
    above = [point for point in points if point[1] > aim]
    pair = [below[0], above[0]] if below and above else points[:2]
    if len(pair) == 2 and pair[0][0] != pair[1][0]:
        found = (pair[1][1] - pair[0][1]) / (pair[1][0] - pair[0][0])
        slope = min(max(found, slope / 4), slope * 4)
    straight = pair[0][0] + (aim - pair[0][1]) / slope
    three = points[:3]
    if len({value for _, value in three}) < 3 or not (below and above):
        return straight
    curved = sum(
        place * math.prod((aim - other) / (value - other) for _, other in three if other != value)
        for place, value in three
    )
    return curved if below[0][0] < curved < above[0][0] else straight


def size_guess(axis: Axis, goal: float, pixels: int, complexity: float) -> int:
    """Where a picture of this `Workbench.complexity` should have ``goal`` bytes."""
    return axis.position(math.log(goal * 8 * (1 - _SLACK * TOLERANCE) / pixels) - complexity)


def psnr_guess(axis: Axis, goal: float, complexity: float) -> int:
    """Where a picture of this `Workbench.complexity` should have ``goal`` dB."""
    return axis.position((goal - _PSNR_ORIGIN + _PSNR_COMPLEXITY * complexity) / psnr_slope(complexity))


def psnr_slope(complexity: float) -> float:
    """Growth of the PSNR in dB with the logarithm of the size, for a picture of this `Workbench.complexity`."""
    return min(max(4.5 + 1.7 * complexity, 1.5), 8.0)


def position_for_size(
    axis: Axis,
    goal: float,
    start: int,
    measure: Callable[[int], float],
    tries: int,
    *,
    tolerance: float = TOLERANCE,
    cuttable: bool = True,
) -> int:
    """The best tried position for at most ``goal`` bytes, measuring from ``start`` on.

    Its size is at most ``goal`` and within ``tolerance`` of it, or more than ``goal``, to be cut down, where no
    position is near; a coder that is not ``cuttable``, because it would lose a whole block, is cut only where nothing
    is below ``goal``. It takes more than ``tries`` measurements only where a cut would be deep, and never more than
    twice as many.
    """
    search = Search(axis)
    target, position = math.log(goal), start
    for attempt in range(1, 2 * tries + 1):
        search.tried[position] = math.log(measure(position))
        low, high = search.below(target), search.above(target)
        near = low is not None and search.tried[low] >= target + math.log(1 - tolerance)
        shallow = cuttable and high is not None and search.tried[high] <= target + _SHALLOW
        settled = search.settled(target)
        if near or settled or (attempt >= tries and shallow):
            break
        position = search.predict(target + math.log1p(-_SLACK * tolerance), SIZE_SLOPE)
    if high is None or (low is not None and (near or not cuttable or not (settled or shallow))):
        assert low is not None
        return low
    return high


def position_for_psnr(
    axis: Axis, goal: float, start: int, slope: float, measure: Callable[[int], float], tries: int
) -> int | None:
    """The first position of at least ``goal`` dB, or one that costs little more; ``None`` where there is none.

    Measures at most ``tries`` times, from ``start`` on, where that leads near the goal; ``slope`` as of `psnr_slope`.
    """
    search = Search(axis)
    just_below, position = math.nextafter(goal, 0), start
    for attempt in range(1, len(axis.logarithms) + 1):
        search.tried[position] = measure(position)
        found = search.above(just_below)
        excess = math.inf if found is None else search.tried[found] - goal
        allowed = _PSNR_EXCESS if attempt < tries else 2 * _PSNR_EXCESS
        if excess <= allowed or search.settled(just_below):
            break
        hope = _PSNR_EXCESS / 2 if attempt < tries - 1 else _PSNR_EXCESS  # the last try should not fall short
        position = search.predict(goal + hope, slope, above=True)
    return search.above(just_below)
