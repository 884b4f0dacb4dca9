"""The line above the picture: what is on either side, and where the divider is."""

from rich.cells import cell_len
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from aictui.tui.text import shortened

_LEAST = 14
"""Cells in which a name that is cut says something still."""


class Caption(Widget):
    """Names the sides of the divider, or says what else is seen."""

    DEFAULT_CSS = """
    Caption { height: 1; color: $text; }
    """

    left: reactive[str] = reactive("")
    right: reactive[str] = reactive("")
    whole: reactive[str] = reactive("")
    """What is seen in place of two sides; empty where two are seen."""
    divider: reactive[float] = reactive(0.5)

    def render(self) -> Text:
        """One line as wide as the picture."""
        width = self.size.width
        if self.whole:
            return Text(self.whole, no_wrap=True, overflow="ellipsis")
        column = min(max(round(self.divider * width), 0), width - 1)
        # The names give way to each other, the mark of the divider stays where the divider is.
        room_left, room_right = max(column, 0), max(width - column - 1, 0)
        line = Text(no_wrap=True)
        line.append(_fitting(f"◀ {self.left} ", f"{self.left} ", room_left).ljust(room_left))
        line.append("┬", "bold")
        line.append(_fitting(f" {self.right} ▶", f" {self.right}", room_right).rjust(room_right))
        return line


def _fitting(text: str, bare: str, room: int) -> str:
    """As much of a name as can be read within ``room`` cells: without its arrow, with its middle cut out, nothing."""
    if cell_len(text) <= room:
        return text
    if cell_len(bare) <= room:
        return bare
    return shortened(text, room).rstrip() if room >= _LEAST else ""
