"""The metric seam: how alike two images are."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Metric:
    """A full-reference image quality metric.

    ``measure`` takes reference and test, both (height, width, 3) uint8 of equal shape, and returns a float in
    ``unit`` (empty: none); ``higher_is_better`` says which way is good. ``minimum_side`` is the least height and
    width, in pixels, that it is defined for.
    """

    id: str
    title: str
    measure: Callable[[NDArray[np.uint8], NDArray[np.uint8]], float]
    unit: str = ""
    higher_is_better: bool = True
    minimum_side: int = 1
