"""Curves in CompressAI's benchmark format, read and written, so that published results drop in."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aictui.bench.summary import MeanPoint
from aictui.errors import InputError
from aictui.printable import printable


@dataclass(frozen=True)
class PublishedCurve:
    """A mean curve from elsewhere: bits per pixel and scores by metric id, point by point."""

    title: str
    bits_per_pixel: tuple[float, ...]
    scores: dict[str, tuple[float, ...]]

    @classmethod
    def read(cls, path: Path) -> "PublishedCurve":
        """The curve of a JSON file in CompressAI's format; raises `InputError`."""
        try:
            content = json.loads(path.read_text("utf-8"))
            results = content["results"]
            rates = tuple(float(value) for value in results["bpp"])
            scores = {
                ours: tuple(float(value) for value in results[theirs])
                for theirs, ours in _METRICS.items()
                if len(results.get(theirs, ())) == len(rates)
            }
            if not all(0 < rate < math.inf for rate in rates):
                raise ValueError("bits a pixel are finite and more than 0")
            return cls(printable(str(content["name"])), rates, scores)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(
                f"{path} is not a curve in CompressAI's format (name, results.bpp, results.psnr, …): {error}"
            ) from None


def to_compressai(title: str, description: str, curve: Sequence[MeanPoint]) -> dict[str, Any]:
    """A mean curve as the object that CompressAI keeps in a file of its own.

    Points of infinite quality, as of an image that comes back unchanged, have no place on a curve.
    """
    curve = [point for point in curve if all(math.isfinite(score) for score in point.scores.values())]
    metrics = sorted(set.intersection(*(set(point.scores) for point in curve))) if curve else []
    results: dict[str, list[float]] = {metric: [point.scores[metric] for point in curve] for metric in metrics}
    results["bpp"] = [point.bits_per_pixel for point in curve]
    results["encoding_time"] = [point.encode_seconds for point in curve]
    results["decoding_time"] = [point.decode_seconds for point in curve]
    return {"name": title, "description": description, "results": results}


_METRICS = {
    "ms-ssim-rgb": "ms-ssim",
    "psnr-rgb": "psnr",
    "psnr": "psnr",
    "ms-ssim": "ms-ssim",
    "ssimulacra2": "ssimulacra2",
}
"""CompressAI's names of metrics, the preferred last, and ours."""
