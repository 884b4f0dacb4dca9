"""The rate–distortion curve of the image."""

from collections.abc import Sequence
from math import ceil, floor, isfinite, log2

from rich.cells import cell_len
from textual.app import RenderResult
from textual.color import Color, ColorParseError
from textual_plotext import PlotextPlot

from aictui.tui.figures import Point

_HERE = "◆"
_TICKS = (0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 24)
_STEPS = (1, 2, 5, 10, 15, 20, 50)
_LINES_AROUND, _CELLS_BESIDE = 5, 5
"""What legend, frame and scales take of the size."""
_NEIGHBOURS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (2, 0), (-2, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
"""Columns and rows by which a mark may stand beside its place, the nearest first."""
_LEAST_OCTAVES, _LEAST_DECIBELS = 2.0, 4.0


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

    @property
    def legend(self) -> str:
        """What the marks stand for, ``◆ here · A AVIF · J JPEG``, as far as it fits into a line."""
        marks = [f"{_HERE} here"] if self._now else []
        marks += [f"{_mark(title)} {title}" for title in self._peers]
        lines = (" · ".join(marks), "  ".join(marks), " ".join(marks))
        return next((line for line in lines if cell_len(line) <= self.size.width - _CELLS_BESIDE), lines[-1])

    def render(self) -> RenderResult:
        """The plot, described anew each time, since building it changes the description."""
        plot = self.plt
        plot.clear_figure()
        height = self.size.height - _LINES_AROUND
        plot.title(self.legend)
        points = [*self._line, *self._peers.values(), *([self._now] if self._now else [])]
        plot.xlabel("bits per pixel")
        plot.ylabel("PSNR dB")
        if points:
            bits, psnr = _columns(points)
            first, last = _span(bits, _LEAST_OCTAVES)
            plot.xlim(first, last)
            ticks = [tick for tick in _TICKS if first <= log2(tick) <= last]
            plot.xticks([log2(tick) for tick in ticks], [f"{tick:g}" for tick in ticks])
            low, high = _span(psnr, _LEAST_DECIBELS)
            plot.ylim(low, high)
            whole = _round_values(low, high, height // 2)
            plot.yticks(whole, [f"{value}" for value in whole])
        if len(self._line) > 1:
            plot.plot(*_columns(self._line), marker="hd", color=self._colour("primary"))
        if points:
            room = _Room((first, last), (low, high), self.size.width - _CELLS_BESIDE, height)
            here = room.take(self._now) if self._now else None
            for title, point in self._peers.items():
                bit, decibel = room.take(point)
                plot.scatter([bit], [decibel], marker=_mark(title), color=self._colour("foreground"))
            if here:
                plot.scatter([here[0]], [here[1]], marker=_HERE, color=self._colour("accent"))
        return super().render()  # type: ignore[no-any-return]

    def _colour(self, name: str) -> tuple[int, int, int] | str:
        """A colour of the theme; that of the terminal where the theme leaves it to it."""
        try:
            return Color.parse(self.app.theme_variables[name]).rgb
        except (KeyError, ColorParseError):
            return "default"


class _Room:
    """Cells of the plot, each for one mark; the first at a place has it, the next stands beside it."""

    def __init__(self, across: tuple[float, float], up: tuple[float, float], width: int, height: int) -> None:
        self._axes = (*across, max(2, width)), (*up, max(2, height))
        self._taken: set[tuple[int, int]] = set()

    def take(self, point: Point) -> tuple[float, float]:
        """The place for the mark of a point."""
        place = log2(point.bits_per_pixel), point.psnr
        cell = [
            round((value - low) / (high - low) * (cells - 1))
            for value, (low, high, cells) in zip(place, self._axes, strict=True)
        ]
        for beside in _NEIGHBOURS:
            column, row = cell[0] + beside[0], cell[1] + beside[1]
            is_inside = 0 <= column < self._axes[0][2] and 0 <= row < self._axes[1][2]
            if is_inside and (column, row) not in self._taken:
                self._taken.add((column, row))
                low, high, cells = self._axes[0]
                bottom, top, rows = self._axes[1]
                return low + column / (cells - 1) * (high - low), bottom + row / (rows - 1) * (top - bottom)
        return place


def _span(values: Sequence[float], least: float) -> tuple[float, float]:
    """The least and the greatest value, further apart where the first few points are all near each other."""
    more = max(0.0, least - (max(values) - min(values))) / 2
    return min(values) - more, max(values) + more


def _round_values(low: float, high: float, most: int) -> list[int]:
    """Whole numbers from ``low`` to ``high`` in even steps, about ``most`` of them at most."""
    step = next(step for step in _STEPS if high - low <= step * max(most, 1) or step == _STEPS[-1])
    return list(range(ceil(low / step) * step, floor(high) + 1, step))


def _drawable(point: Point) -> bool:
    return isfinite(point.psnr)


def _mark(title: str) -> str:
    """The letter that stands for a peer."""
    return "X" if title == "JPEG XL" else title[0]


def _columns(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [log2(point.bits_per_pixel) for point in points], [point.psnr for point in points]
