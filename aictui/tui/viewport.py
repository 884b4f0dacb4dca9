"""Which part of an image is seen, and how large; plain geometry."""

from dataclasses import dataclass, replace

ZOOMS = (0.25, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""The steps of the zoom, in screen pixels per image pixel."""


@dataclass(frozen=True)
class Viewport:
    """A window of ``screen`` (width, height) pixels onto an ``image`` of (width, height) pixels.

    ``zoom`` is screen pixels per image pixel, or ``None`` for the largest whole view; ``centre`` is the image
    point, in pixels, in the middle of the window.
    """

    image: tuple[int, int]
    screen: tuple[int, int]
    zoom: float | None = None
    centre: tuple[float, float] | None = None

    @property
    def scale(self) -> float:
        """Screen pixels per image pixel."""
        if self.zoom is not None:
            return self.zoom
        return min(self.screen[0] / self.image[0], self.screen[1] / self.image[1], ZOOMS[-1])

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The visible part of the image: left, top, right, bottom in image pixels."""
        left, right = self._span(0)
        top, bottom = self._span(1)
        return left, top, right, bottom

    @property
    def frame(self) -> tuple[int, int, int, int]:
        """Where on the screen it appears: left, top, width, height in screen pixels; the rest is margin."""
        left, top, right, bottom = self.box
        width = max(1, min(self.screen[0], round((right - left) * self.scale)))
        height = max(1, min(self.screen[1], round((bottom - top) * self.scale)))
        return (self.screen[0] - width) // 2, (self.screen[1] - height) // 2, width, height

    def fitted(self) -> "Viewport":
        """The whole image, as large as it goes."""
        return replace(self, zoom=None, centre=None)

    def zoomed(self, steps: int) -> "Viewport":
        """The next larger (``steps`` 1) or smaller (-1) zoom, around the same centre.

        The smallest of all is the whole image, where that is smaller than the other steps.
        """
        scale, fitted = self.scale, self.fitted()
        if steps > 0:
            return self.at(next((step for step in ZOOMS if step > scale * 1.01), ZOOMS[-1]))
        smaller = next((step for step in reversed(ZOOMS) if step < scale / 1.01), None)
        if smaller is None and fitted.scale < ZOOMS[0]:
            return fitted
        return self.at(smaller or ZOOMS[0])

    def at(self, zoom: float) -> "Viewport":
        """Another zoom around the same centre, within 25–800 %."""
        zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        return replace(self, zoom=zoom, centre=self._middle())

    def panned(self, right: float, down: float) -> "Viewport":
        """Moved by fractions of the window, never beyond the image."""
        x, y = self._middle()
        step_x, step_y = self.screen[0] / self.scale * right, self.screen[1] / self.scale * down
        return replace(self, centre=replace(self, centre=(x + step_x, y + step_y))._middle())

    def resized(self, screen: tuple[int, int]) -> "Viewport":
        """The same view in a window of another size."""
        return replace(self, screen=screen)

    def _middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    def _span(self, axis: int) -> tuple[float, float]:
        """First and last visible image coordinate of an axis."""
        whole, seen = float(self.image[axis]), self.screen[axis] / self.scale
        if seen >= whole:
            return 0.0, whole
        middle = whole / 2 if self.centre is None else self.centre[axis]
        first = min(max(middle - seen / 2, 0.0), whole - seen)
        return first, first + seen
