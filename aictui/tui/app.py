"""The application: what every screen shares, and the ways from one screen to the next."""

import asyncio
import logging
import os
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import MountError

from aictui import config, presets
from aictui.config import Config
from aictui.errors import AictuiError, OutputError, UsageError
from aictui.printable import printable
from aictui.tui.commands import ActionCommands
from aictui.tui.garbage import ShortCollections
from aictui.tui.logbook import Logbook
from aictui.tui.preferences import check_keys, check_looks
from aictui.tui.signals import LeavingSignals
from aictui.tui.terminal import Terminal, detect
from aictui.tui.themes import DEFAULT_THEME, THEMES
from aictui.tui.threads import PatientExecutor

if TYPE_CHECKING:
    from aictui.codec.files import Overwrite
    from aictui.tui.screens.queue import QueueScreen

SMALLEST_WIDTH = 80
SMALLEST_HEIGHT = 24
DEFAULT_OVERWRITE = "rename"
UNUSABLE = "The configuration cannot be used"
"""The title of what is wrong with the config file."""

logger = logging.getLogger(__name__)


class AictuiApp(App[None]):
    """aictui in a terminal, opened on a folder or an image.

    A screen with work that should not be lost describes it in a property ``work_in_progress`` (``None`` while idle),
    and the application asks before it quits. A widget's ``HELP`` (Markdown) is what F1 shows, and its ``AREA`` is
    the first word of its actions in the command palette.
    """

    TITLE = "aictui"
    CSS_PATH = "aictui.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ActionCommands}
    AREA: ClassVar[str] = "app"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-normal"), (160, "-wide")]  # noqa: RUF012 - declared so in Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]  # noqa: RUF012 - declared so in Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f1,question_mark", "help", "Help", id="app.help", key_display="F1", tooltip="The focused pane and its keys"
        ),
        Binding("f2", "plugins", "Plugins", id="app.plugins", show=False, tooltip="See, install and remove plugins"),
        Binding("f3", "queue", "Queue", id="app.queue", show=False, tooltip="Back to the queue"),
        Binding("f4,comma", "settings", "Settings", id="app.settings", show=False, tooltip="Theme, pictures, defaults"),
        Binding("P", "presets", "Presets", id="app.presets", show=False, tooltip="Use, save and delete named settings"),
        Binding("f12,ctrl+l", "log", "Log", id="app.log", show=False, tooltip="What happened so far"),
        Binding("ctrl+t", "next_theme", "Next theme", id="app.theme", show=False, tooltip="Change the colours"),
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            id="app.suspend",
            show=False,
            tooltip="Back to the shell until fg",
        ),
        Binding("ctrl+q,q", "quit", "Quit", id="app.quit", key_display="q", tooltip="Leave aictui"),
    ]

    background_work: reactive[str] = reactive("", init=False)
    """What goes on behind the screen that is shown, in a few words; empty where nothing does."""

    def __init__(self, path: Path | None = None, terminal: Terminal | None = None) -> None:
        super().__init__()
        self._queue: QueueScreen | None = None
        self.path = path or Path.cwd()
        self.detected_terminal = terminal or Terminal()
        self.logbook = Logbook()
        self.threads = PatientExecutor()
        self._collections = ShortCollections()
        self._signals = LeavingSignals()
        self.config_error: AictuiError | None = None
        self.user_config = self._load_config()
        for theme in THEMES:
            self.register_theme(theme)
        wanted = str(self.user_config.tui.get("theme", DEFAULT_THEME))
        self.theme = wanted if wanted in self.available_themes else DEFAULT_THEME
        try:
            check_looks(self.user_config, self.available_themes)
            presets.default_settings(self.user_config)
        except UsageError as error:
            self.config_error = error
        self.set_keymap(self.user_config.keys)

    @property
    def terminal(self) -> Terminal:
        """The terminal, with the graphics protocol that the user asked for."""
        return self.detected_terminal.with_setting(str(self.user_config.tui.get("images", "auto")))

    @property
    def overwrite(self) -> "Overwrite":
        """What the user wants done where a result's file exists already."""
        output = self.user_config.tui.get("output", {})
        return cast("Overwrite", output.get("overwrite", DEFAULT_OVERWRITE))

    def get_key_display(self, binding: Binding) -> str:
        """A key as keyboards name it: ``F2`` in capitals."""
        display = super().get_key_display(binding)
        return display.upper() if re.fullmatch(r"f\d+", display) else display

    def get_default_screen(self) -> Screen[Any]:
        """The browser."""
        from aictui.tui.screens.browser import BrowserScreen

        return BrowserScreen(self.path)

    def on_mount(self) -> None:
        """Listen to the loggers, keep collections short, and say what is wrong with the configuration."""
        asyncio.get_running_loop().set_default_executor(self.threads)
        self._signals.attach(self.leave)
        self.app_resume_signal.subscribe(self, self._paint_anew)
        self.logbook.attach()
        self.call_after_refresh(self._collections.attach)
        if self.config_error:
            self.show_error(self.config_error, UNUSABLE)
        if self.user_config.keys:
            self._check_keys()

    def _paint_anew(self, _resumed: object) -> None:
        """Paint everything, after a shell had the terminal."""
        self.refresh()

    @work(thread=True, exit_on_error=False)
    def _check_keys(self) -> None:
        try:
            check_keys(self.user_config)
        except UsageError as error:
            self.call_later(self.show_error, error, UNUSABLE)

    def on_unmount(self) -> None:
        """Let go of the loggers and the collector, and stop a queue that nobody sees."""
        if self._queue is not None:
            self._queue.stop()
        self._signals.detach()
        self.logbook.detach()
        self._collections.detach()

    async def on_event(self, event: events.Event) -> None:
        """Take no keys, nor the mouse, once it leaves: a screen that they open would find no place for its widgets."""
        if not (self._exit and isinstance(event, events.InputEvent)):
            await super().on_event(event)

    def _handle_exception(self, error: Exception) -> None:
        """Take it for no crash that widgets miss each other once the application leaves: none is mounted any more."""
        if not (self._exit and isinstance(error, MountError | NoMatches)):
            super()._handle_exception(error)

    def on_resize(self, event: events.Resize) -> None:
        """Tell the user when the terminal is too small, until it is not."""
        from aictui.tui.screens.too_small import TooSmallScreen

        too_small = self.is_too_small(event.size)
        if too_small and not isinstance(self.screen, TooSmallScreen):
            self.push_screen(TooSmallScreen())
        elif not too_small and isinstance(self.screen, TooSmallScreen):
            self.pop_screen()

    @staticmethod
    def is_too_small(size: Size) -> bool:
        """Whether a terminal of ``size`` cells shows nothing but a notice."""
        return size.width < SMALLEST_WIDTH or size.height < SMALLEST_HEIGHT

    # Screens are imported when they are first shown, so that the first one paints at once, and those that need much
    # are imported in a thread. Keys that are typed meanwhile wait for the screen.

    async def compare(self, path: Path, like: Path | None = None) -> None:
        """Compare the image at ``path`` with its compressed self, at first made as the `.aic` file ``like`` was."""
        await asyncio.to_thread(import_module, "aictui.tui.screens.compare")
        from aictui.tui.screens.compare import CompareScreen

        await self.push_screen(CompareScreen(path, like=like))  # which takes no `t` before it is mounted

    async def queue(self, sources: Sequence[Path]) -> None:
        """Compress the files and folders ``sources``, after what a queue has to do that is not done."""
        await asyncio.to_thread(import_module, "aictui.tui.screens.queue")
        from aictui.tui.screens.queue import QueueScreen

        if self._queue is not None and self._queue.is_unfinished:
            if not self._queue.running:
                self.notify("Added to the files that are still to be compressed; del takes some out.")
            self._queue.add(sources)
        else:
            await self._forget_queue()
            self._queue = QueueScreen(sources)
            self.install_screen(self._queue, "queue")
        if self._queue not in self.screen_stack:
            self.push_screen(self._queue)

    async def _forget_queue(self) -> None:
        if self._queue is not None:
            self.uninstall_screen(self._queue)
            await self._queue.remove()
            self._queue = None

    def action_queue(self) -> None:
        """Show the queue again, which stays when one leaves it."""
        if self._queue is None:
            self.notify("Nothing was queued yet: mark images with space, and press c.")
        elif self._queue in self.screen_stack:
            self.notify("The queue is behind this screen: esc goes back to it.")
        else:
            self.push_screen(self._queue)

    async def action_help(self) -> None:
        """Show help on the focused pane."""
        await asyncio.to_thread(import_module, "aictui.tui.screens.help")
        from aictui.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen.of(self.screen))

    def action_plugins(self) -> None:
        """Show the installed plugins."""
        from aictui.tui.screens.plugins import PluginsScreen

        self._show_aside(PluginsScreen)

    def action_settings(self) -> None:
        """Show the settings."""
        from aictui.tui.screens.settings import SettingsScreen

        self._show_aside(SettingsScreen)

    def _show_aside(self, kind: type[Screen[None]]) -> None:
        """Show a screen that stands beside the work; one of them takes the place of the other."""
        if not getattr(self.screen, "IS_ASIDE", False):
            self.push_screen(kind())
        elif work := getattr(self.screen, "work_in_progress", None):
            self.notify(work, severity="warning", markup=False)
        else:
            self.switch_screen(kind())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A screen that is open is not opened once more, and none before the notice that there is no room for it."""
        if self.screen_stack and getattr(self.screen, "AREA", "") == "window":
            return action in {"quit", "help_quit", "suspend_process"}
        return not self.screen_stack or getattr(self.screen, "AREA", "") != action

    def action_presets(self) -> None:
        """Show the presets; where one compresses, use one or save the present settings as one."""
        from aictui.tui.screens.presets import HasSettings, PresetsDialog

        screen = self.screen
        try:
            settings = screen.current_settings if isinstance(screen, HasSettings) else None
        except UsageError as error:
            self.show_error(error)
            return

        async def use(name: str | None) -> None:
            if name is None or not isinstance(screen, HasSettings):
                return
            try:
                await screen.use_settings(presets.named(name), name)
            except UsageError as error:
                self.show_error(error)

        self.push_screen(PresetsDialog(settings), use)

    def action_log(self) -> None:
        """Show what happened so far."""
        from aictui.tui.screens.log import LogScreen

        self.push_screen(LogScreen(self.logbook))

    def action_command_palette(self) -> None:
        """Show every action by its name."""
        from aictui.tui.screens.palette import Palette

        if self.use_command_palette and not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_next_theme(self) -> None:
        """Switch to the next theme and keep it."""
        names = [theme.name for theme in THEMES]
        names += sorted(name for name in self.available_themes if name not in names and "ansi" not in name)
        theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]
        if self.configure("tui", {"theme": theme}):
            self.theme = theme
            self.notify(f"Theme: {theme}", timeout=2)

    def action_help_quit(self) -> None:
        """Say, on ctrl+c and once at a time, how to leave."""
        self.clear_notifications()
        self.notify("Press q to leave aictui, or ctrl+q where you type.", title="Quit?")

    async def action_quit(self) -> None:
        """Leave; ask first while work runs."""
        screens = dict.fromkeys([*self.screen_stack, *([self._queue] if self._queue else [])])
        running = [work for screen in screens if (work := getattr(screen, "work_in_progress", None))]
        if not running:
            self.exit()
            return
        from aictui.tui.screens.dialogs import ConfirmDialog

        question = "\n".join(running) + "\n\nQuit anyway?"
        self.push_screen(ConfirmDialog("Work is running", question, "Quit", "Stay"), self._exit_if)

    def leave(self, return_code: int) -> None:
        """Leave without questions; what runs is cancelled."""
        self.exit(return_code=return_code)

    def _exit_if(self, answer: bool | None) -> None:
        if answer:
            self.exit()

    def configure(self, section: str, changes: dict[str, Any]) -> bool:
        """Keep settings in the config file and use them from now on; false where that failed, which is shown."""
        try:
            config.update(section, changes)
        except (UsageError, OutputError) as error:
            self.show_config_error(error)
            return False
        self.reload_config()
        return True

    def reload_config(self) -> None:
        """Use what the config file says now."""
        try:
            self.user_config = config.load()
        except UsageError as error:
            self.show_config_error(error)
            return
        self.set_keymap(self.user_config.keys)

    def pictures_changed(self) -> None:
        """Draw every picture anew, after the graphics protocol has changed."""
        from aictui.tui.widgets.picture import Picture
        from aictui.tui.widgets.preview_pane import PreviewPane

        for screen in self.screen_stack:
            for picture in screen.query(Picture):
                picture.redraw()
            for pane in screen.query(PreviewPane):
                pane.reload()

    def show_config_error(self, error: AictuiError) -> None:
        """Show that the config file cannot be read, or not be written."""
        self.show_error(error, "The configuration cannot be written" if isinstance(error, OutputError) else UNUSABLE)

    def show_error(self, error: BaseException, title: str = "") -> None:
        """Show ``error`` with a title, its own by default, cause and remedy, and note it in the log."""
        from aictui.tui.screens.dialogs import ErrorDialog

        if isinstance(error, AictuiError):
            cause, _, remedy = printable(str(error)).partition("; ")
            title = title or error.title
            logger.warning("%s: %s", title, error)
            self.push_screen(ErrorDialog(title, cause, remedy[:1].upper() + remedy[1:]))
            return
        logger.error("unexpected error", exc_info=error)
        remedy = "The log (F12) has the details."
        self.push_screen(
            ErrorDialog("Something went wrong", f"{type(error).__name__}: {printable(str(error))}", remedy)
        )

    def _load_config(self) -> Config:
        try:
            return config.load()
        except UsageError as error:
            self.config_error = error
            return Config(config.path())


def run(path: Path) -> int:
    """Run the application on a folder or an image until the user leaves; an exit code, not 0 after a crash."""
    app = AictuiApp(path, detect())
    app.run()
    code = app.return_code or 0
    if app.threads.busy:  # Python would wait for it, and a plugin's code may never end
        logging.shutdown()
        os._exit(code)
    return code
