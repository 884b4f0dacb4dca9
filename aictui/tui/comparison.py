"""What the compare view knows: a request's generation, its figures and pictures; no widgets.

Every wish of the user starts a new generation. News of another generation is stale and refused, so that nothing
overtaken is ever shown.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.codec.settings import Settings, Target
from aictui.panels import Result
from aictui.tui.figures import Figures, Point
from aictui.tui.live import Completed, Estimated, Failed, News, Previewed, Request, Sampled
from aictui.tui.measuring import DecodeTimed, Matched, Measured, MeasuringNews, Sample, SampleMeasured, Unmatched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from aictui.codec.image import SourceImage
    from aictui.codec.live import Estimate
    from aictui.codec.peers import PeerResult


_TOLERATED = 1.05
"""A size that is missed by more than this factor is not what was asked for."""
_TOLERATED_DECIBELS = 0.1


class Comparison:
    """One image beside its compressed self.

    ``picture`` is the newest picture, (height, width, 3) uint8, which may be of an older generation until the
    present one has its own: ``current`` tells. ``notices`` are of the newest file, a line each. ``unmatched`` are the
    ids of the peers that cannot encode the image. ``stale`` counts what was refused.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self.generation = 0
        self.figures = Figures()
        self.source: SourceImage | None = None
        self.original: NDArray[np.uint8] | None = None
        self.picture: NDArray[np.uint8] | None = None
        self.current = False
        self.result: Result | None = None
        self.notices: tuple[str, ...] = ()
        self.peers: dict[str, PeerResult] = {}
        self.peer_metrics: dict[str, dict[str, float | None]] = {}
        self.unmatched: set[str] = set()
        self._unmeasurable: dict[str, float | None] = {}
        self.stale = 0
        self._samples: dict[str, dict[int, _Sample]] = {}

    def open(self, source: "SourceImage") -> None:
        """Take the image."""
        self.source = source
        self.original = as_rgb(source.pixels)

    def fail(self) -> None:
        """Let nothing that is not known be waited for; what was foretold of a file goes with it."""
        self.figures = replace(self.figures if self.figures.exact else Figures(), failed=True)

    def ask(self, settings: Settings) -> Request:
        """Start a generation, with such figures as can be told at once."""
        self.generation += 1
        self.settings = settings
        self.current = False
        self.result = None
        self.figures = self._guess(settings.target)
        return Request(self.generation, settings)

    @property
    def shortcoming(self) -> str:
        """In what the finished file is not what was asked for, in a few words; empty where it is."""
        if self.result is None or self.source is None:
            return ""
        target, size = self.settings.target, self.result.info.file_bytes
        if target.kind == "psnr":
            psnr = self.figures.metrics.get("psnr")
            missed = psnr is not None and psnr < target.value - _TOLERATED_DECIBELS
            return "coarser than asked for" if missed else ""
        if target.kind not in {"ratio", "size"} or target.lenient:
            return ""
        wanted = target.value if target.kind == "size" else self.source.raw_bytes / target.value
        if size > wanted * _TOLERATED:
            return "larger than asked for"
        return f"the finest that {self.settings.model} can" if size < wanted / _TOLERATED else ""

    @property
    def samples(self) -> list[Point]:
        """The known points of the curve for the present pipeline."""
        samples = self._samples.get(self._pipeline, {}).values()
        return [Point(sample.bits_per_pixel, sample.metrics["psnr"]) for sample in samples]

    @property
    def now(self) -> Point | None:
        """The present point of the curve."""
        psnr = self.figures.metrics.get("psnr")
        if psnr is None or not self.figures.bits_per_pixel:
            return None
        return Point(self.figures.bits_per_pixel, psnr)

    def accept(self, news: News | MeasuringNews) -> bool:
        """Take in a piece of news; true where it changes what is shown, which what is stale never does."""
        if isinstance(news, Sampled):
            self._remember(repr(news.pipeline), news.preview.estimate)
            return repr(news.pipeline) == self._pipeline
        if isinstance(news, SampleMeasured):
            pipeline, size = news.key
            self._samples[pipeline][size].metrics.update(news.metrics)
            return False
        if news.generation != self.generation:
            self.stale += 1
            return False
        if isinstance(news, Estimated):
            self._estimate(news.estimate)
        elif isinstance(news, Previewed):
            self._estimate(news.preview.estimate)
            self._remember(self._pipeline, news.preview.estimate)
            self.picture, self.current = as_rgb(news.preview.pixels), True
        elif isinstance(news, Completed):
            self._complete(news)
        elif isinstance(news, DecodeTimed):
            self.figures = replace(self.figures, decode_seconds=news.seconds)
        elif isinstance(news, Matched):
            self.peers[news.result.peer.id] = news.result
            self.peer_metrics[news.result.peer.id] = {}
            self.unmatched.discard(news.result.peer.id)
        elif isinstance(news, Unmatched):
            self.peers.pop(news.peer, None)
            self.unmatched.add(news.peer)
        elif isinstance(news, Failed):
            self.fail()
        elif isinstance(news, Measured):
            self._measure(news)
        return True

    def _estimate(self, estimate: "Estimate") -> None:
        metrics = self._unmeasurable | self._metrics_at(estimate.bits_per_pixel)
        if estimate.psnr is not None:
            metrics["psnr"] = estimate.psnr
        planes = 0 if self.settings.planes else None
        self.figures = Figures(estimate.bytes, estimate.ratio, estimate.bits_per_pixel, planes=planes, metrics=metrics)

    def _complete(self, news: Completed) -> None:
        encoded = news.exact.encoded
        info = encoded.info
        metrics: dict[str, float] = {} if encoded.psnr is None else {"psnr": encoded.psnr}
        self.figures = Figures(
            info.file_bytes,
            info.ratio,
            info.bits_per_pixel,
            encoded.seconds,
            exact=True,
            planes=info.point.planes,
            metrics={**self._unmeasurable, **metrics},
        )
        self.picture, self.current = as_rgb(news.exact.pixels), True
        self.notices = encoded.notices
        assert self.original is not None
        self.result = Result(
            self.path,
            self.settings,
            self.original,
            self.picture,
            encoded.data,
            info,
            metrics,
            news.exact.symbols,
            news.exact.part_latents,
        )

    def _measure(self, news: Measured) -> None:
        if news.peer:
            self.peer_metrics.setdefault(news.peer, {})[news.metric] = news.value
            return
        self.figures = self.figures.with_metric(news.metric, news.value)
        if news.value is None:
            self._unmeasurable[news.metric] = None
            return
        self._unmeasurable.pop(news.metric, None)
        if self.result is not None:
            self.result.metrics[news.metric] = news.value

    # The curve, and what it tells before anything is computed.

    @property
    def _pipeline(self) -> str:
        return repr(Request(0, self.settings).pipeline)

    def sample_of(self, news: Sampled) -> Sample | None:
        """What to measure of a sampled picture, so that other metrics than PSNR can be told at once too."""
        size = news.preview.estimate.bytes
        known = self._samples.get(repr(news.pipeline), {})
        if self.original is None or size not in known:
            return None
        return Sample((repr(news.pipeline), size), self.original, as_rgb(news.preview.pixels))

    def _remember(self, pipeline: str, estimate: "Estimate") -> None:
        if estimate.psnr is not None and estimate.psnr != float("inf"):
            samples = self._samples.setdefault(pipeline, {})
            sample = samples.setdefault(estimate.bytes, _Sample(estimate.bits_per_pixel, {}))
            sample.metrics["psnr"] = estimate.psnr

    def _guess(self, target: Target) -> Figures:
        """What a target means by itself, and by the known points of the curve."""
        if self.source is None:
            return Figures()
        pixels, raw = self.source.width * self.source.height, self.source.raw_bytes
        if target.kind == "ratio":
            count = round(raw / target.value)
        elif target.kind == "size":
            count = round(target.value)
        else:
            wanted = {"psnr": target.value} if target.kind == "psnr" else {}
            return Figures(metrics={**self._unmeasurable, **wanted})
        bits = 8 * count / pixels
        return Figures(count, raw / max(1, count), bits, metrics=self._unmeasurable | self._metrics_at(bits))

    def _metrics_at(self, bits_per_pixel: float) -> dict[str, float | None]:
        """Every metric between the nearest two points of the curve where it is known."""
        curves: dict[str, list[tuple[float, float]]] = {}
        for sample in self._samples.get(self._pipeline, {}).values():
            for metric, value in sample.metrics.items():
                curves.setdefault(metric, []).append((log2(sample.bits_per_pixel), value))
        values = {metric: _between(sorted(curve), log2(bits_per_pixel)) for metric, curve in curves.items()}
        return {metric: value for metric, value in values.items() if value is not None}


@dataclass(frozen=True)
class _Sample:
    """A point of a curve with the metrics that are known there."""

    bits_per_pixel: float
    metrics: dict[str, float]


def _between(curve: list[tuple[float, float]], place: float) -> float | None:
    """The value of a curve of (place, value) in order, on straight lines; ``None`` outside it."""
    for (low, first), (high, last) in pairwise(curve):
        if low <= place <= high:
            return first if low == high else first + (place - low) / (high - low) * (last - first)
    return None


def as_rgb(pixels: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """(height, width, 3) of (height, width, 1 or 3) uint8."""
    import numpy as np

    return pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, axis=2)
