"""The rate–distortion curve of the image."""

from collections.abc import Sequence
from math import isfinite, log2

from textual.app import RenderResult
from textual_plotext import PlotextPlot

from aictui.tui.figures import Point

_HERE = "◆"
_TICKS = (0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 24)


class Curve(PlotextPlot):  # type: ignore[misc]
    """PSNR over bits a pixel: the samples of this image as a line, peers as letters, the present point as ◆."""

    DEFAULT_CSS = """
    Curve { min-height: 8; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._line: Sequence[Point] = ()
        self._peers: dict[str, Point] = {}
        self._now: Point | None = None

    def show(self, line: Sequence[Point], now: Point | None, peers: dict[str, Point]) -> None:
        """Show the samples, the present point, and the peers by title; what is lossless has no place here."""
        self._line = sorted(filter(_drawable, line), key=lambda point: point.bits_per_pixel)
        self._now = now if now and _drawable(now) else None
        self._peers = {title: point for title, point in peers.items() if _drawable(point)}
        self.refresh()

    def render(self) -> RenderResult:
        """The plot, described anew each time, since building it changes the description."""
        plot = self.plt
        plot.clear_figure()
        points = [*self._line, *self._peers.values(), *([self._now] if self._now else [])]
        marks = [f"{_HERE} here"] if self._now else []
        marks += [" ".join(map(_mark, self._peers)) + " peers"] if self._peers else []
        plot.xlabel(" · ".join(["bits per pixel", *marks]))
        plot.ylabel("PSNR dB")
        if points:
            first = min(log2(point.bits_per_pixel) for point in points)
            last = max(log2(point.bits_per_pixel) for point in points)
            ticks = [tick for tick in _TICKS if first - 0.5 <= log2(tick) <= last + 0.5]
            plot.xticks([log2(tick) for tick in ticks], [f"{tick:g}" for tick in ticks])
        if len(self._line) > 1:
            plot.plot(*_columns(self._line), marker="hd")
        for title, point in self._peers.items():
            plot.scatter(*_columns([point]), marker=_mark(title))
        if self._now:
            plot.scatter(*_columns([self._now]), marker=_HERE)
        return super().render()  # type: ignore[no-any-return]


def _drawable(point: Point) -> bool:
    return isfinite(point.psnr)


def _mark(title: str) -> str:
    """The letter that stands for a peer."""
    return "X" if title == "JPEG XL" else title[0]


def _columns(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [log2(point.bits_per_pixel) for point in points], [point.psnr for point in points]
