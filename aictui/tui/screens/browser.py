"""The first screen: a folder's images."""

from pathlib import Path

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer


class BrowserScreen(Screen[None]):
    """Shows the images of a folder."""

    AREA = "browser"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def compose(self) -> ComposeResult:
        """The panes."""
        yield Footer()
