"""What the user prefers, kept in the config file."""

from typing import Any, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.validation import Function
from textual.widgets import Input, Label, Select, Static

from aictui import config, settings_table
from aictui.errors import UsageError
from aictui.printable import printable
from aictui.tui.screens.page import Page
from aictui.tui.terminal import PROTOCOL_SETTINGS
from aictui.tui.text import place_text
from aictui.tui.themes import THEMES
from aictui.tui.widgets.field import Field
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.top_bar import TopBar

_PROTOCOL_LABELS = {
    "auto": "automatic",
    "kitty": "kitty graphics",
    "sixel": "sixel",
    "half-cell": "half-cells, which work everywhere",
    "off": "off",
}
_OVERWRITE_LABELS = {
    "rename": "rename: add a number to the name",
    "skip": "skip: leave it and go on",
    "overwrite": "overwrite: replace it",
    "error": "error: stop and say so",
}


class SettingsScreen(Page):
    """Every field takes effect when it changes, and is written to the config file at once."""

    AREA = "settings"
    IS_ASIDE = True
    HELP = """\
# Settings

What you choose takes effect at once and is kept in the config file, which is plain text: **e** shows where it is.

**P** shows the presets, to delete them. They are saved where one compresses: in the compare view and in the queue.

Keys are remapped there too, in the section `[keys]`, by the names at the right of this table:

```toml
[keys]
"images.mark" = "m"
"app.quit" = "ctrl+x"
```
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="settings.back", key_display="esc"),
        Binding("P", "app.presets", "Presets", id="settings.presets", tooltip="See and delete named settings"),
        Binding("e", "show_file", "Config file", id="settings.file", tooltip="Show the config file"),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Previous", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._refused: str | None = None
        """The target that was told to be none when one wanted to leave."""
        self._target = Field(
            str(self.app.user_config.defaults.get("target", "")),
            placeholder="such as 16x, 100kB, 35dB, q80",
            id="target",
            compact=True,
            validators=[Function(_is_target, "no target")],
            validate_on=["changed"],
            valid_empty=True,
        )

    def compose(self) -> ComposeResult:
        """A form in sections."""
        yield TopBar("Settings", place_text(config.path()))
        with VerticalScroll(id="form"):
            with Vertical(classes="section pane") as section:
                section.border_title = "Look"
                yield from self._row("Theme", self._theme_select())
                yield from self._row("Pictures", self._protocol_select(), id="protocol-row")
            with Vertical(classes="section pane") as section:
                section.border_title = "Compression"
                yield from self._row("Target", self._target)
                yield from self._row("Model", self._model_select())
            with Vertical(classes="section pane") as section:
                section.border_title = "Output"
                yield from self._row("If it exists", self._overwrite_select())
            with Vertical(classes="section pane") as section:
                section.border_title = "Presets"
                yield Static(self._presets(), id="presets", markup=False)
        yield KeyBar()

    def _row(self, label: str, field: Select[str] | Input, **attributes: Any) -> ComposeResult:
        with Horizontal(classes="row", **attributes):
            yield Label(label, classes="label")
            yield field

    def _theme_select(self) -> Select[str]:
        own = [theme.name for theme in THEMES]
        others = sorted(name for name in self.app.available_themes if name not in own)
        choices = [*((f"{name}  · of aictui", name) for name in own), *((name, name) for name in others)]
        return Select(choices, value=self.app.theme, allow_blank=False, id="theme", compact=True)

    def _protocol_select(self) -> Select[str]:
        found = self.app.detected_terminal.protocol
        labels = _PROTOCOL_LABELS | {"auto": f"automatic: {_PROTOCOL_LABELS[found]}"}
        wanted = str(self.app.user_config.tui.get("images", "auto"))
        return Select(
            [(labels[name], name) for name in PROTOCOL_SETTINGS],
            value=wanted if wanted in PROTOCOL_SETTINGS else "auto",
            allow_blank=False,
            id="images",
            compact=True,
        )

    def _overwrite_select(self) -> Select[str]:
        wanted = self.app.overwrite
        return Select(
            [(label, name) for name, label in _OVERWRITE_LABELS.items()],
            value=wanted if wanted in _OVERWRITE_LABELS else "rename",
            allow_blank=False,
            id="overwrite",
            compact=True,
        )

    def _model_select(self) -> Select[str]:
        model = str(self.app.user_config.defaults.get("model", "photo"))
        return Select([(model, model)], value=model, allow_blank=False, id="model", compact=True)

    def _presets(self) -> str:
        presets = self.app.user_config.presets
        if not presets:
            return "None yet. P in the compare view or in the queue saves the settings there as one."
        return "\n".join(f"{name}   {settings_table.summary(table)}" for name, table in presets.items())

    @on(events.ScreenResume)
    def _look_again(self) -> None:
        """See what has become of the presets."""
        self.query_one("#presets", Static).update(self._presets())

    def on_mount(self) -> None:
        """Start at the first field, and look for models."""
        self.query_one("#theme").focus()
        self._target.validate(self._target.value)
        self.watch(self.app, "theme", self._show_theme, init=False)
        self._find_models()

    def on_unmount(self) -> None:
        """Keep a target that was typed before another screen came, or the end of the application."""
        if self._target.value != self._refused:
            self._take_target()

    def _show_theme(self, theme: str) -> None:
        """Name the theme in force, by whatever key it was chosen."""
        select = self.query_one("#theme", Select)
        with select.prevent(Select.Changed):
            select.value = theme

    def _show_values(self) -> None:
        """Show what is in force in every field."""
        settings = self.app.user_config
        self._show_theme(self.app.theme)
        values = {
            "images": settings.tui.get("images", "auto"),
            "overwrite": self.app.overwrite,
            "model": settings.defaults.get("model", "photo"),
        }
        for name, value in values.items():
            select = self.query_one(f"#{name}", Select)
            with select.prevent(Select.Changed):
                select.value = value
        self._target.value = str(settings.defaults.get("target", ""))

    @work(thread=True, group="models", exit_on_error=False)
    def _find_models(self) -> None:
        from aictui.network.store import available

        try:
            names = sorted({info.name for info in available()})
        except Exception as error:
            self.call_later(self.app.show_error, error)
        else:
            self.call_later(self._offer_models, names)

    def _offer_models(self, names: list[str]) -> None:
        select = self.query_one("#model", Select)
        chosen = select.value
        if chosen not in names:
            names.append(str(chosen))
        with select.prevent(Select.Changed):
            select.set_options([(name, name) for name in names])
            select.value = chosen

    @on(Select.Changed)
    def _take_choice(self, event: Select.Changed) -> None:
        name, value = event.select.id, event.value
        settings = self.app.user_config
        if name == "theme" and value != self.app.theme:
            if self._keep("tui", {"theme": value}):
                self.app.theme = str(value)
        elif name == "images" and value != settings.tui.get("images", "auto"):
            if self._keep("tui", {"images": value}):
                self.app.pictures_changed()
        elif name == "overwrite" and value != self.app.overwrite:
            self._keep("tui.output", {"overwrite": value})
        elif name == "model" and value != settings.defaults.get("model", "photo"):
            self._keep("defaults", {"model": value})

    @on(Input.Submitted, "#target")
    @on(Input.Blurred, "#target")
    def _target_typed(self) -> None:
        self._take_target()

    def _take_target(self) -> bool:
        """Keep what is typed; false where that cannot be, which is told."""
        from aictui.codec.settings import Target

        text = self._target.value.strip()
        if text == self.app.user_config.defaults.get("target", ""):
            return True
        try:
            if text:
                Target.parse(text)
        except UsageError as error:
            self.app.notify(str(error), title="Target", severity="warning", markup=False)
            return False
        return self._keep("defaults", {"target": text or None})

    def _keep(self, section: str, changes: dict[str, Any]) -> bool:
        if self.app.configure(section, changes):
            self.app.notify("Kept", timeout=1.5)
            return True
        if self.children:  # there are none once it is gone
            self._show_values()
        return False

    def action_leave(self) -> None:
        """Keep the target and leave; stay once where it is none, to be mended."""
        text = self._target.value
        if text == self._refused or self._take_target():
            self.dismiss()
        elif self.app.screen is self:
            self._refused = text

    def action_show_file(self) -> None:
        """Show what the config file says."""
        from aictui.tui.screens.dialogs import TextDialog

        path = config.path()
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").expandtabs().splitlines()
            text = "\n".join(map(printable, lines))
        except OSError:
            text = "# There is no config file yet; it is written when a setting changes."
        self.app.push_screen(TextDialog(str(path), text))


def _is_target(text: str) -> bool:
    from aictui.codec.settings import Target

    try:
        Target.parse(text)
    except UsageError:
        return False
    return True
