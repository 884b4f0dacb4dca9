"""Compression that follows a slider: the analysis is kept, the rate comes from code lengths."""

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aictui.codec.components import for_settings
from aictui.codec.encode import Encoded, finished, picture, write
from aictui.codec.expectation import Expectation
from aictui.codec.image import SourceImage
from aictui.codec.rate import LOSSLESS, Search, psnr_guess, psnr_slope, size_guess, size_scale
from aictui.codec.settings import Settings, Target
from aictui.codec.targets import axis_of, exact_latents, point_at, point_for, settle, size_limit, take_aim
from aictui.codec.workbench import Trial, Workbench
from aictui.network.base import OperatingPoint
from aictui.progress import Progress, silent, stage

_PREVIEW_TRIES = 3
_CLOSE_SIZE = 0.04  # a preview this near to the asked size, as a fraction, is good enough
_CLOSE_PSNR = 0.3  # and so is one this near to the asked PSNR, in dB
_KNOWN_RATES = 2.2  # a curve is known between two points whose sizes differ by no more than this factor


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

    ``symbols`` is the code itself: (rows, cols, latents) int32, the decoded latents in whole steps. ``part_latents``
    holds the first latent of each part of the file and the one after its last.
    """

    encoded: Encoded
    pixels: NDArray[np.uint8]
    symbols: NDArray[np.int32] | None = None
    part_latents: tuple[tuple[int, int], ...] = ()


class LiveSession:
    """One image and one choice of components, at any point of the rate–distortion curve.

    Every picture made teaches the session where the curve runs. Not safe to use from two threads at once. The
    target of ``settings`` is not used. Raises what `encode` does.
    """

    def __init__(self, source: SourceImage, settings: Settings) -> None:
        self._bench = Workbench(source, for_settings(settings), settings)
        self._axis = axis_of(self._bench)
        self._sizes = Search(self._axis)
        self._psnrs = Search(self._axis, psnr_slope(self._bench.complexity))
        self._expectation: Expectation | None = None

    def estimate(self, target: Target, progress: Progress = silent) -> Estimate:
        """The figures of a target, without a picture: from the curve, once something is known of it."""
        target = settle(self._bench, target)
        point, position = self._place(target)
        limit = self._limit(target)
        if not self._sizes.tried and limit is not None:
            return self._figures(target, point, limit, None)
        if not self._sizes.tried:
            trial = self._attempt(point, progress)
            self._learn_size(position, trial)
            point, position = self._place(target)
        size = self._learned_size(position)
        psnr = self._psnrs.learned().value(position) if self._psnrs.tried else None
        return self._figures(target, point, size, psnr)

    def preview(self, target: Target, progress: Progress = silent) -> Preview:
        """The picture of a target, as soon as can be: at the bytes that the curve tells, where it is known."""
        return self._glance(target, progress) or self.sample(target, progress, expect=self._bench.carries)

    def _glance(self, target: Target, progress: Progress) -> Preview | None:
        """A preview by what the prior expected for the one before, which saves its walk over the picture."""
        target = settle(self._bench, target)
        point, position = self._place(target)
        size = self._known_size(position)
        if self._expectation is None or size is None:
            return None
        trial = self._bench.glance(self._expectation, replace(point, planes=0), stage(progress, 0.0, 0.6))
        if trial is None:
            return None
        pixels = self._bench.show(trial, stage(progress, 0.6, 1.0))
        psnr = self._bench.psnr(pixels)
        if target.kind == "psnr" and abs(psnr - target.value) >= _CLOSE_PSNR:
            return None
        return Preview(pixels, self._figures(target, point, size, psnr))

    def _known_size(self, position: int) -> float | None:
        """The bytes at a position between two that were tried, near to each other."""
        tried = self._sizes.tried
        low = max((place for place in tried if place <= position), default=None)
        high = min((place for place in tried if place >= position), default=None)
        if low is None or high is None or tried[high] - tried[low] > math.log(_KNOWN_RATES):
            return None
        return self._learned_size(position)

    def _learn_size(self, position: int, trial: Trial) -> None:
        self._sizes.tried[position] = size_scale(trial.file_bytes, self._bench.overhead)

    def _learned_size(self, position: int) -> float:
        return self._bench.overhead + math.exp(self._sizes.learned().value(position))

    def sample(self, target: Target, progress: Progress = silent, *, expect: bool = False) -> Preview:
        """The picture of a target, at the bytes that code lengths promise: a point of the curve.

        ``expect`` lets previews of targets near to it come sooner.
        """
        target = settle(self._bench, target)
        for turn in range(_PREVIEW_TRIES):
            part = stage(progress, turn / _PREVIEW_TRIES, (turn + 1) / _PREVIEW_TRIES)
            point, position = self._place(target)
            trial = self._attempt(point, stage(part, 0.0, 0.7), keep=True, expect=expect)
            self._learn_size(position, trial)
            limit = self._limit(target)
            far = limit is not None and abs(trial.file_bytes / limit - 1) > _CLOSE_SIZE
            if far and turn + 1 < _PREVIEW_TRIES and self._place(target)[1] != position:
                continue  # now that more is known, the target lies elsewhere
            pixels = self._bench.show(trial, stage(part, 0.7, 1.0))
            psnr = self._bench.psnr(pixels)
            self._psnrs.tried[position] = min(psnr, LOSSLESS)
            if target.kind != "psnr" or abs(psnr - target.value) < _CLOSE_PSNR:
                break
        if expect:
            self._expectation = trial.expectation
        return Preview(pixels, self._figures(target, trial.point, trial.file_bytes, psnr))

    def prepare(self, target: Target, progress: Progress = silent) -> None:
        """Does what a `preview` of a target would do first, so that it comes sooner."""
        point, _ = self._place(settle(self._bench, target))
        if self._bench.keeps_analyses:
            self._bench.analysed(point, progress, rough=True)

    def exact(self, target: Target, progress: Progress = silent) -> Exact:
        """The real file of a target."""
        started = time.perf_counter()
        bench = self._bench
        known = self._sizes.tried and not bench.refines  # previews are not refined
        start = self._place(settle(bench, target))[1] if known else None
        aim = take_aim(bench, target, stage(progress, 0.0, 0.9), keep=True, start=start)
        data = write(bench, aim)
        pixels = picture(bench, aim, data, stage(progress, 0.9, 1.0))
        encoded = finished(bench, aim, data, bench.psnr(pixels), started)
        found = aim.trial.reconstruction
        assert found.values is not None
        code = np.rint(found.values).astype(np.int32)
        return Exact(encoded, pixels, code, found.part_latents)

    def _attempt(self, point: OperatingPoint, progress: Progress, *, keep: bool = False, expect: bool = False) -> Trial:
        """In one piece: refinements take a walk of the prior each, for nearly the same picture and size."""
        return self._bench.attempt(replace(point, planes=0), progress, keep=keep, rough=True, expect=expect)

    def _place(self, target: Target) -> tuple[OperatingPoint, int]:
        """The point where a target lies as far as is known, and its position on the axis."""
        bench, axis = self._bench, self._axis
        limit = self._limit(target)
        if limit is not None:
            overhead = bench.overhead
            guess = size_guess(axis, limit, overhead, bench.pixels, bench.complexity)
            position = self._sizes.predict(size_scale(limit, overhead)) if self._sizes.tried else guess
        elif target.kind == "psnr":
            guess = psnr_guess(axis, target.value, bench.complexity)
            position = self._psnrs.predict(target.value) if self._psnrs.tried else guess
        elif target.kind == "ratio":
            position = exact_latents(bench, target)
        else:
            point = point_for(bench, axis, target)
            return point, point.latents if bench.pipeline.bounded else point.level
        return point_at(bench, position), position

    def _limit(self, target: Target) -> int | None:
        return size_limit(self._bench, target) if target.kind in {"ratio", "size"} else None

    def _figures(self, target: Target, point: OperatingPoint, size: float, psnr: float | None) -> Estimate:
        limit = self._limit(target)
        whole = max(1, round(size if limit is None else min(size, limit)))
        bench = self._bench
        return Estimate(point, whole, bench.source.raw_bytes / whole, 8 * whole / bench.pixels, psnr)
