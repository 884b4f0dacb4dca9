"""Times of all codecs at about equal rate, measured in turns so that a busy machine treats them alike."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from aictui.bench.codecs import Codec
from aictui.bench.point import Point
from aictui.codec.image import read_colours
from aictui.progress import Progress

RATE = 0.5
"""Bits per pixel near which codecs are timed."""


@dataclass(frozen=True)
class Timing:
    """Median times of one codec on one image, in seconds."""

    codec: str
    image: str
    setting: int
    bits_per_pixel: float
    encode_seconds: float
    decode_seconds: float
    repeats: int


def time_codecs(
    codecs: Sequence[Codec], points: Sequence[Point], image: Path, repeat: int, progress: Progress
) -> tuple[Timing, ...]:
    """Each codec ``repeat`` times on ``image``, in rounds of all, after one round to warm up."""
    pixels = read_colours(image)
    nearest = {
        codec.id: min(
            (point for point in points if point.codec == codec.id and point.image == image.name),
            key=lambda point: abs(point.bits_per_pixel - RATE),
        )
        for codec in codecs
    }
    encodes: dict[str, list[float]] = {codec.id: [] for codec in codecs}
    decodes: dict[str, list[float]] = {codec.id: [] for codec in codecs}
    for turn in range(repeat + 1):
        progress(turn / (repeat + 1), f"timing, round {turn} of {repeat}")
        for codec in codecs:
            started = time.perf_counter()
            data = codec.encode(pixels, nearest[codec.id].setting)
            encoded = time.perf_counter()
            codec.decode(data)
            if turn > 0:
                encodes[codec.id].append(encoded - started)
                decodes[codec.id].append(time.perf_counter() - encoded)
    return tuple(
        Timing(
            codec.id,
            image.name,
            nearest[codec.id].setting,
            nearest[codec.id].bits_per_pixel,
            median(encodes[codec.id]),
            median(decodes[codec.id]),
            repeat,
        )
        for codec in codecs
    )
