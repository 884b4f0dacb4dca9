"""What is added to a queue while it is at work."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.tui.queue_rows import QueueRow
from aictui.tui.queue_work import Job

if TYPE_CHECKING:
    from aictui.batch import OutputPolicy
    from aictui.codec.settings import Settings

    Asked = tuple[Settings, OutputPolicy]


class Additions:
    """Files that were added, until all of them are listed and the run is over that they follow."""

    def __init__(self) -> None:
        self._listings = 0
        self._rows: list[QueueRow] = []
        self._follows: Asked | None = None

    @property
    def are_listed(self) -> bool:
        """Whether nothing is being looked for any more."""
        return self._listings == 0

    def expect(self, follows: "Asked | None") -> None:
        """More is being looked for; ``follows`` is how the run that it follows makes its files, where it does."""
        self._listings += 1
        self._follows = follows or self._follows

    def take(self, rows: Iterable[QueueRow]) -> None:
        """Take what was found."""
        self._listings -= 1
        self._rows += rows

    def stay(self) -> None:
        """Let what was added wait until somebody asks for it."""
        self._follows, self._rows = None, []

    def release(self, there: Mapping[Path, QueueRow]) -> Job | None:
        """What is to run now that nothing else does, of the rows that are ``there`` still; each is released once."""
        if self._follows is None or not self.are_listed:
            return None
        rows = [row for row in self._rows if row.state == "waiting" and there.get(row.found.path) is row]
        settings, policy = self._follows
        self.stay()
        return Job(rows, settings, policy) if rows else None
