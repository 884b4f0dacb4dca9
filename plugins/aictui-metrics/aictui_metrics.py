"""ꟻLIP as a metric of aictui: how much one sees when two images alternate on a screen."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from aictui import hookimpl
from aictui.metrics.base import Metric


def flip(reference: NDArray[np.uint8], test: NDArray[np.uint8]) -> float:
    """The mean of ꟻLIP's error map (Andersson et al., 2020) at 67 pixels a degree: 0 is the same picture, 1 the worst.

    Both are (height, width, 3) uint8 sRGB of equal shape; raises `ValueError` otherwise.
    """
    if reference.shape != test.shape:
        raise ValueError(f"images of shapes {reference.shape} and {test.shape} cannot be compared")
    from flip_evaluator import evaluate

    _, mean, _ = evaluate(_unit(reference), _unit(test), "LDR", applyMagma=False)
    return float(mean)


def _unit(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.ascontiguousarray(pixels, np.float32) / np.float32(255)


FLIP = Metric(id="flip", title="ꟻLIP", measure=flip, higher_is_better=False)


@hookimpl
def register_metrics(register: Callable[[Metric], None]) -> None:
    """Offers the metric to aictui."""
    register(FLIP)
