"""The line at the top of a screen: where one is, and how things stand."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget


class TopBar(Widget):
    """Shows the application's name, a place on the left and figures on the right."""

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
    COMPONENT_CLASSES: ClassVar[set[str]] = {"top-bar--name", "top-bar--figures"}

    place: reactive[str] = reactive("")
    figures: reactive[str] = reactive("")

    def __init__(self, place: str = "", figures: str = "") -> None:
        super().__init__()
        self.set_reactive(TopBar.place, place)
        self.set_reactive(TopBar.figures, figures)

    def render(self) -> Table:
        """One line; the place gives way when it is narrow."""
        name = self.get_component_rich_style("top-bar--name", partial=True)
        quiet = self.get_component_rich_style("top-bar--figures")
        table = Table.grid(expand=True, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        table.add_column(no_wrap=True, justify="right")
        table.add_row(Text("aictui", name), Text(self.place), Text(self.figures, quiet))
        return table
