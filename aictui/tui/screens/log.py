"""What happened so far."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import RichLog

from aictui.tui.logbook import Logbook
from aictui.tui.screens.page import Dialog
from aictui.tui.widgets.key_bar import KeyBar


class LogScreen(Dialog[None]):
    """Shows the log and follows it."""

    AREA = "log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f12,ctrl+l,q", "dismiss", "Close", id="log.close", key_display="esc"),
    ]

    def __init__(self, logbook: Logbook) -> None:
        super().__init__()
        self.logbook = logbook

    def compose(self) -> ComposeResult:
        """One scrolling log."""
        with Vertical(classes="dialog wide") as dialog:
            dialog.border_title = "Log"
            yield RichLog(wrap=True, min_width=0)
        yield KeyBar()

    @on(events.Resize)
    def _write(self) -> None:
        """Show what is there, wrapped at the width of now, and follow."""
        self.call_after_refresh(self._write_anew)

    def _write_anew(self) -> None:
        log = self.query_one(RichLog)
        log.clear()
        lines = self.logbook.follow(lambda line: log.call_later(log.write, line))
        for line in lines or ["Nothing has happened yet that is worth a line."]:
            log.write(line)

    def on_unmount(self) -> None:
        """Stop to follow."""
        self.logbook.listener = None
