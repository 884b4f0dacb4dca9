"""The field that narrows a list while one types."""

from collections.abc import Callable
from fnmatch import translate
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from aictui.tui.folder import ImageFile
from aictui.tui.widgets.field import Field


class FilterBar(Field):
    """Appears with ``/``, goes with escape."""

    AREA = "filter"
    HELP = """\
# Filter

Every word must occur in the name; `*` and `?` stand for letters: `beach *.jpg`. **enter** keeps the filter and goes
back to the images, **esc** shows all of them again.
"""
    DEFAULT_CSS = """
    FilterBar { display: none; height: 1; border: none; padding: 0 1; background: $panel; }
    FilterBar.-open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Show all", id="filter.close"),
        Binding("down", "submit", "To the images", id="filter.down", show=False),
    ]

    def __init__(self, filtered: Widget) -> None:
        super().__init__(placeholder="filter: words of the name, * and ? for letters", compact=True)
        self._filtered = filtered

    def open(self) -> None:
        """Appear and take the keys."""
        self.add_class("-open")
        self.screen.set_focus(self)

    def action_close(self) -> None:
        """Empty the field and go."""
        self.remove_class("-open")
        self.value = ""
        self._return()

    async def action_submit(self) -> None:
        """Keep the filter and go back to what is filtered."""
        self._return()

    def _return(self) -> None:
        # At once: the next key is meant for what is filtered already.
        if self.has_focus:
            self.screen.set_focus(self._filtered)


def matcher(text: str) -> Callable[[ImageFile], bool] | None:
    """Whether a file's name holds every word of ``text``; ``None`` where there is no word."""
    import re

    words = text.casefold().split()
    if not words:
        return None
    plain = [word for word in words if not set(word) & set("*?[")]
    patterns = [re.compile(translate(f"*{word}*")) for word in words if set(word) & set("*?[")]

    def accepts(file: ImageFile) -> bool:
        name = file.name.casefold()
        return all(word in name for word in plain) and all(pattern.match(name) for pattern in patterns)

    return accepts
