"""Images from files, arrays and Pillow, as the codec wants them: 8-bit grey or RGB, with alpha and metadata apart."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

ImageLike = "str | Path | BinaryIO | Image.Image | NDArray[np.uint8]"


@dataclass(frozen=True)
class SourceImage:
    """An image to compress.

    ``pixels`` is (height, width, 1 or 3) uint8, upright; ``alpha`` is (height, width) uint8 or ``None``;
    ``metadata`` holds the bytes of ``exif``, ``icc`` and ``xmp`` where the source has them; ``notices`` says in
    a line each what was changed or left out.
    """

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.uint8] | None = None
    metadata: dict[str, bytes] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return self.pixels.shape[0]

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return self.pixels.shape[1]

    @property
    def mode(self) -> str:
        """Pillow's name of the colour mode: L, LA, RGB or RGBA."""
        return ("L" if self.pixels.shape[2] == 1 else "RGB") + ("" if self.alpha is None else "A")

    @property
    def raw_bytes(self) -> int:
        """Bytes of the picture as raw RGB, which ratios refer to."""
        return self.height * self.width * 3


def read_image(source: "str | Path | BinaryIO | Image.Image | NDArray[Any]") -> SourceImage:
    """The image of a file, an open binary file, a Pillow image or an array.

    Arrays are (height, width), or (height, width, 1 to 4) uint8. Raises `InputError`.
    """
    raise NotImplementedError
