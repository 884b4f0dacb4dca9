"""Lines of cells that know what a terminal gets without being made of segments."""

from collections.abc import Callable

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


class LazyStrip(Strip):
    """A strip that makes its segments when they are asked for; a terminal is sent ``rendered`` where it is given."""

    __slots__ = ("_made", "_make")

    def __init__(self, width: int, segments: Callable[[], list[Segment]], rendered: str | None = None) -> None:
        self._made: list[Segment] = []
        super().__init__((), width)
        self._make = segments
        self._render_cache = rendered

    @property
    def _segments(self) -> list[Segment]:
        if not self._made:
            self._made = self._make()
        return self._made

    @_segments.setter
    def _segments(self, segments: list[Segment]) -> None:
        self._made = segments


def padded(strip: Strip, before: int, after: int, style: Style, console: Console) -> Strip:
    """``strip`` between blanks, as ``console`` renders them."""
    left, right = Segment(" " * before, style), Segment(" " * after, style)
    rendered = [part.render(console) for part in (Strip([left]), strip, Strip([right]))]
    return LazyStrip(before + strip.cell_length + after, lambda: [left, *strip, right], "".join(rendered))
