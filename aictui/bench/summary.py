"""What the points say: mean curves, BD-rates by image and their mean."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from aictui.bench.point import Point
from aictui.metrics.bd_rate import bd_rate
from aictui.metrics.ms_ssim import decibels
from aictui.plugins import registry


@dataclass(frozen=True)
class MeanPoint:
    """The means over all images at one setting; a score is missing where an image has none."""

    setting: int
    bits_per_pixel: float
    encode_seconds: float
    decode_seconds: float
    scores: dict[str, float]


@dataclass(frozen=True)
class RateDifference:
    """How much more rate ``test`` needs than ``anchor`` at equal ``metric``, in percent, by image.

    Images whose curves share no range of quality are not in ``by_image``; ``mean`` is NaN where none is.
    """

    test: str
    anchor: str
    metric: str
    by_image: dict[str, float]

    @property
    def mean(self) -> float:
        """The mean over the images."""
        return fmean(self.by_image.values()) if self.by_image else math.nan


def mean_curve(points: Sequence[Point], codec: str) -> list[MeanPoint]:
    """The curve of a codec: at each setting the means over the images."""
    by_setting: dict[int, list[Point]] = {}
    for point in points:
        if point.codec == codec:
            by_setting.setdefault(point.setting, []).append(point)
    return [_mean_point(setting, by_setting[setting]) for setting in sorted(by_setting)]


def rate_difference(points: Sequence[Point], test: str, anchor: str, metric: str) -> RateDifference:
    """The BD-rate of ``test`` against ``anchor``, image by image; MS-SSIM is compared in decibels."""
    curves: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for point in points:
        if metric in point.scores:
            quality = on_scale(metric, point.scores[metric])
            curves.setdefault((point.codec, point.image), []).append((point.bits_per_pixel, quality))
    images = sorted({point.image for point in points})
    rates = {image: bd_rate(curves.get((anchor, image), []), curves.get((test, image), [])) for image in images}
    return RateDifference(test, anchor, metric, {image: rate for image, rate in rates.items() if not math.isnan(rate)})


def on_scale(metric: str, score: float) -> float:
    """A score on the scale that curves are drawn and compared on, where more is better."""
    if metric == "ms-ssim":
        return decibels(score)
    return score if registry().metric(metric).higher_is_better else -score


def _mean_point(setting: int, points: Sequence[Point]) -> MeanPoint:
    shared = set.intersection(*(set(point.scores) for point in points))
    return MeanPoint(
        setting,
        fmean(point.bits_per_pixel for point in points),
        fmean(point.encode_seconds for point in points),
        fmean(point.decode_seconds for point in points),
        {metric: fmean(point.scores[metric] for point in points) for metric in sorted(shared)},
    )
