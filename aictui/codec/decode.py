"""The bytes of an `.aic` file to an image."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aictui.codec.info import FileInfo
from aictui.progress import Progress, silent

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class Decoded:
    """A reconstructed image.

    ``pixels`` is (height, width, 1 or 3) uint8, ``alpha`` (height, width) uint8 or ``None``; ``metadata`` as in
    `SourceImage`; ``notices`` says in a line each what was missing or left out.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None
    metadata: dict[str, bytes]
    info: FileInfo
    notices: tuple[str, ...] = ()

    @property
    def image(self) -> "Image.Image":
        """The picture for Pillow, with its metadata in ``info``."""
        raise NotImplementedError


def decode(data: bytes, progress: Progress = silent, *, keep_damaged: bool = False) -> Decoded:
    """Reconstructs the image of a file or of any prefix that holds the header.

    A damaged file raises `FormatError`, or with ``keep_damaged`` shows what does not depend on the damage.
    Raises also `MissingComponentError`, `PluginError`, `Cancelled`.
    """
    raise NotImplementedError
