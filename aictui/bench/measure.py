"""Measuring codecs on images, in several processes where the codec allows it."""

import hashlib
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aictui.bench.cache import Cache
from aictui.bench.codecs import Codec, PeerCodec, peers
from aictui.bench.point import Point
from aictui.codec.image import read_colours
from aictui.errors import AictuiError, PluginError
from aictui.metrics import Metric
from aictui.plugins import registry

Pixels = NDArray[np.uint8]

Measured = tuple[list[Point], dict[str, str]]
"""The points of a codec on an image, and why metrics failed."""

MOST_PROCESSES = 61
"""More than that Windows cannot wait for."""


@dataclass(frozen=True)
class Outcome:
    """A codec on an image: a line about what was done, its points, and a ``problem`` for which something is missing."""

    what: str
    points: tuple[Point, ...] = ()
    problem: str = ""


def measure(
    codec: Codec, setting: int, image: str, pixels: Pixels, metrics: Mapping[str, Metric], failed: dict[str, str]
) -> Point:
    """One point: encode, decode, score. A metric that is not defined for so small an image is left out.

    So is one that fails or gives no number; ``failed`` then has its id and why.
    """
    started = time.perf_counter()
    data = codec.encode(pixels, setting)
    encoded = time.perf_counter()
    decoded = codec.decode(data)
    finished = time.perf_counter()
    height, width = pixels.shape[:2]
    scores = {}
    for name, metric in metrics.items():
        if min(height, width) >= metric.minimum_side:
            try:
                score = metric.measure(pixels, decoded)
            except PluginError as error:
                failed[name] = str(error)
                continue
            if math.isnan(score):
                failed[name] = f"metric {name} gave nan, which is not a number"
            else:
                scores[name] = score  # equal pictures have no finite PSNR
    seconds = encoded - started, finished - encoded
    return Point(image, codec.id, setting, len(data), height * width, *seconds, scores)


def measure_peers(
    codecs: Sequence[PeerCodec], images: Sequence[Path], metrics: Sequence[str], cache: Cache | None, processes: int
) -> Iterator[Outcome]:
    """Every peer on every image, as they finish."""
    tasks = [(codec, image, tuple(metrics), cache) for image in images for codec in codecs]
    with ProcessPoolExecutor(
        min(processes, MOST_PROCESSES), mp_context=get_context("spawn"), initializer=_begin_process
    ) as pool:
        futures: dict[Future[Measured], str] = {
            pool.submit(_peer_on_image, *task): f"{task[0].title} on {task[1].name}" for task in tasks
        }
        try:
            for future in as_completed(futures):
                yield _outcome(futures[future], future)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def measure_model(codec: Codec, images: Sequence[Path], metrics: Mapping[str, Metric]) -> Iterator[Outcome]:
    """A model on every image, in this process, where it is loaded once."""
    for image in images:
        what = f"{codec.title} on {image.name}"
        try:
            pixels, failed = read_colours(image), dict[str, str]()
            points = tuple(measure(codec, setting, image.name, pixels, metrics, failed) for setting in codec.ladder)
        except AictuiError as error:
            yield Outcome(what, problem=str(error))
        else:
            yield Outcome(what, points, "; ".join(failed.values()))


def _begin_process() -> None:
    sys.stdout = sys.stderr  # metrics of plugins may print, and standard output is for what the command gives back
    peers()  # loads the Pillow plugins of formats that Pillow itself does not write


def _outcome(what: str, future: Future[Measured]) -> Outcome:
    try:
        points, failed = future.result()
        return Outcome(what, tuple(points), "; ".join(failed.values()))
    except BrokenExecutor:
        raise
    except Exception as error:  # Pillow's writers raise anything, such as ValueError for a side beyond their limit
        return Outcome(what, problem=str(error) or type(error).__name__)


def _peer_on_image(codec: PeerCodec, path: Path, names: Sequence[str], cache: Cache | None) -> Measured:
    """The whole ladder of a peer on one image, from the cache where it is there; runs in a process of its own."""
    image_hash = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = cache.get(image_hash, codec.id, codec.version, names) if cache else {}
    failed: dict[str, str] = {}
    missing = [setting for setting in codec.ladder if setting not in kept]
    if missing:
        metrics = {name: registry().metric(name) for name in names}
        pixels = read_colours(path)
        new = [measure(codec, setting, path.name, pixels, metrics, failed) for setting in missing]
        if cache:
            cache.put(image_hash, codec.version, new)
        kept |= {point.setting: point for point in new}
    return [replace(kept[setting], image=path.name) for setting in codec.ladder], failed
