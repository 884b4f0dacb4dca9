"""An image to the bytes of an `.aic` file."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aictui.codec.components import for_settings
from aictui.codec.decode import decode
from aictui.codec.image import SourceImage
from aictui.codec.info import FileInfo
from aictui.codec.inspect import inspect
from aictui.codec.settings import Settings
from aictui.codec.targets import Aim, take_aim
from aictui.codec.trim import cut
from aictui.codec.workbench import Workbench
from aictui.progress import Progress, silent, stage


@dataclass(frozen=True)
class Encoded:
    """A compressed image; ``psnr`` in dB over RGB where it was measured, ``notices`` a line each."""

    data: bytes
    info: FileInfo
    psnr: float | None
    seconds: float
    notices: tuple[str, ...] = ()


def encode(source: SourceImage, settings: Settings, progress: Progress = silent, *, measure: bool = False) -> Encoded:
    """Compresses an image; ``measure`` asks for the PSNR, which costs a reconstruction.

    Raises `UsageError`, `MissingComponentError`, `CombinationError`, `TargetError`, `PluginError`, `Cancelled`.
    """
    started = time.perf_counter()
    progress(0.0, "loading")
    bench = Workbench(source, for_settings(settings), settings)
    aim = take_aim(bench, settings.target, stage(progress, 0.0, 0.9), keep=measure)
    data = write(bench, aim)
    psnr = bench.psnr(picture(bench, aim, data, stage(progress, 0.9, 1.0))) if measure else None
    progress(1.0, "done")
    return finished(bench, aim, data, psnr, started)


def finished(bench: Workbench, aim: Aim, data: bytes, psnr: float | None, started: float) -> Encoded:
    """What came of a compression that began at ``started`` of `time.perf_counter`."""
    notices = (*bench.source.notices, *bench.notices, *([aim.notice] if aim.notice else []))
    return Encoded(data, inspect(data), psnr, time.perf_counter() - started, notices)


def write(bench: Workbench, aim: Aim) -> bytes:
    """The file of a trial, cut to its limit: code lengths are right to some bytes only."""
    data = bench.write(aim.trial)
    return data if aim.limit is None else cut(data, aim.limit)


def picture(bench: Workbench, aim: Aim, data: bytes, progress: Progress = silent) -> NDArray[np.uint8]:
    """What the decoder will show of a file, (height, width, 1 or 3)."""
    if inspect(data).trimmed:
        return decode(data, progress).pixels
    return bench.show(aim.trial, progress)
