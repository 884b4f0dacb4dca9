"""The presets: settings that were given a name, to use, to keep and to forget."""

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from aictui import config, presets, settings_table
from aictui.errors import OutputError, UsageError
from aictui.tui.screens.dialogs import ConfirmDialog, PromptDialog
from aictui.tui.screens.page import Dialog

if TYPE_CHECKING:
    from aictui.codec.settings import Settings

_SUMMARY_WIDTH = 54


@runtime_checkable
class HasSettings(Protocol):
    """A screen whose settings can be kept under a name, and be replaced by such."""

    @property
    def current_settings(self) -> "Settings":
        """What the screen would compress with now; raises `UsageError` where that makes no sense."""

    async def use_settings(self, settings: "Settings", preset: str) -> None:
        """Compress with the settings of a preset from now on."""


class PresetsDialog(Dialog[str | None]):
    """Lists the presets and answers with the chosen one; ``settings`` are what can be saved, if anything."""

    AREA = "presets"
    DEFAULT_CSS = """
    PresetsDialog OptionList, PresetsDialog OptionList:focus {
        border: none; padding: 0; background: transparent; height: auto; max-height: 100%;
    }
    PresetsDialog #none { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Close", id="presets.close", key_display="esc"),
        Binding("s", "save", "Save as preset", id="presets.save", tooltip="Keep the present settings under a name"),
        Binding("delete,d", "remove", "Delete", id="presets.remove", tooltip="Forget the highlighted preset"),
        Binding("j", "move('down')", "Down", show=False),
        Binding("k", "move('up')", "Up", show=False),
    ]

    def __init__(self, settings: "Settings | None") -> None:
        super().__init__()
        self.settings = settings

    def compose(self) -> ComposeResult:
        """A list, and what to do where it is empty."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Presets"
            yield OptionList()
            yield Static(id="none", markup=False)

    def on_mount(self) -> None:
        """Fill the list."""
        self._show()

    def _show(self, highlighted: str | None = None) -> None:
        presets = self.app.user_config.presets
        options = self.query_one(OptionList)
        options.clear_options()
        for name, table in presets.items():
            text = Text(name, "bold")
            for line in wrap(settings_table.summary(table), _SUMMARY_WIDTH):
                text.append(f"\n  {line}", "not bold dim")
            options.add_option(Option(text, id=name))
        options.display = bool(presets)
        empty = self.query_one("#none", Static)
        empty.display = not presets
        save = "s saves the present ones." if self.settings else "They are saved where one compresses, with P."
        empty.update(f"No settings have a name yet. {save}")
        keys = ["enter to use" if self.settings and presets else "", "s to save" if self.settings else ""]
        keys += ["del to delete" if presets else "", "esc to close"]
        self.query_one(".dialog").border_subtitle = " · ".join(filter(None, keys))
        if presets:
            names = list(presets)
            options.highlighted = names.index(highlighted) if highlighted in names else 0
            options.focus()

    @property
    def _highlighted(self) -> str | None:
        option = self.query_one(OptionList).highlighted_option
        return option.id if option else None

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with the preset."""
        if self.settings:
            self.dismiss(event.option_id)

    def action_move(self, direction: str) -> None:
        """Move with vim's keys."""
        getattr(self.query_one(OptionList), f"action_cursor_{direction}")()

    def action_save(self) -> None:
        """Ask for a name and keep the present settings under it."""
        if self.settings is None:
            self.app.notify("Here is nothing to save.", severity="warning")
            return
        settings, saved = self.settings, set[str]()

        def keep(text: str) -> None:
            """Keep them, unless that is to be asked first; whatever is wrong is told where the name is typed."""
            name = text.strip()
            if name and name not in config.load().presets:  # where another process may have saved one since
                presets.save(name, settings)
                saved.add(name)

        def take(text: str | None) -> None:
            name = (text or "").strip()
            if name in saved:
                self._changed(f"Saved as {name}", name)
            elif name:
                question = f"There is a preset {name} already."
                dialog = ConfirmDialog("Replace the preset?", question, "Replace", "Cancel")
                self.app.push_screen(dialog, lambda answer: self._replace(name) if answer else None)

        label = settings_table.summary(presets.to_table(settings))
        self.app.push_screen(PromptDialog("Save as preset", label, placeholder="its name", check=keep), take)

    def _replace(self, name: str) -> None:
        assert self.settings is not None
        try:
            presets.save(name, self.settings)
        except (UsageError, OutputError) as error:
            self.app.show_config_error(error)
            return
        self._changed(f"Saved as {name}", name)

    def action_remove(self) -> None:
        """Forget the highlighted preset, after a question."""
        name = self._highlighted
        if name is not None:
            dialog = ConfirmDialog("Delete the preset?", f"{name} is taken out of the config file.", "Delete", "Cancel")
            self.app.push_screen(dialog, lambda answer: self._remove(name) if answer else None)

    def _remove(self, name: str) -> None:
        try:
            presets.remove(name)
        except (UsageError, OutputError) as error:
            self.app.show_config_error(error)
            return
        self._changed(f"Deleted {name}", None)

    def _changed(self, told: str, highlighted: str | None) -> None:
        self.app.reload_config()
        self.app.notify(told, timeout=2, markup=False)
        self._show(highlighted)
