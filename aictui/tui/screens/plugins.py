"""The installed plugins: what they bring, what is wrong with them, and how to have more or fewer."""

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import DataTable, RichLog, Static

from aictui.counted import counted
from aictui.errors import AictuiError, Cancelled
from aictui.home import with_home
from aictui.printable import printable
from aictui.tui.screens.dialogs import ConfirmDialog, PromptDialog
from aictui.tui.screens.page import Page
from aictui.tui.text import place_text
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from aictui.plugins.installer import InstallerCommand
    from aictui.plugins.sources import PluginSource

BUILT_IN = "built-in"
_COMFORTABLE = 110
"""Columns of a terminal in which long names have room."""
_QUIET = "foreground-darken-3"
"""The theme's colour of what matters less."""
_MARKS = {"enabled": "✓", "disabled": "–", "not allowed": "–", "broken": "✗"}


@dataclass(frozen=True)
class PluginRow:
    """A plugin as the table shows it; ``source`` is ``None`` for what aictui brings along."""

    name: str
    version: str
    origin: str
    state: str
    hooks: tuple[str, ...]
    provides: dict[str, list[str]]
    problem: str = ""
    source: "PluginSource | None" = None


class PluginTable(DataTable[Text]):
    """The plugins in rows."""

    AREA = "plugins"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False, id="plugins.down"),
        Binding("k", "cursor_up", "Up", show=False, id="plugins.up"),
    ]


class PluginsScreen(Page):
    """Lists, installs, removes, enables and disables plugins."""

    AREA = "plugins"
    IS_ASIDE = True
    HELP = """\
# Plugins

Chunkers, quantizers, entropy coders, models, metrics, commands and panels that others wrote. A plugin that is broken
is left out and shown with its error; nothing else suffers.

- **i** installs a package by name, `NAME==VERSION`, a folder, a wheel, or a git URL, into the environment that runs
  aictui. The command is shown before it runs.
- **u** removes the highlighted plugin, **e** enables or disables it.
- **x** stops the installer, as where a server does not answer.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="plugins.back", key_display="esc"),
        Binding("i", "install", "Install", id="plugins.install", tooltip="By name, folder, wheel or git URL"),
        Binding("u,delete", "uninstall", "Uninstall", id="plugins.uninstall", tooltip="Remove its package"),
        Binding("e", "switch", "Enable/disable", id="plugins.toggle", tooltip="Load it or leave it alone"),
        Binding("x", "stop", "Stop", id="plugins.stop", tooltip="Stop the installer"),
        Binding("ctrl+r,f5", "reload", "Look again", id="plugins.reload", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[PluginRow] = []
        self._installing: str | None = None
        self._stop_installer: Callable[[], None] | None = None
        self._name_width = 0

    @property
    def work_in_progress(self) -> str | None:
        """What the installer does now."""
        return f"The installer is running: {self._installing}" if self._installing else None

    @property
    def untimely_actions(self) -> frozenset[str]:
        """What aictui brings along stays, and there is one installer at a time."""
        if self._installing:
            return frozenset({"install", "uninstall"})
        row = self._highlighted if self.is_mounted else None
        return frozenset({"stop", "uninstall", "switch"} if row is None or row.source is None else {"stop"})

    def compose(self) -> ComposeResult:
        """The table beside the details, over the installer's output."""
        yield TopBar("Plugins")
        with Horizontal(id="panes"):
            with Vertical(id="plugin-list", classes="pane") as pane:
                pane.border_title = "Installed"
                yield PluginTable(cursor_type="row", zebra_stripes=False)
            with VerticalScroll(id="plugin-details", classes="pane", can_focus=False) as pane:
                pane.border_title = "Details"
                yield Static(id="details")
        with Vertical(id="installer", classes="pane -hidden") as pane:
            pane.border_title = "Installer"
            yield RichLog(wrap=True, min_width=0)
        yield KeyBar()

    def on_mount(self) -> None:
        """Look for plugins."""
        self._set_columns()
        self.query_one(PluginTable).loading = True
        self.watch(self.app, "theme", self._colour_anew, init=False)
        self._look()

    @on(events.Resize)
    def _fit(self) -> None:
        """Give names the room that there is."""
        if self._name_width != self._fitting_name_width:
            cursor = self.query_one(PluginTable).cursor_row
            self._set_columns()
            self._fill(cursor)

    def _colour_anew(self) -> None:
        """Take the colours of another theme, which texts do not by themselves."""
        table = self.query_one(PluginTable)
        cursor = table.cursor_row
        table.clear()
        self._fill(cursor)
        self._detail(self._highlighted)

    @property
    def _fitting_name_width(self) -> int:
        return 13 if self.app.size.width < _COMFORTABLE else 24

    def _set_columns(self) -> None:
        self._name_width = self._fitting_name_width
        table = self.query_one(PluginTable)
        table.clear(columns=True)
        for title, width in (("", 1), ("Name", self._name_width), ("Version", 9), ("State", 11)):
            table.add_column(title, width=width)

    # Listing

    @work(thread=True, group="look", exclusive=True, exit_on_error=False)
    def _look(self) -> None:
        try:
            rows = find_plugins()
        except Exception as error:  # of a plugin
            self.call_later(self.app.show_error, error)
            rows = []
        self.call_later(self._show, rows)

    def _show(self, rows: list[PluginRow]) -> None:
        table = self.query_one(PluginTable)
        known = {row.name for row in self.rows}
        added = [index for index, row in enumerate(rows) if known and row.name not in known]
        at = added[0] if added else table.cursor_row
        loaded = {row.name: row.version for row in self.rows if row.state == "enabled"}
        if renewed := [row.name for row in rows if loaded.get(row.name, row.version) != row.version]:
            told = "The version that is loaded stays in use until aictui is started anew."
            self.app.notify(told, title=", ".join(renewed), severity="warning", markup=False)
        self.rows = rows
        table.loading = False
        table.clear()
        self._fill(at)
        table.focus()
        broken = sum(row.state == "broken" for row in rows)
        others = max(0, len(rows) - 1)
        count = f"{counted(others, 'plugin')} beside the built-in parts"
        self.query_one(TopBar).figures = count + (f" · ✗ {broken} broken" if broken else "")
        self.query_one("#plugin-list").border_subtitle = "" if others else "no plugins yet; i installs one"
        self._detail(self._highlighted)

    def _fill(self, cursor: int) -> None:
        """Put the rows into the empty table."""
        table = self.query_one(PluginTable)
        for row in self.rows:
            style = self._style(row.state)
            cells = (_MARKS.get(row.state, "?"), row.name, row.version or "–", row.state)
            table.add_row(*(Text(cell, style if index in {0, 3} else "") for index, cell in enumerate(cells)))
        table.move_cursor(row=min(cursor, len(self.rows) - 1))

    def _style(self, state: str) -> Style:
        return self._coloured({"enabled": "text-success", "broken": "text-error"}.get(state, _QUIET))

    def _coloured(self, variable: str) -> Style:
        """A colour of the theme for text, where it has one of its own: some themes leave it to the terminal."""
        try:
            return Style(color=Color.parse(self.app.get_css_variables()[variable]).rich_color)
        except (KeyError, ColorParseError):
            return Style()

    @property
    def _highlighted(self) -> PluginRow | None:
        row = self.query_one(PluginTable).cursor_row
        return self.rows[row] if 0 <= row < len(self.rows) else None

    @on(DataTable.RowHighlighted)
    def _take_highlight(self) -> None:
        self.refresh_bindings()
        self._detail(self._highlighted)

    def _detail(self, row: PluginRow | None) -> None:
        if row is None:
            self.query_one("#details", Static).update("")
            return
        table = Table.grid(padding=(0, 2, 1, 0), expand=True)
        table.add_column(style=self._coloured(_QUIET), no_wrap=True)
        table.add_column(ratio=1, overflow="fold")
        table.add_row("Name", Text(row.name, "bold"))
        table.add_row("From", Text(row.origin))
        if row.hooks:
            table.add_row("Hooks", Text("\n".join(row.hooks)))
        for kind, names in row.provides.items():
            table.add_row(_plural(kind, len(names)), Text(", ".join(names)))
        if row.problem:
            table.add_row("Error", Text(row.problem, self._style("broken")))
        if row.state in {"broken", "disabled"}:
            switch = "disable" if row.state == "broken" else "enable"
            table.add_row("", Text(f"Press e to {switch} it, u to remove it."))
        self.query_one("#details", Static).update(table)

    # Actions

    def action_back(self) -> None:
        """Go back, unless the installer runs."""
        if self._installing:
            self._tell_running()
            return
        self.dismiss()

    def action_stop(self) -> None:
        """Stop the installer."""
        if self._stop_installer is not None:
            self._stop_installer()
            self.query_one("#installer").border_subtitle = "stopping …"
        elif not self._installing:
            self.app.notify("No installer is running.")

    def on_unmount(self) -> None:
        """Leave no installer behind."""
        if self._stop_installer is not None:
            self._stop_installer()

    def _tell_running(self) -> None:
        self.app.notify("The installer is still running. x stops it.", severity="warning")

    def action_reload(self) -> None:
        """Look for plugins again."""
        self._look()

    def action_switch(self) -> None:
        """Enable or disable the highlighted plugin."""
        row = self._highlighted
        if row is None or row.source is None:
            self.app.notify("What aictui brings along is always there.", severity="warning")
            return
        if row.state == "not allowed":
            self.app.notify("AICTUI_PLUGINS, which lists the plugins that may load, leaves it out.", severity="warning")
            return
        from aictui import config

        try:
            config.set_plugin_enabled(row.name, row.state == "disabled")
        except AictuiError as error:
            self.app.show_error(error)
            return
        forget_plugins()
        self._look()

    def action_install(self) -> None:
        """Ask what to install."""
        label = "Package name, NAME==VERSION, folder, wheel, or git URL"
        dialog = PromptDialog("Install a plugin", label, placeholder="such as aictui-zstd", check=_install_plan)
        self.app.push_screen(dialog, self._ask_to_install)

    def action_uninstall(self) -> None:
        """Remove the highlighted plugin's package."""
        row = self._highlighted
        if row is None or row.source is None:
            self.app.notify("What aictui brings along cannot be removed.", severity="warning")
            return
        from aictui.plugins.installer import plan_uninstall

        self._ask(f"Uninstall {row.name}?", partial(plan_uninstall, [row.name]), "Uninstall")

    def _ask_to_install(self, wanted: str | None) -> None:
        if wanted is not None:
            self._ask("Install this?", partial(_install_plan, wanted), "Install")

    def _ask(self, title: str, make_plan: "Callable[[], InstallerCommand]", yes: str) -> None:
        if self._installing:
            self._tell_running()
            return
        try:
            plan = make_plan()
        except AictuiError as error:
            self.app.show_error(error)
            return

        def answered(answer: bool | None) -> None:
            if answer:
                self._run_installer(plan)

        self.app.push_screen(ConfirmDialog(title, f"This command will run:\n\n{plan}", yes, "Cancel"), answered)

    def _run_installer(self, plan: "InstallerCommand") -> None:
        self._installing = str(plan)
        pane = self.query_one("#installer")
        pane.remove_class("-hidden")
        pane.border_subtitle = "running … · x to stop"
        log = pane.query_one(RichLog)
        log.clear()
        log.write(f"$ {plan}")
        self.refresh_bindings()
        self._run_in_thread(plan, log)

    @work(thread=True, group="installer", exit_on_error=False)
    def _run_in_thread(self, plan: "InstallerCommand", log: RichLog) -> None:
        from aictui.plugins.installer import run

        def begun(stop: Callable[[], None]) -> None:
            self._stop_installer = stop

        problem: Exception | None = None
        try:
            for line in run(plan, begun):
                self.call_later(log.write, Text(printable(line)))
        except Exception as error:
            problem = error
        importlib.invalidate_caches()
        self.call_later(self._finish_installer, problem)

    def _finish_installer(self, problem: Exception | None) -> None:
        self._installing = self._stop_installer = None
        self.refresh_bindings()
        ending = "✓ done"
        if isinstance(problem, Cancelled):
            ending = "◌ stopped"
        elif problem:
            ending = "✗ failed"
            self.app.show_error(problem)
        else:
            self.app.notify("Done.", title="Installer")
        self.query_one("#installer").border_subtitle = ending
        forget_plugins()
        self._look()


def find_plugins() -> list[PluginRow]:
    """Every plugin with what it supplies; loads them, so it belongs in a thread."""
    from aictui import __version__
    from aictui.network import store
    from aictui.plugins import Registry, discover

    sources = discover()
    loaded = Registry(sources)
    shipped = [info.name for info in store.available() if info.path.is_relative_to(store.shipped_folder())]
    parts = loaded.provided(BUILT_IN) | {"model": sorted(shipped)}
    rows = [PluginRow(BUILT_IN, __version__, "aictui", "enabled", (), parts)]
    for source in sources:
        is_on = source.state == "enabled"
        hooks = tuple(loaded.hooks(source.name)) if is_on else ()
        provides = loaded.provided(source.name) if is_on else {}
        problems, state = loaded.problems(source.name), loaded.state_of(source)
        origin = source.requirement or place_text(Path(source.target))
        rows.append(PluginRow(source.name, source.version, origin, state, hooks, provides, "\n".join(problems), source))
    return rows


def _install_plan(typed: str) -> "InstallerCommand":
    from aictui.plugins.installer import plan_install

    wanted = typed.strip()
    is_path = os.path.exists(with_home(wanted))  # noqa: PTH110 - takes any text; a path may have blanks in it
    return plan_install([wanted] if wanted and is_path else wanted.split())


def forget_plugins() -> None:
    """Let the next one who needs a plugin look for them anew."""
    from aictui.plugins import registry

    registry.cache_clear()


def _plural(kind: str, count: int) -> str:
    return (kind if count == 1 else f"{kind}s").capitalize()
