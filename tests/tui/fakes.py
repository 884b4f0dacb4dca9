"""A session that answers at once, for tests of what is built on `LiveSession`."""

import threading
from types import SimpleNamespace

import numpy as np

from aictui.codec.encode import Encoded
from aictui.codec.info import ComponentReference, FileInfo, ModelReference, PartInfo
from aictui.codec.live import Estimate, Exact, Preview
from aictui.errors import TargetError
from aictui.network.base import OperatingPoint
from aictui.progress import silent

POINT = OperatingPoint(level=3, latents=64)


class FakeSession:
    """Compresses by reducing precision: the coarser, the higher the ratio. Counts its calls."""

    def __init__(self, source, settings, delay=0.0):
        self.source = source
        self.settings = settings
        self.delay = delay
        self.calls = []
        self.estimates = SimpleNamespace(count=0)
        self.stopped = 0

    def figures(self, target, psnr=None):
        raw = self.source.raw_bytes
        size = {"ratio": raw / target.value, "size": target.value, "psnr": raw / 8, "quality": raw * target.value / 200}
        count = max(90, round(size[target.kind]))
        return Estimate(POINT, count, raw / count, 8 * count / (raw / 3), psnr)

    def picture(self, ratio):
        step = int(min(max(ratio, 2), 128))
        pixels = self.source.pixels
        return np.clip(pixels // step * step + step // 2, 0, 255).astype(np.uint8)

    def _work(self, name, target, progress):
        self.calls.append((name, target))
        try:
            for step in range(10):
                progress(step / 10, name)
                threading.Event().wait(self.delay / 10)
        except BaseException:
            self.stopped += 1
            raise

    def estimate(self, target, progress=silent):
        return self.figures(target)

    def preview(self, target, progress=silent):
        self._work("preview", target, progress)
        estimate = self.figures(target)
        pixels = self.picture(estimate.ratio)
        return Preview(pixels, self.figures(target, psnr(self.source.pixels, pixels)))

    def exact(self, target, progress=silent):
        self._work("exact", target, progress)
        estimate = self.figures(target)
        if estimate.ratio > 10_000:
            raise TargetError(f"{target} is out of reach")
        pixels = self.picture(estimate.ratio)
        return Exact(encoded(self.source, estimate.bytes, psnr(self.source.pixels, pixels)), pixels)


def psnr(reference, test):
    error = np.mean((reference.astype(float) - test) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-3)))


def encoded(source, size, quality):
    """A file of ``size`` bytes in four parts."""
    payload = max(size - 60, 8)
    lengths = [payload // 2, payload // 4, payload // 8, payload - payload // 2 - payload // 4 - payload // 8]
    parts = tuple(PartInfo(60, length, length, "whole") for length in lengths)

    def component(kind, name):
        return ComponentReference(kind, name, 1, "", {})

    info = FileInfo(
        version=1,
        width=source.width,
        height=source.height,
        mode=source.mode,
        model=ModelReference("photo", bytes(8)),
        chunker=component("chunker", "rgb16"),
        quantizer=component("quantizer", "deadzone"),
        coder=component("entropy coder", "range"),
        point=POINT,
        trimmed=False,
        header_bytes=60,
        file_bytes=size,
        whole_bytes=size,
        metadata={},
        alpha_bytes=0,
        parts=parts,
    )
    return Encoded(bytes(size), info, quality, 0.123)
