"""The base of panels, and the result that they look at."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from aictui.codec.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from rich.console import RenderableType

    from aictui.codec.info import FileInfo


@dataclass(frozen=True, eq=False)
class Result:
    """A finished compression as the compare view shows it.

    ``original`` and ``pixels`` are (height, width, 3) uint8; ``data`` is the whole ``.aic`` file and ``info`` what
    it says of itself; ``symbols`` is the code, (rows, cols, latents) int32, where the pipeline hands it out;
    ``metrics`` holds what is measured so far by the metric's id, such as ``psnr`` in dB; ``part_latents`` holds the
    first latent of each part of the file and the one after its last.
    """

    path: Path
    settings: Settings
    original: "NDArray[np.uint8]"
    pixels: "NDArray[np.uint8]"
    data: bytes
    info: "FileInfo"
    metrics: dict[str, float]
    symbols: "NDArray[np.int32] | None" = None
    part_latents: tuple[tuple[int, int], ...] = ()


class Panel(ABC):
    """A tab of the compare view.

    ``id`` is its short name, ``title`` what the tab says, ``help`` a sentence for F1. An instance lives as long as
    the view, so it may keep what is costly. Where `render` raises, the tab shows the error, and the view goes on.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str] = ""

    @abstractmethod
    def render(self, result: Result) -> "RenderableType | Image":
        """What the tab shows of ``result``: anything that Rich can print, or a Pillow image.

        Runs in a thread, after the file is made and while the tab is open, one call at a time.
        """
