"""Help on the focused pane, with the keys that work there now."""

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Markdown, Static

from aictui.tui.commands import Command, available_commands
from aictui.tui.screens.page import Dialog
from aictui.tui.widgets.key_bar import KeyBar

_COMFORTABLE = 100
"""Cells of the terminal below which there is no room for an explanation beside the name of an action."""
_NO_HELP = "# Help\n\nThese keys work here."


class HelpScreen(Dialog[None]):
    """Shows a text and a table of keys, grouped by area."""

    AREA = "help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,question_mark", "dismiss", "Close", id="help.close", key_display="esc"),
        Binding("j,down", "scroll('down')", "Down", show=False),
        Binding("k,up", "scroll('up')", "Up", show=False),
        Binding("pagedown,space", "scroll('page_down')", "Page down", show=False),
        Binding("pageup", "scroll('page_up')", "Page up", show=False),
    ]

    def __init__(self, text: str, commands: list[Command]) -> None:
        super().__init__()
        self.text = text
        self.commands = commands

    @classmethod
    def of(cls, screen: Screen[object]) -> "HelpScreen":
        """Help on what has the focus on ``screen``: the nearest ``HELP`` from there up, and the keys."""
        node = screen.focused or screen
        texts = [help_text for ancestor in node.ancestors_with_self if (help_text := getattr(ancestor, "HELP", None))]
        return cls(texts[0] if texts else _NO_HELP, available_commands(screen))

    def compose(self) -> ComposeResult:
        """The text above the keys."""
        with Vertical(classes="dialog wide") as dialog:
            dialog.border_title = "Help"
            dialog.border_subtitle = "the names at the right remap keys in the config file"
            with VerticalScroll():
                yield Markdown(self.text)
                yield Static(id="keys")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the keys once the text is there; both at once take long to paint."""
        self.call_after_refresh(self._show_keys)

    @on(events.Resize)
    def _explain(self) -> None:
        """Explain the actions where there is room for that."""
        self.call_after_refresh(self._show_keys)

    def _show_keys(self) -> None:
        self.query_one("#keys", Static).update(self._keys())

    def _keys(self) -> Table:
        is_narrow = self.app.size.width < _COMFORTABLE
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(justify="right", no_wrap=True, style="bold")
        table.add_column(no_wrap=not is_narrow, ratio=1 if is_narrow else None)
        if not is_narrow:
            table.add_column(ratio=1, style="dim")
        table.add_column(no_wrap=True, justify="right", style="dim italic")
        area = ""
        for command in self.commands:
            if command.area != area:
                area = command.area
                table.add_row("", Text.assemble("\n", (area.capitalize(), "bold underline")))
            name, told = command.binding.description, command.help
            detail = told if told != name else ""
            action = (
                [Text.assemble(name, ("\n" if detail else "", ""), (detail, "dim"))] if is_narrow else [name, detail]
            )
            table.add_row(" ".join(command.keys), *action, command.binding.id or "")
        return table

    def action_scroll(self, direction: str) -> None:
        """Scroll the help."""
        getattr(self.query_one(VerticalScroll), f"scroll_{direction}")(animate=False)
