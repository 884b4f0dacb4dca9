"""SSIMULACRA 2 (Sneyers, Cloudinary, 2022), by the package ``ssimulacra2``."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from aictui.metrics.base import Metric


def ssimulacra2(reference: NDArray[np.uint8], test: NDArray[np.uint8]) -> float:
    """The score of ``test``: 100 is the same picture, 90 visually lossless, 70 high, 50 medium, 30 low quality.

    Both are (height, width, 3) uint8 sRGB; raises `ValueError` when the shapes differ.
    """
    if reference.shape != test.shape:
        raise ValueError(f"images of shapes {reference.shape} and {test.shape} cannot be compared")
    from ssimulacra2 import compute_ssimulacra2

    return float(compute_ssimulacra2(_file(reference), _file(test)))


def _file(pixels: NDArray[np.uint8]) -> BytesIO:
    """The pixels as a BMP file in memory, because the package reads files only."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(pixels).save(file, "BMP")
    file.seek(0)
    return file


SSIMULACRA2 = Metric(id="ssimulacra2", title="SSIMULACRA 2", measure=ssimulacra2, minimum_side=8)
