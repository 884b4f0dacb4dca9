"""The notice that the terminal is too small."""

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from aictui.tui.app import SMALLEST_HEIGHT, SMALLEST_WIDTH
from aictui.tui.screens.page import ClosingOnce


class TooSmallScreen(ClosingOnce[None]):
    """Covers everything until the terminal is large enough again."""

    AREA = "window"

    def compose(self) -> ComposeResult:
        """One sentence in the middle."""
        yield Static(id="notice")

    def on_screen_suspend(self) -> None:
        """Come before what has just opened, such as the image that was asked for at the start, but for questions."""
        screen = self.app.screen
        if self.app.is_too_small(self.app.size) and not isinstance(screen, ModalScreen | TooSmallScreen):
            self.app.push_screen(TooSmallScreen())

    def on_screen_resume(self) -> None:
        """Go, where the terminal has grown while another screen was before this one."""
        if not self.app.is_too_small(self.app.size):
            self.app.pop_screen()

    def on_resize(self, event: events.Resize) -> None:
        """Say how large the terminal is."""
        self.query_one("#notice", Static).update(
            f"This terminal has {event.size.width}×{event.size.height} cells.\n"
            f"aictui needs at least {SMALLEST_WIDTH}×{SMALLEST_HEIGHT}.\n\n"
            "Make the window larger or the font smaller."
        )
