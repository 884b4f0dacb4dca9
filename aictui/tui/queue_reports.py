"""What the threads of the queue report to it."""

from textual.message import Message

from aictui.tui.catalog import Catalog
from aictui.tui.queue_work import Listing


class Listed(Message):
    """The images are found, or not; ``added`` come after those that are there."""

    def __init__(self, listing: Listing, error: Exception | None = None, *, added: bool = False) -> None:
        super().__init__()
        self.listing = listing
        self.error = error
        self.added = added


class Offered(Message):
    """What is installed is known."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog


class Ended(Message):
    """The batch, or a dry run, is over."""

    def __init__(self, error: Exception | None, *, dry: bool) -> None:
        super().__init__()
        self.error = error
        self.dry = dry
