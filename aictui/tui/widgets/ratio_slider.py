"""The slider of the compression ratio, 1x to 256x on a logarithmic scale."""

from math import log2
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

LEAST, MOST = 1.0, 256.0
_OCTAVES = 8
_COARSE, _FINE = 1 / 4, 1 / 16
"""Steps of the keys in octaves."""


class RatioSlider(Widget, can_focus=True):
    """A track with a mark for every doubling and a handle."""

    HELP = """
# The ratio

Raw RGB bytes over file bytes, of the whole file: at **16x** a sixteenth remains.

- **← →** a small step, **shift + ← →** a smaller one, **page up / down** twice and half as much.
- **home / end** 1x and 256x. The mouse drags, the wheel steps.
- **t** lets you type a target: `32x`, `100kB`, `35dB`, `q80`.

The figures follow at once, marked ≈, the picture soon after; the file is made when the slider rests.
"""
    AREA = "ratio"
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"slider--handle", "slider--passed", "slider--ahead", "slider--mark"}
    DEFAULT_CSS = """
    RatioSlider {
        height: 2; width: 1fr; min-width: 30;
        .slider--handle { color: $foreground; text-style: bold; }
        .slider--passed { color: $primary; text-style: bold; }
        .slider--ahead { color: $foreground 40%; }
        .slider--mark { color: $text-muted; }
        &:focus .slider--handle { color: $block-cursor-foreground; background: $block-cursor-background; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", f"step({-_COARSE})", "Smaller ratio", id="ratio.less", show=False),
        Binding("right,l", f"step({_COARSE})", "Larger ratio", id="ratio.more", show=False),
        Binding("shift+left,H", f"step({-_FINE})", "A little less", id="ratio.little-less", show=False),
        Binding("shift+right,L", f"step({_FINE})", "A little more", id="ratio.little-more", show=False),
        Binding("pageup", "step(1)", "Double", id="ratio.double", show=False),
        Binding("pagedown", "step(-1)", "Halve", id="ratio.halve", show=False),
        Binding("home", "step(-8)", "1x", id="ratio.least", show=False),
        Binding("end", "step(8)", "256x", id="ratio.most", show=False),
    ]

    ratio: reactive[float] = reactive(16.0)

    class Moved(Message):
        """The user has moved the handle."""

        def __init__(self, ratio: float) -> None:
            super().__init__()
            self.ratio = ratio

    def __init__(self, ratio: float = 16.0, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(RatioSlider.ratio, ratio)
        self._dragging = False

    def validate_ratio(self, ratio: float) -> float:
        """Keep it on the scale."""
        return min(max(ratio, LEAST), MOST)

    def action_step(self, octaves: float) -> None:
        """Move by octaves: 1 doubles the ratio."""
        steps = 1 / min(abs(octaves), _COARSE)
        self._move(2 ** (round(log2(self.ratio) * steps + octaves * steps) / steps))

    def _move(self, ratio: float) -> None:
        before = self.ratio
        self.ratio = float(f"{ratio:.3g}")
        if self.ratio != before:
            self.post_message(self.Moved(self.ratio))

    # Drawing.

    @property
    def _length(self) -> int:
        return max(2, self.size.width - 2)

    def _column(self, ratio: float) -> int:
        """The cell of a ratio; one is left free at either end, so that labels fit."""
        return 1 + round(log2(ratio) / _OCTAVES * (self._length - 1))

    def render_line(self, y: int) -> Strip:
        """The track, and below it the marks."""
        return self._track() if y == 0 else self._marks() if y == 1 else Strip.blank(self.size.width, self.rich_style)

    def _track(self) -> Strip:
        handle, ground = self._column(self.ratio), self.rich_style
        marks = {self._column(2**octave) for octave in range(_OCTAVES + 1)}
        passed, ahead = self._style("passed"), self._style("ahead")
        segments = [Segment(" ", ground)]
        for column in range(1, self._length + 1):
            if column == handle:
                segments.append(Segment("●", self._style("handle")))
            elif column < handle:
                segments.append(Segment("┿" if column in marks else "━", passed))
            else:
                segments.append(Segment("┼" if column in marks else "─", ahead))
        segments.append(Segment(" ", ground))
        return Strip(segments, self._length + 2).adjust_cell_length(self.size.width, ground)

    def _marks(self) -> Strip:
        line = [" "] * self.size.width
        every = 2 if self.size.width < 44 else 1
        for octave in range(0, _OCTAVES + 1, every):
            label = f"{2**octave}x"
            first = min(max(self._column(2**octave) - len(label) // 2, 0), self.size.width - len(label))
            line[first : first + len(label)] = label
        return Strip([Segment("".join(line), self._style("mark"))], self.size.width)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"slider--{part}")

    # The mouse.

    def _ratio_at(self, column: int) -> float:
        place = min(max((column - 1) / (self._length - 1), 0.0), 1.0)
        return float(2 ** (place * _OCTAVES))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take the handle."""
        self._dragging = True
        self.capture_mouse()
        self._move(self._ratio_at(event.x))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if self._dragging:
            self._move(self._ratio_at(event.x))

    def on_mouse_up(self) -> None:
        """Let it go."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """A step more."""
        event.stop()
        self.action_step(_COARSE)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """A step less."""
        event.stop()
        self.action_step(-_COARSE)
