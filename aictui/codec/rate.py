"""Rate control: the point of the rate–distortion curve that meets a target, in few tries.

A file's size grows with a whole number, the *position*: the model's level, or the number of latents where every
symbol takes a byte. What to expect at every position is known up to a constant, from ordinary photos or better from
a sample of the picture itself; one try gives the constant, and later tries correct what is left by interpolation.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from aictui.network.base import Model

TOLERANCE = 0.02
"""A size that lies below the asked one by at most this fraction meets it, unless the caller wants it nearer."""

REHEARSALS = 3
"""How often a sample is tried at most."""

PSNR_EXCESS = 0.06
"""dB above the asked PSNR that are good enough: they cost less than `TOLERANCE` of the bytes."""

LOSSLESS = 120.0
"""dB that stand in a search for a picture equal to its source, whose true PSNR is infinite."""

EXTRA_TRIES = 5
"""More tries where the allowed ones end far from the goal, as with pictures that behave like no photo."""

_SLACK = 0.4  # a prediction aims below the goal by this part of the tolerance
_LEAST_GROWTH = 0.1  # from one typical rate to the next, of its logarithm: a search cannot tell equal ones apart
_FAR_SIZE = 0.03  # a size that is below the goal by more than this part is worth more tries, …
_FAR_PSNR = 0.15  # … and so is a PSNR, in dB
_SHALLOW = 0.003  # part of a file that may be cut off: its end matters more than the number of bytes tells
_PSNR_MARGIN = 0.25  # dB to aim above the asked PSNR where falling short again would be worse
_PSNR_ORIGIN = 32.8  # dB of an ordinary photo at one bit a pixel
_PSNR_COMPLEXITY = 6.2  # dB less at the same position for each unit of complexity


@dataclass(frozen=True)
class Axis:
    """The positions to search, and a growing value to expect at each, up to a constant.

    For a start that is the logarithm of the bits a pixel on ordinary photos.
    """

    values: tuple[float, ...]
    first: int

    @property
    def last(self) -> int:
        """The last position."""
        return self.first + len(self.values) - 1

    def value(self, position: int) -> float:
        """The value to expect."""
        return self.values[position - self.first]

    def position(self, value: float) -> int:
        """The last position that does not exceed a value, or the first."""
        return self.first + max(0, int(np.searchsorted(self.values, value, "right")) - 1)


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

    ``tried`` maps positions to measured values, which grow with the position. ``slope`` is how they grow with those
    of the axis where only one is known.
    """

    axis: Axis
    slope: float = 1.0
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

    def predict(self, aim: float, *, above: bool = False, inside: float = 0.0) -> int:
        """The untried position that should be the last of at most ``aim``, or the first ``above`` it.

        It stays away from the tried ones around it by the part ``inside`` of what lies between them, up to a half.
        """
        low, high = self.below(aim), self.above(aim)
        position = self.learned().position(aim) + above
        lowest = self.axis.first if low is None else min(low + 1, self.axis.last)
        highest = self.axis.last if high is None else max(high - 1, self.axis.first)
        away = int(inside * (highest - lowest))
        return min(max(position, lowest + away), highest - away)

    def learned(self) -> Axis:
        """The axis with the values to expect after those that were measured, of which there must be one.

        Between two of them it has the shape of the axis, beyond the outermost the slope of the last two.
        """
        points = sorted((self.axis.value(position), value) for position, value in self.tried.items())
        places, values = (np.array(column) for column in zip(*points, strict=True))
        at = np.array(self.axis.values)
        expected = np.interp(at, places, values)
        expected += self._slope(points[:2]) * np.minimum(at - places[0], 0)
        expected += self._slope(points[-2:]) * np.maximum(at - places[-1], 0)
        return Axis(tuple(np.maximum.accumulate(expected).tolist()), self.axis.first)

    def _slope(self, pair: list[tuple[float, float]]) -> float:
        """The slope through two points, within reason."""
        (place, value), (other, far) = pair[0], pair[-1]
        if place == other:
            return self.slope
        return min(max((far - value) / (other - place), self.slope / 4), self.slope * 4)


def rehearse(search: Search, aim: float, start: int, near: float, measure: Callable[[int], float]) -> Axis:
    """Tries positions of a sample from ``start`` on until one is ``near`` the aim: what to expect of the whole."""
    position = start
    for _ in range(REHEARSALS):
        search.tried[position] = measure(position)
        if abs(search.tried[position] - aim) <= near or search.settled(aim):
            break
        position = search.predict(aim)
    return search.learned()


def size_scale(size: float, overhead: float) -> float:
    """What is searched for a size: the logarithm of the bytes beside an ``overhead`` that every position has."""
    return math.log(max(size - overhead, 1.0))


def size_guess(axis: Axis, goal: float, overhead: float, pixels: int, complexity: float) -> int:
    """Where a picture of this `Workbench.complexity` should have ``goal`` bytes, ``overhead`` among them."""
    return axis.position(size_scale(aim_below(goal), overhead) + math.log(8 / pixels) - complexity)


def psnr_guess(axis: Axis, goal: float, complexity: float) -> int:
    """Where a picture of this `Workbench.complexity` should have ``goal`` dB."""
    return axis.position((goal - _PSNR_ORIGIN + _PSNR_COMPLEXITY * complexity) / psnr_slope(complexity))


def psnr_slope(complexity: float) -> float:
    """Growth of the PSNR in dB with the logarithm of the size, for a picture of this `Workbench.complexity`."""
    return min(max(4.5 + 1.7 * complexity, 1.5), 8.0)


def _nothing(position: int) -> float:
    del position
    return 0.0


def position_for_size(
    search: Search,
    goal: float,
    start: int,
    measure: Callable[[int], float],
    tries: int,
    *,
    overhead: float = 0.0,
    tolerance: float = TOLERANCE,
    cuttable: bool = True,
    spare: Callable[[int], float] = _nothing,
) -> int:
    """The best tried position for at most ``goal`` bytes, from about ``tries`` measurements, the first at ``start``.

    Up to `EXTRA_TRIES` come on top where the goal is far. The size found is at most ``goal`` and within ``tolerance``
    of it, or more than ``goal``, to be cut down, where no position is near; a coder that is not ``cuttable``, because
    it would lose a whole block, is cut only where nothing is below ``goal``. ``spare`` is the part of a file at a
    position whose loss is worth less than another try; a cuttable one that is too large by no more is taken at once.
    ``overhead`` is what a file has beside what the search varies, as `size_scale` takes it.
    """
    target, position, sizes = size_scale(goal, overhead), start, dict[int, float]()
    for attempt in range(1, tries + EXTRA_TRIES + 1):
        sizes[position] = measure(position)
        search.tried[position] = size_scale(sizes[position], overhead)
        low, high = search.below(target), search.above(target)
        near = low is not None and sizes[low] >= goal * (1 - tolerance)
        if cuttable and not near and high is not None and sizes[high] <= goal * (1 + spare(high)):
            return high
        shallow = cuttable and high is not None and sizes[high] <= goal * (1 + _SHALLOW)
        far = not shallow and (low is None or sizes[low] < goal * (1 - _FAR_SIZE))
        if near or search.settled(target) or (attempt >= tries and not far):
            break
        aim = size_scale(aim_below(goal, tolerance), overhead)
        position = search.predict(aim, inside=0.0 if attempt < tries else 0.2)
    if high is None or (low is not None and (near or not cuttable or not (shallow or search.settled(target)))):
        assert low is not None
        return low
    return high


def aim_below(goal: float, tolerance: float = TOLERANCE) -> float:
    """The size to aim at for at most ``goal``, so that small errors of a prediction do no harm."""
    return goal * (1 - _SLACK * tolerance)


def position_for_psnr(
    search: Search,
    goal: float,
    start: int,
    measure: Callable[[int], float],
    tries: int,
) -> int | None:
    """The first position of at least ``goal`` dB, or one that costs little more; ``None`` where there is none.

    Measures about ``tries`` times, three or more, from ``start`` on. While nothing reaches the goal, the last but one
    of them aims at more, and the last one takes the last position. Up to `EXTRA_TRIES` come on top where the goal is
    far.
    """
    just_below, position = math.nextafter(goal, 0), start
    for attempt in range(1, tries + EXTRA_TRIES + 1):
        search.tried[position] = measure(position)
        found = search.above(just_below)
        excess = math.inf if found is None else search.tried[found] - goal
        if excess <= PSNR_EXCESS or search.settled(just_below) or (attempt >= tries and excess <= _FAR_PSNR):
            break
        if found is None and attempt == tries - 1:
            position = search.axis.last
            continue
        aim = goal + (_PSNR_MARGIN if found is None and attempt == tries - 2 else PSNR_EXCESS / 2)
        position = search.predict(aim, above=True, inside=0.0 if attempt < tries else 0.2)
    return search.above(just_below)
