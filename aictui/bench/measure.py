"""Measuring codecs on images, in several processes where the codec allows it."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aictui.bench.cache import Cache
from aictui.bench.codecs import Codec, PeerCodec, peers
from aictui.bench.point import Point
from aictui.metrics import Metric
from aictui.opening import opened_image
from aictui.plugins import registry

Pixels = NDArray[np.uint8]


def load(path: Path) -> Pixels:
    """The (height, width, 3) uint8 pixels of an image file; raises `InputError`."""
    with opened_image(path) as image:
        return np.asarray(image.convert("RGB"))


def measure(codec: Codec, setting: int, image: str, pixels: Pixels, metrics: Mapping[str, Metric]) -> Point:
    """One point: encode, decode, score. A metric that is not defined for so small an image is left out."""
    started = time.perf_counter()
    data = codec.encode(pixels, setting)
    encoded = time.perf_counter()
    decoded = codec.decode(data)
    finished = time.perf_counter()
    height, width = pixels.shape[:2]
    scores = {
        name: metric.measure(pixels, decoded)
        for name, metric in metrics.items()
        if min(height, width) >= metric.minimum_side
    }
    seconds = encoded - started, finished - encoded
    return Point(image, codec.id, setting, len(data), height * width, *seconds, scores)


def measure_peers(
    codecs: Sequence[PeerCodec], images: Sequence[Path], metrics: Sequence[str], cache: Cache | None, processes: int
) -> Iterator[tuple[str, list[Point]]]:
    """Every peer on every image, as they finish: a line about what was done and its points."""
    tasks = [(codec, image, tuple(metrics), cache) for image in images for codec in codecs]
    # `peers` loads the Pillow plugins of formats that Pillow itself does not write
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=peers) as pool:
        futures: dict[Future[list[Point]], str] = {
            pool.submit(_peer_on_image, *task): f"{task[0].title} on {task[1].name}" for task in tasks
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def measure_model(
    codec: Codec, images: Sequence[Path], metrics: Mapping[str, Metric]
) -> Iterator[tuple[str, list[Point]]]:
    """A model on every image, in this process, where it is loaded once."""
    for image in images:
        pixels = load(image)
        points = [measure(codec, setting, image.name, pixels, metrics) for setting in codec.ladder]
        yield f"{codec.title} on {image.name}", points


def _peer_on_image(codec: PeerCodec, path: Path, names: Sequence[str], cache: Cache | None) -> list[Point]:
    """The whole ladder of a peer on one image, from the cache where it is there; runs in a process of its own."""
    image_hash = hashlib.sha256(path.read_bytes()).hexdigest()
    version = codec.version or ""
    kept = cache.get(image_hash, codec.id, version, names) if cache else {}
    missing = [setting for setting in codec.ladder if setting not in kept]
    if missing:
        metrics = {name: registry().metric(name) for name in names}
        pixels = load(path)
        new = [measure(codec, setting, path.name, pixels, metrics) for setting in missing]
        if cache:
            cache.put(image_hash, version, new)
        kept |= {point.setting: point for point in new}
    return [replace(kept[setting], image=path.name) for setting in codec.ladder]
