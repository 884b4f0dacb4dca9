"""An image to the bytes of an `.aic` file."""

from dataclasses import dataclass

from aictui.codec.image import SourceImage
from aictui.codec.info import FileInfo
from aictui.codec.settings import Settings
from aictui.progress import Progress, silent


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
    raise NotImplementedError
