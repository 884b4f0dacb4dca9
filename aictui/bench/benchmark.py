"""The benchmark itself: which images, which codecs, in which order."""

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from aictui.bench.cache import Cache, default_folder
from aictui.bench.codecs import USUAL_EFFORT, Codec, ModelCodec, PeerCodec, peers
from aictui.bench.curves import PublishedCurve
from aictui.bench.measure import measure_model, measure_peers
from aictui.bench.point import Point
from aictui.bench.summary import RateDifference, rate_difference
from aictui.bench.timing import Timing, time_codecs
from aictui.codec.image import read_colours
from aictui.codec.limits import check_limits
from aictui.codec.settings import Settings
from aictui.errors import InputError, UsageError
from aictui.file_type import SUFFIX
from aictui.metrics import built_in
from aictui.opening import opened_image
from aictui.plugins import registry
from aictui.progress import Progress, silent

LEVELS = 10
"""Points on the curve of a model."""

RATES = (0.1, 2.5)
"""Bits per pixel, on a typical photo, between which these points lie."""


@dataclass(frozen=True)
class Benchmark:
    """The results of a run.

    ``ours`` and ``peers`` are in the order of the tables; ``timings`` is empty unless asked for; ``published`` are
    curves from elsewhere that are only drawn and listed. ``left_out`` says in a line each which images, or which
    codecs on an image, could not be measured.
    """

    folder: Path
    images: tuple[str, ...]
    metrics: tuple[str, ...]
    ours: tuple[Codec, ...]
    peers: tuple[Codec, ...]
    points: tuple[Point, ...]
    timings: tuple[Timing, ...] = ()
    published: tuple[PublishedCurve, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def codecs(self) -> tuple[Codec, ...]:
        """Ours, then the peers."""
        return self.ours + self.peers

    @property
    def unmeasured(self) -> list[str]:
        """The metrics that gave no finite number at all."""
        scores = [point.scores for point in self.points]
        return [name for name in self.metrics if not any(math.isfinite(found.get(name, math.inf)) for found in scores)]

    def anchors(self, test: Codec) -> tuple[Codec, ...]:
        """What one of ours is compared with: each peer, and the first of ours at its tune where that is another."""
        first = next(codec for codec in self.ours if codec.tune == test.tune)
        return self.peers if first is test else (*self.peers, first)

    def rate_differences(self) -> list[RateDifference]:
        """The BD-rate of each of ours against each of its anchors in each metric."""
        return [
            rate_difference(self.points, test.id, anchor.id, metric)
            for metric in self.metrics
            for test in self.ours
            for anchor in self.anchors(test)
        ]


def run(
    folder: Path,
    *,
    models: Sequence[str] | None = None,
    metrics: Sequence[str] | None = None,
    formats: Sequence[str] | None = None,
    limit: int | None = None,
    levels: int = LEVELS,
    planes: int = 0,
    effort: int = USUAL_EFFORT,
    repeat: int = 0,
    published: Sequence[Path] = (),
    cached: bool = True,
    processes: int | None = None,
    progress: Progress = silent,
) -> Benchmark:
    """Measures models and established formats on the images of ``folder``.

    ``models`` are names, all installed ones by default, each at every tune it has (``photo:visual`` picks one);
    ``formats`` are peer ids, all that Pillow can write by default; ``metrics`` are ids, of plugins too, the built-in
    ones by default; ``planes`` and ``effort`` are those of `Settings`. ``repeat`` is how often every codec is
    timed near 0.5 bits per pixel. Raises `UsageError`, `InputError`, `MissingComponentError`, and whatever
    ``progress`` raises to stop.
    """
    images, left_out = _images(folder, limit)
    names = [metric.id for metric in built_in()] if metrics is None else metrics
    chosen_metrics = {name: registry().metric(name) for name in names}
    chosen_peers = _peers(formats)
    ours = model_codecs(models, levels, planes, effort)
    curves = tuple(PublishedCurve.read(path) for path in published)
    cache = Cache(default_folder()) if cached else None
    points: list[Point] = []
    total = len(images) * (len(chosen_peers) + len(ours))
    progress(0.0, "starting")
    measured = chain(
        measure_peers(chosen_peers, images, tuple(chosen_metrics), cache, processes or os.cpu_count() or 1),
        *(measure_model(codec, images, chosen_metrics) for codec in ours),
    )
    for done, outcome in enumerate(measured, 1):
        points += outcome.points
        if outcome.problem:
            could_not = "could not be measured in full" if outcome.points else "could not be measured"
            left_out.append(f"{outcome.what} {could_not}: {outcome.problem}")
        progress(done / total, outcome.what)
    there = {point.codec for point in points if point.image == images[0].name}
    timed = [codec for codec in [*ours, *chosen_peers] if codec.id in there]
    timings = time_codecs(timed, points, images[0], repeat, progress) if repeat else ()
    return Benchmark(
        folder,
        tuple(image.name for image in images),
        tuple(chosen_metrics),
        tuple(ours),
        tuple(chosen_peers),
        tuple(points),
        timings,
        curves,
        tuple(left_out),
    )


def model_codecs(
    names: Sequence[str] | None, levels: int = LEVELS, planes: int = 0, effort: int = USUAL_EFFORT
) -> list[Codec]:
    """The models to measure, one for each tune.

    Of all installed ones, those that have fewer planes take what they have. Raises `MissingComponentError`, and
    `UsageError` for a tune or planes that a model has not got.
    """
    from aictui.network import store

    Settings(planes=planes)  # which raises for more than there can be
    codecs: list[Codec] = []
    for word in dict.fromkeys(info.name for info in store.available()) if names is None else names:
        name, _, tune = word.partition(":")
        info = store.find(name)
        check_limits(info, Settings(tune=tune or None, planes=planes if names is not None else 0))
        ladder = _ladder(info.levels, info.config.get("typical_rates", ()), levels)
        tunes: list[str | None] = [tune] if tune else [*info.tunes] or [None]
        codecs += [ModelCodec(name, each, ladder, min(planes, info.max_planes), effort) for each in tunes]
    return codecs


def _ladder(levels: int, rates: Sequence[float], count: int) -> tuple[int, ...]:
    """About ``count`` of the model's levels, in even ratios of bits per pixel where its typical ``rates`` are known.

    ``rates`` belong to evenly spaced levels from the first to the last.
    """
    wanted = np.linspace(0, levels - 1, count)
    if len(rates) > 1:
        low, high = (float(np.clip(rate, rates[0], rates[-1])) for rate in RATES)
        known = np.linspace(0, levels - 1, len(rates))
        wanted = np.interp(np.linspace(math.log(low), math.log(high), count), np.log(rates), known)
    return tuple(sorted({round(level) for level in wanted}))


def _images(folder: Path, limit: int | None) -> tuple[list[Path], list[str]]:
    """The first images of a folder by name, and a line for each that is damaged."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; bench takes a folder of images")
    found: list[Path] = []
    damaged: list[str] = []
    for path in _openable(folder):
        if len(found) == limit:
            break
        try:
            read_colours(path)
            found.append(path)
        except InputError as error:
            damaged.append(f"{error}; it is left out")
    if not found:
        raise InputError(f"{folder} holds no image that can be read")
    return found, damaged


def _openable(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() != SUFFIX:
            with suppress(InputError), opened_image(path):
                yield path


def _peers(wanted: Sequence[str] | None) -> list[PeerCodec]:
    """The formats with these ids, each once; all that there are where none is named. Raises `UsageError`."""
    there = peers()
    for name in wanted or ():
        if name not in there:
            raise UsageError(f"there is no format {name!r} here; choose from {', '.join(there)}")
    return [there[name] for name in dict.fromkeys(there if wanted is None else wanted)]
