"""The list that a menu opens: every choice with what it is, or why it does not fit."""

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from aictui.tui.catalog import Choice
from aictui.tui.screens.page import Dialog

_NOTE_WIDTH = 54


class ChooserDialog(Dialog[str | None]):
    """Asks for one of several choices; escape gives ``None``."""

    AREA = "menu"
    DEFAULT_CSS = """
    ChooserDialog OptionList { border: none; padding: 0; background: transparent; height: auto; max-height: 100%; }
    ChooserDialog OptionList:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Cancel", id="menu.cancel", key_display="esc"),
        Binding("j", "move('down')", "Down", show=False),
        Binding("k", "move('up')", "Up", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], chosen: str) -> None:
        super().__init__()
        self.heading = title
        self.choices = choices
        self.chosen = chosen

    def compose(self) -> ComposeResult:
        """The choices, two lines each."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self.heading
            dialog.border_subtitle = "enter to choose · esc to cancel"
            yield OptionList(*(self._option(choice) for choice in self.choices))

    def on_mount(self) -> None:
        """Start on what is chosen now."""
        options = self.query_one(OptionList)
        ids = [choice.id for choice in self.choices]
        if self.chosen in ids:
            options.highlighted = ids.index(self.chosen)
        options.focus()

    def _option(self, choice: Choice) -> Option:
        text = Text("● " if choice.id == self.chosen else "  ")
        text.append(choice.id, "bold")
        note = choice.summary if choice.reason is None else f"✗ {choice.reason}"
        for line in wrap(note, _NOTE_WIDTH):
            text.append(f"\n  {line}", "dim" if choice.reason is None else "")
        return Option(text, id=choice.id, disabled=choice.reason is not None)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with the choice."""
        self.dismiss(event.option_id)

    def action_move(self, direction: str) -> None:
        """Move with vim's keys."""
        getattr(self.query_one(OptionList), f"action_cursor_{direction}")()
