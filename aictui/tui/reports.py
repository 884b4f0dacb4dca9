"""What the threads of the compare view report to it."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from aictui.errors import AictuiError
from aictui.printable import printable
from aictui.tui.live import News
from aictui.tui.measuring import MeasuringNews
from aictui.tui.surroundings import Surroundings

if TYPE_CHECKING:
    from aictui.codec.image import SourceImage
    from aictui.tui.screens.save_dialog import Destination


class Opened(Message):
    """The image is read."""

    def __init__(self, source: "SourceImage") -> None:
        super().__init__()
        self.source = source


class SurroundingsFound(Message):
    """What is installed is known."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self.surroundings = surroundings


class Renewed(Message):
    """What is installed has changed."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self.surroundings = surroundings


class Unreadable(Message):
    """There is nothing to compare."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Reported(Message):
    """A loop has news."""

    def __init__(self, news: News | MeasuringNews) -> None:
        super().__init__()
        self.news = news


class Saved(Message):
    """The file is written to ``path``, or not."""

    def __init__(self, destination: "Destination", path: Path | None, error: Exception | None = None) -> None:
        super().__init__()
        self.destination = destination
        self.path = path
        self.error = error


def told(error: Exception) -> tuple[str, str]:
    """What went wrong, as a title and a cause."""
    if isinstance(error, AictuiError):
        return error.title, printable(str(error))
    return "Something went wrong", printable(f"{type(error).__name__}: {error}".rstrip(": "))
