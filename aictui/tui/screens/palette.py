"""The command palette as a screen."""

from textual import on
from textual.command import CommandPalette
from textual.widgets import Input, OptionList

from aictui.tui.screens.page import ClosingOnce


class Palette(CommandPalette, ClosingOnce[None]):
    """Textual's own, which takes one choice and no more."""

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _take_one(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """Ignore keys that were typed in one burst with the one that has closed it."""
        if self not in self.app.screen_stack:
            event.prevent_default()
            event.stop()
