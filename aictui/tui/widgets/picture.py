"""A widget that shows a picture in whatever way the terminal can."""

import logging
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import ControlType, Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from aictui.tui.strips import padded
from aictui.tui.terminal import Terminal

if TYPE_CHECKING:
    from PIL.Image import Image

    from aictui.tui.pictures import Drawing

_PLAIN = Style()
_KEPT = 2  # pictures that kitty has to know of a widget: that on screen, and the one whose cells are about to go

logger = logging.getLogger(__name__)


class _Request(NamedTuple):
    image: "Image"
    size: Size
    terminal: Terminal


class Picture(Widget):
    """Shows an image as large as fits, in the middle.

    Drawing happens in a thread, one drawing at a time; of several images that arrive meanwhile only the latest is
    drawn, and the old drawing stays until the new one is ready, so nothing flickers.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picture--ground"}
    DEFAULT_CSS = """
    Picture { width: 1fr; height: 1fr; color: $text-muted; }
    """

    note: reactive[str] = reactive("")
    """What to say where there is no picture."""

    class Drawn(Message):
        """A drawing is on screen."""

        def __init__(self, picture: "Picture", image: "Image") -> None:
            super().__init__()
            self.picture = picture
            self.image = image

        @property
        def control(self) -> "Picture":
            """The picture that was drawn."""
            return self.picture

    def __init__(self, *, id: str | None = None, classes: str | None = None, note: str = "") -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.set_reactive(Picture.note, note)
        self._image: Image | None = None
        self._drawing: Drawing | None = None
        self._drawn_for: _Request | None = None
        self._busy = False
        self._prologue = ""
        self._sent: deque[str] = deque()

    @property
    def terminal(self) -> Terminal:
        """What the terminal can show."""
        terminal: Terminal = getattr(self.app, "terminal", Terminal())
        return terminal.with_colours(self.app.console.color_system)

    @property
    def pixel_size(self) -> tuple[int, int]:
        """Width and height in pixels of the area that an image fills without being resampled."""
        from aictui.tui.pictures import pixel_size

        return pixel_size(self.size.width, self.size.height, self.terminal)

    def show(self, image: "Image | None", note: str = "") -> None:
        """Show ``image`` as soon as it is drawn; ``None`` shows ``note`` at once."""
        self._image = image
        self.note = note
        if image is None:
            self._drawing = None
            self._drawn_for = None
            self.refresh()
            return
        self._draw()

    def on_resize(self) -> None:
        """Draw anew for the new size."""
        self._draw()

    def redraw(self) -> None:
        """Draw anew, after the graphics protocol has changed."""
        self._draw()
        self.refresh()

    def _draw(self) -> None:
        """Start to draw what is wanted now, unless it is there or under way."""
        if self._image is None or not self.size.area or self.terminal.protocol == "off":
            return
        wanted = _Request(self._image, self.size, self.terminal)
        if self._busy or wanted == self._drawn_for:
            return
        self._busy = True
        self.run_worker(lambda: self._draw_in_thread(wanted), thread=True, group="draw", exit_on_error=False)

    def _draw_in_thread(self, request: _Request) -> None:
        drawing = None
        try:
            drawing = self._make_drawing(request)
        except Exception:
            logger.exception("a picture could not be drawn")
        finally:
            self.call_later(self._finish, request, drawing)

    def _make_drawing(self, request: _Request) -> "Drawing":
        """The drawing that is asked for; runs in a thread."""
        from aictui.tui.pictures import draw

        return draw(request.image, *request.size, request.terminal)

    def _finish(self, request: _Request, drawing: "Drawing | None") -> None:
        self._busy = False
        self._drawn_for = request
        if self._image is request.image and drawing is None:
            self._drawing = None
            self.note = "This picture cannot be drawn.\nThe log (F12) says why."
            self.refresh()
        elif self._image is request.image and drawing is not None:
            self._drawing = drawing
            self._prologue = drawing.prologue
            self.refresh()
            self.post_message(self.Drawn(self, request.image))
        self._draw()

    def render_line(self, y: int) -> Strip:
        """One line of cells."""
        width, height = self.size
        ground = self.get_component_rich_style("picture--ground")
        if self.terminal.protocol == "off" or self._drawing is None:
            is_off = self._image is not None and self.terminal.protocol == "off"
            return self._note_line(y, "pictures are off (settings)" if is_off else self.note, ground)
        drawing = self._drawing
        line = y - (height - len(drawing.strips)) // 2
        if not 0 <= line < len(drawing.strips):
            return Strip.blank(width, ground)
        behind = drawing.backdrop and not self.screen.is_active
        strip = drawing.backdrop[line] if behind else drawing.strips[line]
        if drawing.width > width:
            return strip.crop(0, width)
        left = (width - drawing.width) // 2
        if drawing.width == width:
            return strip
        return padded(strip, left, width - left - drawing.width, ground, self.app.console)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without the one for palette colours, which pictures have none of and which takes most of the time.

        None at all for kitty, to which the colours of its cells are the number of the picture.
        """
        if self.terminal.protocol == "kitty":
            return []
        return [line for line in super().get_line_filters() if not isinstance(line, ANSIToTruecolor)]

    def _note_line(self, y: int, note: str, ground: Style) -> Strip:
        width, height = self.size
        lines = [line.strip() for text in note.splitlines() for line in _wrapped(text, width - 2)]
        number = y - (height - len(lines)) // 2
        text = lines[number] if 0 <= number < len(lines) else ""
        return Strip([Segment(text.center(width), ground)], width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines within ``crop``, with what has to reach the terminal beside them."""
        if self.terminal.protocol in {"kitty", "sixel"} and not self.screen.is_active:
            # A dialog dims what is below it. To kitty the colours are the number of the picture, so it must not be.
            return [Strip.blank(crop.width, self.get_component_rich_style("picture--ground"))] * crop.height
        # Not Textual's way, which takes every line apart for borders that there are none of.
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, self.background_colors[1]) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        if self._drawing is None or not strips:
            return strips
        if self._prologue:
            self._sent.append(self._drawing.epilogue)
            stale = self._sent.popleft() if len(self._sent) > _KEPT else ""
            strips[0] = _with_control(self._prologue + stale, strips[0])
            self._prologue = ""
        if self._drawing.sixels:
            strips[-1] = Strip([*strips[-1], *self._sixel_segments(self._drawing)], strips[-1].cell_length)
        return strips

    def _sixel_segments(self, drawing: "Drawing") -> list[Segment]:
        region = self.content_region
        x = region.x + max(0, (region.width - drawing.width) // 2)
        y = region.y + max(0, (region.height - len(drawing.strips)) // 2)
        texts = (f"\x1b[{y + 1};{x + 1}H", drawing.sixels, f"\x1b[{region.bottom};{region.right + 1}H")
        return [Segment(text, _PLAIN, ((ControlType.CURSOR_FORWARD, 0),)) for text in texts]


def _with_control(text: str, strip: Strip) -> Strip:
    return Strip([Segment(text, _PLAIN, ((ControlType.CURSOR_FORWARD, 0),)), *strip], strip.cell_length)


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    return wrap(text, max(8, width)) or [""]
