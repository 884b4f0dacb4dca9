"""Two pictures of one image composed into what the compare view shows; numpy and Pillow, no widgets."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from aictui.tui.previews import GROUND
from aictui.tui.viewport import Viewport

Pixels = NDArray[np.uint8]
View = Literal["split", "heat"]

HEAT_RANGE = 32
"""The error, in grey levels, that the heat map shows in its brightest colour."""

_HEAT_STOPS = np.array([(0, 0, 4), (60, 15, 112), (140, 41, 129), (222, 73, 104), (254, 159, 109), (252, 253, 191)])


@dataclass(frozen=True, eq=False)
class Scene:
    """What to compose: two pictures of the same (height, width), each (height, width, 3) uint8.

    ``alpha``, (height, width) uint8, tells how much of both covers the ground behind them, where they do not cover all.
    Scenes are compared by identity. ``divider`` is where the left picture ends, as a fraction of the window's
    width; ``margin`` is the colour around the image.
    """

    left: Pixels
    right: Pixels
    viewport: Viewport
    view: View = "split"
    divider: float = 0.5
    margin: tuple[int, int, int] = (0, 0, 0)
    alpha: Pixels | None = None


class Compositor:
    """Composes scenes, and keeps the two pictures scaled last so that moving the divider or swapping costs little."""

    def __init__(self) -> None:
        self._grounded: list[tuple[Pixels, Pixels]] = []
        self._kept: list[tuple[Pixels, Viewport, tuple[int, int, int], Pixels]] = []
        self._heat: tuple[Pixels, Pixels, Pixels] | None = None

    def compose(self, scene: Scene) -> Pixels:
        """The scene as (height, width, 3) uint8 of the window's size."""
        if scene.view == "heat":
            return scaled(self._heat_of(scene), scene.viewport, scene.margin)
        column = round(scene.divider * scene.viewport.screen[0])
        left, right = self._scaled(scene.left, scene), self._scaled(scene.right, scene)
        composed = np.concatenate([left[:, :column], right[:, column:]], axis=1)
        _draw_divider(composed, column, scene.viewport)
        return composed

    def _scaled(self, pixels: Pixels, scene: Scene) -> Pixels:
        for known, viewport, margin, result in self._kept:
            if known is pixels and (viewport, margin) == (scene.viewport, scene.margin):
                return result
        result = scaled(self._on_ground(pixels, scene.alpha), scene.viewport, scene.margin)
        self._kept = [*self._kept[-1:], (pixels, scene.viewport, scene.margin, result)]
        return result

    def _heat_of(self, scene: Scene) -> Pixels:
        left, right = scene.left, scene.right
        if self._heat is None or self._heat[0] is not left or self._heat[1] is not right:
            shown = (self._on_ground(pixels, scene.alpha) for pixels in (left, right))
            self._heat = (left, right, heat_map(*shown))
        return self._heat[2]

    def _on_ground(self, pixels: Pixels, alpha: Pixels | None) -> Pixels:
        if alpha is None:
            return pixels
        for known, result in self._grounded:
            if known is pixels:
                return result
        result = on_ground(pixels, alpha)
        self._grounded = [*self._grounded[-1:], (pixels, result)]
        return result


def on_ground(pixels: Pixels, alpha: Pixels) -> Pixels:
    """(height, width, 3) uint8 pixels as they look over `GROUND`, by their (height, width) uint8 alpha."""
    picture = Image.fromarray(pixels)
    ground = Image.new("RGB", picture.size, (GROUND, GROUND, GROUND))
    return np.array(Image.composite(picture, ground, Image.fromarray(alpha)))


def scaled(pixels: Pixels, viewport: Viewport, margin: tuple[int, int, int] = (0, 0, 0)) -> Pixels:
    """The visible part of (height, width, 3) uint8 pixels, filling a window with ``margin`` around.

    Smoothed when it shrinks; when it grows, every pixel stays a square.
    """
    left, top, width, height = viewport.frame
    resample = Image.Resampling.BOX if viewport.scale < 1 else Image.Resampling.NEAREST
    if 0.5 < viewport.scale < 1:
        resample = Image.Resampling.HAMMING
    shown = Image.fromarray(pixels).resize((width, height), resample, box=viewport.box)
    canvas = np.empty((viewport.screen[1], viewport.screen[0], 3), np.uint8)
    canvas[:] = margin
    canvas[top : top + height, left : left + width] = np.asarray(shown)
    return canvas


def heat_map(left: Pixels, right: Pixels) -> Pixels:
    """Where two (height, width, 3) uint8 pictures differ: dark is equal, bright is `HEAT_RANGE` grey levels or more.

    The error of a pixel is the largest of its channels. The colours grow in brightness too, so the map reads
    without seeing colour.
    """
    error = np.maximum(left, right) - np.minimum(left, right)
    steps = np.minimum(error.max(axis=2), HEAT_RANGE)
    heat: Pixels = heat_colours()[steps]
    return heat


@lru_cache(1)
def heat_colours() -> Pixels:
    """(HEAT_RANGE + 1, 3) uint8: the colour of every error in grey levels."""
    at = np.linspace(0, len(_HEAT_STOPS) - 1, HEAT_RANGE + 1)
    channels = [np.interp(at, np.arange(len(_HEAT_STOPS)), _HEAT_STOPS[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _draw_divider(composed: Pixels, column: int, viewport: Viewport) -> None:
    """A dashed line in black and white, visible on every background."""
    height, width = composed.shape[:2]
    thickness = max(1, width // 400)
    first = min(max(column - thickness // 2, 0), width - thickness)
    dash = max(2, thickness * 3)
    _, top, _, frame_height = viewport.frame
    rows = np.arange(height)
    inside = (rows >= top) & (rows < top + frame_height)
    line = np.where((rows // dash) % 2 == 0, 255, 0).astype(np.uint8)
    composed[inside, first : first + thickness] = line[inside, None, None]
