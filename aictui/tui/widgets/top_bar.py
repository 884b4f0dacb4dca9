"""The line at the top of a screen: where one is, and how things stand."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from aictui.tui.text import shortened

_NAME = "aictui"
_GAP = 2


class TopBar(Widget):
    """Shows the application's name, a place on the left, and figures and work behind the screen on the right."""

    DEFAULT_CSS = """
    TopBar {
        dock: top;
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $foreground;
        & > .top-bar--name { color: $primary; text-style: bold; }
        & > .top-bar--figures { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"top-bar--name", "top-bar--place", "top-bar--figures"}

    place: reactive[str] = reactive("")
    figures: reactive[str] = reactive("")
    background_work: reactive[str] = reactive("")

    def __init__(self, place: str = "", figures: str = "") -> None:
        super().__init__()
        self.set_reactive(TopBar.place, place)
        self.set_reactive(TopBar.figures, figures)

    def on_mount(self) -> None:
        """Follow what goes on behind the screen."""
        self.watch(self.app, "background_work", self._take_work)

    def _take_work(self, work: str) -> None:
        self.background_work = work

    def render_line(self, y: int) -> Strip:
        """One line; where it is narrow, the place is cut to a third of it before the figures give way."""
        ground = self.get_component_rich_style("top-bar--place")
        width = self.size.width
        room = max(0, width - cell_len(_NAME) - 2 * _GAP)
        figures = " · ".join(filter(None, [self.figures, self.background_work]))
        place_width = min(cell_len(self.place), max(room // 3, room - cell_len(figures)))
        figures_width = min(cell_len(figures), room - place_width)
        segments = [
            Segment(_NAME + " " * _GAP, self.get_component_rich_style("top-bar--name")),
            Segment(shortened(self.place, place_width), ground),
            Segment(" " * (room - place_width - figures_width + _GAP), ground),
            Segment(shortened(figures, figures_width), self.get_component_rich_style("top-bar--figures")),
        ]
        return Strip(segments).adjust_cell_length(width, ground)
