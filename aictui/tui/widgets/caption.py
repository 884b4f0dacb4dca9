"""The line above the picture: what is on either side, and where the divider is."""

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from aictui.tui.text import shortened


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
        left, right = f"◀ {self.left} ", f" {self.right} ▶"
        # The names give way to each other, the mark of the divider stays where the divider is.
        room_left, room_right = max(column, 0), max(width - column - 1, 0)
        line = Text(no_wrap=True)
        line.append(shortened(left, room_left) if room_left >= 6 else " " * room_left)
        line.append("┬", "bold")
        line.append(shortened(right, room_right).rstrip().rjust(room_right) if room_right >= 6 else "")
        return line
