"""A line that shows a choice and opens the list of choices."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from aictui.tui.catalog import Choice

_LABEL_WIDTH = 15


class Menu(Widget, can_focus=True):
    """A labelled choice. ``choices`` is asked when the list opens, so that reasons are those of the moment."""

    AREA = "menu"
    DEFAULT_CSS = """
    Menu {
        height: 1; width: 1fr; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
        &:hover { background: $foreground 8%; }
        &:focus { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open", "Choose", id="menu.open"),
        Binding("left,h", "cycle(-1)", "Previous choice", id="menu.previous", show=False),
        Binding("right,l", "cycle(1)", "Next choice", id="menu.next", show=False),
        Binding("down,j", "app.focus_next", "Next field", show=False),
        Binding("up,k", "app.focus_previous", "Previous field", show=False),
    ]

    chosen: reactive[str] = reactive("")

    class Chosen(Message):
        """The user has chosen something else."""

        def __init__(self, menu: "Menu", chosen: str) -> None:
            super().__init__()
            self.menu = menu
            self.chosen = chosen

        @property
        def control(self) -> "Menu":
            """The menu."""
            return self.menu

    def __init__(
        self,
        label: str,
        choices: Callable[[], Sequence[Choice]],
        chosen: str = "",
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.label = label
        self.choices = choices
        self.set_reactive(Menu.chosen, chosen)

    def render(self) -> Text:
        """Label and choice."""
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{self.label:<{_LABEL_WIDTH}}", "" if self.has_focus else "dim")
        line.append(f"{self.chosen or '—'} ▾")
        return line

    def on_click(self) -> None:
        """Open the list."""
        self.action_open()

    def action_open(self) -> None:
        """Open the list."""
        from aictui.tui.screens.chooser import ChooserDialog

        self.app.push_screen(ChooserDialog(self.label, self.choices(), self.chosen), self._choose)

    def action_cycle(self, direction: int) -> None:
        """Take the next choice that fits."""
        fitting = [choice.id for choice in self.choices() if choice.reason is None]
        if fitting:
            at = fitting.index(self.chosen) if self.chosen in fitting else -direction
            self._choose(fitting[(at + direction) % len(fitting)])

    def _choose(self, chosen: str | None) -> None:
        if chosen is not None and chosen != self.chosen:
            self.chosen = chosen
            self.post_message(self.Chosen(self, chosen))
