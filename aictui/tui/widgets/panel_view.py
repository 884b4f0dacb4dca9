"""A panel as a tab, whatever it does."""

import logging
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from aictui.panels import Panel, Result
from aictui.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from PIL.Image import Image
    from rich.console import RenderableType

logger = logging.getLogger(__name__)


class PanelView(VerticalScroll):
    """Shows what a panel makes of the current result; a panel that raises is shown as broken."""

    AREA = "panel"
    DEFAULT_CSS = """
    PanelView { padding: 0 1; scrollbar-gutter: stable; }
    PanelView Static { height: auto; }
    PanelView.-broken Static { color: $text-error; }
    """

    class Rendered(Message):
        """A panel has an answer for a width in columns; an exception where it failed."""

        def __init__(self, result: Result, width: int, output: "Text | Image | BaseException") -> None:
            super().__init__()
            self.result = result
            self.width = width
            self.output = output

    def __init__(self, kind: type[Panel], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.kind = kind
        self.title = str(kind.title)
        self.HELP = f"# {kind.title}\n\n{kind.help or kind.__doc__ or ''}"  # type: ignore[misc]
        self._panel: Panel | None = None
        self._wanted: Result | None = None
        self._busy = False
        self._shown: tuple[Result, int] | None = None

    def compose(self) -> ComposeResult:
        """Room for text and for a picture."""
        yield Static("Waits for the file …")
        picture = Picture()
        picture.display = False
        yield picture

    def show(self, result: Result) -> None:
        """Show ``result`` as soon as the tab is open."""
        self._wanted = result
        self._render_wanted()

    def on_resize(self) -> None:
        """Print anew for the new width."""
        self._render_wanted()

    def on_show(self) -> None:
        """Show what there is."""
        self._render_wanted()

    def catch_up(self) -> None:
        """Show what happened while the tab was closed."""
        self._render_wanted()

    @property
    def _is_open(self) -> bool:
        """Whether its tab is the open one, although it may not be laid out yet."""
        return all(node.display for node in self.ancestors_with_self if isinstance(node, Widget))

    def _render_wanted(self) -> None:
        if self._busy or self._wanted is None or not self._is_open:
            return
        beside_scrollbar = self.content_size.width - self.styles.scrollbar_size_vertical
        result, width = self._wanted, max(20, beside_scrollbar)
        if self._shown == (result, width):
            return
        self._busy = True
        if self._panel is None:
            self.query_one(Static).update("Asks the panel …")
        self.run_worker(lambda: self._render_in_thread(result, width), thread=True, group="panel", exit_on_error=False)

    def _render_in_thread(self, result: Result, width: int) -> None:
        try:
            self._panel = self._panel or self.kind()
            output = _printed(self._panel.render(result), width)
        except BaseException as error:  # no Ctrl-C, which no thread but the main one gets
            output = error  # type: ignore[assignment]
        self.post_message(self.Rendered(result, width, output))

    def on_panel_view_rendered(self, event: Rendered) -> None:
        """Show the answer."""
        event.stop()
        self._busy = False
        self._shown = event.result, event.width
        self._show_output(event.output)
        self._render_wanted()

    def _show_output(self, output: "Text | Image | BaseException") -> None:
        text, picture = self.query_one(Static), self.query_one(Picture)
        self.set_class(isinstance(output, BaseException), "-broken")
        text.display = isinstance(output, Text | BaseException)
        picture.display = not text.display
        if isinstance(output, Text):
            text.update(output)
        elif isinstance(output, BaseException):
            logger.warning("panel %s failed: %r", self.kind.id, output)
            cause = f"{type(output).__name__}: {output}".rstrip(": ")
            note = f"✗ The panel {self.kind.title!r} is broken.\n\n{cause}\n\nThe plugins screen switches it off."
            text.update(Text(note))
        else:
            picture.show(output)


def _printed(output: "RenderableType | Image", width: int) -> "Text | Image":
    """What a panel gave back, printed here and now, so that what fails in printing fails here too."""
    from io import StringIO

    from PIL import Image
    from rich.console import Console

    if isinstance(output, Image.Image | Text):
        return output
    console = Console(file=StringIO(), width=width, force_terminal=True, color_system="truecolor", legacy_windows=False)
    with console.capture() as capture:
        console.print(Text(output) if isinstance(output, str) else output)
    return Text.from_ansi(capture.get().removesuffix("\n"))
