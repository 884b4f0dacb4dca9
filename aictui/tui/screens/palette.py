"""The command palette as a screen."""

from textual import on
from textual.command import CommandPalette
from textual.widgets import Input, OptionList

from aictui.tui.screens.page import ClosingOnce


class Palette(CommandPalette, ClosingOnce[None]):
    """Textual's own, which takes one choice and no more."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A list that is not laid out yet has no pages to turn, which Textual takes for granted."""
        if action == "command_list":
            return all(options.scrollable_content_region for options in self.query(OptionList))
        return super().check_action(action, parameters)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _take_one(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        """Ignore keys that were typed in one burst with the one that has closed it."""
        if self not in self.app.screen_stack:
            event.prevent_default()
            event.stop()
