"""What the threads of the queue report to it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from textual.message import Message

from aictui.tui.catalog import Catalog
from aictui.tui.queue_rows import QueueRow
from aictui.tui.queue_work import Listing, Selection, find_rows


class Listed(Message):
    """The images are found, or not; ``added`` come after those that are there."""

    def __init__(self, listing: Listing, error: Exception | None = None, *, added: bool = False) -> None:
        super().__init__()
        self.listing = listing
        self.error = error
        self.added = added

    @classmethod
    def of(
        cls,
        sources: Sequence[Path],
        selection: Selection,
        known: Mapping[Path, QueueRow],
        cancelled: Callable[[], bool],
        *,
        added: bool,
    ) -> "Listed":
        """What `find_rows` finds, or why it does not."""
        try:
            return cls(find_rows(sources, selection, known, cancelled), added=added)
        except Exception as error:
            return cls(Listing([], {}), error, added=added)


class Offered(Message):
    """What is installed is known."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog


class Ended(Message):
    """The batch, or a dry run, is over."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__()
        self.error = error
