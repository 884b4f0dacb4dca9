"""Labels and values in two columns."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from aictui.tui.text import shortened

Fact = tuple[str, str]


class Facts(Widget):
    """Shows facts, one a line. It paints itself, so that new facts never move anything else."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"facts--label", "facts--value"}
    DEFAULT_CSS = """
    Facts { & > .facts--label { color: $text-muted; } }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name that Textual gives it
        super().__init__(id=id)
        self._facts: Sequence[Fact] = ()

    def show(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One label and its value."""
        ground = self.get_component_rich_style("facts--value")
        width = self.size.width
        if y >= len(self._facts):
            return Strip.blank(width, ground)
        label, value = self._facts[y]
        column = max(len(name) for name, _ in self._facts) + 2
        return Strip(
            [
                Segment(label.ljust(column), self.get_component_rich_style("facts--label")),
                Segment(shortened(value, max(1, width - column)), ground),
            ]
        ).adjust_cell_length(width, ground)
