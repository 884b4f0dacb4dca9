"""The files that a person wants saved, until each is written or failed."""

from typing import TYPE_CHECKING

from aictui.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aictui.tui.screens.save_dialog import Destination


class Saves:
    """Wishes to save, in the order in which they were made: each waits for the file, then it is being written."""

    def __init__(self) -> None:
        self._waiting: list[Destination] = []
        self._writing: list[Destination] = []

    def add(self, destination: "Destination") -> bool:
        """Take a wish in; false where it was made already."""
        if destination in self._waiting or destination in self._writing:
            return False
        self._waiting.append(destination)
        return True

    def begin(self) -> "list[Destination]":
        """What waits, to be written now."""
        begun, self._waiting = self._waiting, []
        self._writing += begun
        return begun

    def drop(self) -> str:
        """Forget what waits, for it will never be made; the names of it, empty where nothing does."""
        dropped, self._waiting = self._waiting, []
        return _joined(dropped)

    def end(self, destination: "Destination") -> None:
        """Forget what is written, or cannot be."""
        self._writing.remove(destination)

    @property
    def names(self) -> str:
        """The files that are not there yet: ``a.aic and b.aic``; empty where there are none."""
        return _joined([*self._writing, *self._waiting])

    @property
    def problem(self) -> str | None:
        """Which files are not there yet, as a sentence without a full stop; ``None`` where there are none."""
        several = len(self._writing) + len(self._waiting) > 1
        return f"{self.names} {'are' if several else 'is'} not saved yet" if self.names else None


def _joined(destinations: "Sequence[Destination]") -> str:
    *others, last = [printable(path.name) for path, _ in destinations] or [""]
    return f"{', '.join(others)} and {last}" if others else last
