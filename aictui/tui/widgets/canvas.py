"""The picture of the compare view: a scene composed and drawn in a thread, moved with keys and mouse."""

import time
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.message import Message
from textual.timer import Timer

from aictui.tui import held_key
from aictui.tui.held_key import HeldKey
from aictui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from aictui.tui.compositing import Compositor, Pixels, View
    from aictui.tui.pictures import Drawing
    from aictui.tui.viewport import Viewport
    from aictui.tui.widgets.picture import _Request

_DIVIDER_STEP = 0.04
_PAN_STEP = 0.2


class Canvas(Picture, can_focus=True):
    """Two pictures of one image with a divider between them, zoomed and moved in step."""

    HELP = """
# The picture

Left of the divider is the original (or another format, see *Peers*), right of it the compressed picture.

- **← →** or dragging moves the divider, **home** and **end** move it to an edge: one picture is whole then. The line
  above names what is on either side.
- **space** swaps the two pictures: hold it, and they swap back when you let go; tap it, and they stay swapped until the
  next tap. The right mouse button swaps them while it is down.
- **d** shows where and how much they differ.
- **+ -** or the wheel zooms from 25 to 800 %, **1** shows one image pixel as one pixel, **0** the whole image.
- **shift + arrows** (or **↑ ↓**, **H J K L**) move the picture when it is larger than the window.
"""
    AREA = "picture"
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "divide(-1)", "Divider left", id="picture.divider-left", show=False),
        Binding("right,l", "divide(1)", "Divider right", id="picture.divider-right", show=False),
        Binding("home", "divide_at(0)", "Divider to the left edge", id="picture.divider-first", show=False),
        Binding("end", "divide_at(1)", "Divider to the right edge", id="picture.divider-last", show=False),
        Binding("shift+left,H", "pan(-1, 0)", "Move left", id="picture.pan-left", show=False),
        Binding("shift+right,L", "pan(1, 0)", "Move right", id="picture.pan-right", show=False),
        Binding("shift+up,up,k,K", "pan(0, -1)", "Move up", id="picture.pan-up", show=False),
        Binding("shift+down,down,j,J", "pan(0, 1)", "Move down", id="picture.pan-down", show=False),
    ]

    class Changed(Message):
        """What is seen has changed: divider, view, zoom or place."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.divider = 0.5
        self.swapped = False
        self.heat = False
        self.viewport: Viewport | None = None
        self._pair: tuple[Pixels, Pixels] | None = None
        self._alpha: Pixels | None = None
        self._compositor: Compositor | None = None
        self._key = HeldKey()
        self._release_timer: Timer | None = None
        self._grabbed = False
        self._swapping = False

    @property
    def view(self) -> "View":
        """What is shown of the two pictures."""
        return "heat" if self.heat else "split"

    def show_pair(self, left: "Pixels", right: "Pixels", alpha: "Pixels | None" = None) -> None:
        """Show two pictures, each (height, width, 3) uint8 of one size; the view stays where it was.

        ``alpha`` as in `Scene`.
        """
        from aictui.tui.viewport import Viewport

        size = (left.shape[1], left.shape[0])
        if self.viewport is None or self.viewport.image != size:
            self.viewport = Viewport(size, self.pixel_size)
        self._pair, self._alpha = (left, right), alpha
        self._rearrange()

    def clear(self, note: str) -> None:
        """Show a note in place of the pictures."""
        self._pair = None
        self.show(None, note)

    def on_resize(self) -> None:
        """Fill the new size."""
        self._rearrange()

    def redraw(self) -> None:
        """Draw anew, after the graphics protocol has changed."""
        self._rearrange()

    def _rearrange(self) -> None:
        """Draw the scene as it should look now."""
        from aictui.tui.compositing import Scene

        if self._pair is None or self.viewport is None or not self.size.area:
            return
        self.viewport = self.viewport.resized(self.pixel_size)
        left, right = reversed(self._pair) if self.swapped else self._pair
        ground = Color.parse(self.app.theme_variables.get("background", "#000000"))
        margin = (ground.r, ground.g, ground.b)
        scene = Scene(left, right, self.viewport, self.view, self.divider, margin, self._alpha)
        self.show(scene)  # type: ignore[arg-type]
        self.post_message(self.Changed())

    def _make_drawing(self, request: "_Request") -> "Drawing":
        from PIL import Image

        from aictui.tui.compositing import Compositor
        from aictui.tui.pictures import draw

        self._compositor = self._compositor or Compositor()
        composed = Image.fromarray(self._compositor.compose(request.image))  # type: ignore[arg-type]
        return draw(composed, *request.size, request.terminal)

    # What keys do.

    def action_divide(self, direction: int) -> None:
        """Move the divider."""
        self.move_divider(self.divider + direction * _DIVIDER_STEP)

    def move_divider(self, divider: float) -> None:
        """Move the divider to a fraction of the width."""
        self.divider = min(max(divider, 0.0), 1.0)
        self.heat = False
        self._rearrange()

    def action_divide_at(self, divider: float) -> None:
        """Move the divider to an edge."""
        self.move_divider(divider)

    def action_swap(self) -> None:
        """Swap the pictures; a key that is held swaps them back when it is let go."""
        if self._key.press(time.monotonic()):
            self.swap()
        if self._release_timer is not None:
            self._release_timer.stop()
        if self._key.is_held:
            self._release_timer = self.set_timer(held_key.NEXT_REPEAT, self._release)

    def _release(self) -> None:
        self._key.release()
        self.swap()

    def swap(self) -> None:
        """Put either picture in the other's place."""
        self.swapped = not self.swapped
        self.heat = False
        self._rearrange()

    def action_heat(self) -> None:
        """Show the difference, or the pictures again."""
        self.heat = not self.heat
        self._rearrange()

    def action_zoom(self, steps: int) -> None:
        """Zoom in or out."""
        if self.viewport is not None:
            self.viewport = self.viewport.zoomed(steps)
            self._rearrange()

    def action_pixels(self) -> None:
        """Show a pixel of the image as a pixel."""
        if self.viewport is not None:
            self.viewport = self.viewport.at(1.0)
            self._rearrange()

    def action_fit(self) -> None:
        """Show the whole image."""
        if self.viewport is not None:
            self.viewport = self.viewport.fitted()
            self._rearrange()

    def action_pan(self, right: int, down: int) -> None:
        """Move over the image."""
        if self.viewport is not None:
            self.viewport = self.viewport.panned(right * _PAN_STEP, down * _PAN_STEP)
            self._rearrange()

    # What the mouse does.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take the divider with the left button, swap with the right one."""
        self.focus()
        if event.button == 1:
            self._grabbed = True
            self.capture_mouse()
            self.move_divider((event.x + 0.5) / max(1, self.size.width))
        elif not self._swapping:
            self._swapping = True
            self.capture_mouse()
            self.swap()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the divider."""
        if self._grabbed:
            self.move_divider((event.x + 0.5) / max(1, self.size.width))

    def on_mouse_up(self) -> None:
        """Let go."""
        if self._grabbed:
            self._grabbed = False
            self.release_mouse()
        if self._swapping:
            self._swapping = False
            self.release_mouse()
            self.swap()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in."""
        event.stop()
        self.action_zoom(1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out."""
        event.stop()
        self.action_zoom(-1)
