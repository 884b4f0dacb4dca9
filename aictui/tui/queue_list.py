"""All rows of the queue, with totals that every change keeps up to date: looking at all rows takes too long."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aictui.printable import printable
from aictui.tui.queue_rows import QueueRow

if TYPE_CHECKING:
    from aictui.batch import Event
    from aictui.codec.settings import Target


_OPEN = frozenset({"waiting", "working", "planned"})


@dataclass
class Totals:
    """How the queue stands as a whole, in numbers of files, pixels and bytes.

    ``finished`` are dealt with, in a dry run too, but not those that were cancelled; ``results`` have a size, be it
    kept or not; ``own_targets`` differ from the rest; ``pixels_done`` counts the files in work by how far they are.
    """

    files: int = 0
    finished: int = 0
    failed: int = 0
    cancelled: int = 0
    compressed: int = 0
    results: int = 0
    own_targets: int = 0
    pixels: int = 0
    pixels_done: int = 0
    source_bytes: int = 0
    output_bytes: int = 0

    @property
    def fraction(self) -> float:
        """How much of the work is done, 0 to 1, by pixels."""
        return self.pixels_done / self.pixels if self.pixels else 0.0

    def count(self, row: QueueRow, times: int = 1) -> None:
        """Add a row, or with -1 take it away again."""
        self.files += times
        self.pixels += times * row.pixels
        self.own_targets += times * (row.target is not None)
        state, result = row.state, row.result
        if state == "working":
            self.pixels_done += times * round(row.pixels * row.fraction)
        if result is None:
            return
        self.results += times * (result.output_bytes > 0)
        self.failed += times * (state == "failed")
        if state == "cancelled":
            self.cancelled += times
        else:
            self.finished += times
            self.pixels_done += times * row.pixels
        if state == "done":
            self.compressed += times
            self.source_bytes += times * result.source_bytes
            self.output_bytes += times * result.output_bytes


class QueueList:
    """The rows in the order in which they were found, each known by the path of its file."""

    def __init__(self) -> None:
        self.rows: list[QueueRow] = []
        self.by_path: dict[Path, QueueRow] = {}
        self._removed: set[Path] = set()
        self._totals = Totals()

    @property
    def totals(self) -> Totals:
        """The totals of this moment."""
        return replace(self._totals)

    @property
    def is_open(self) -> bool:
        """Whether there are files that are still to be compressed."""
        return any(row.state in _OPEN for row in self.rows)

    @property
    def empty_columns(self) -> frozenset[str]:
        """The columns that have nothing to say about any row."""
        empty = set() if self._totals.own_targets else {"target"}
        return frozenset(empty if self._totals.results else empty | {"result", "ratio"})

    def replace(self, rows: Iterable[QueueRow]) -> None:
        """Take other rows; what was removed stays out."""
        self.rows = [row for row in rows if row.found.path not in self._removed]
        self.by_path = {row.found.path: row for row in self.rows}
        self._count()

    def extend(self, rows: Iterable[QueueRow]) -> list[QueueRow]:
        """Take more rows after the others, also those that were removed before; the rows that are new."""
        new = [row for row in rows if row.found.path not in self.by_path]
        self._removed.difference_update(row.found.path for row in new)
        self.replace([*self.rows, *new])
        return new

    def remove(self, rows: Iterable[QueueRow]) -> None:
        """Take rows out for good."""
        self._removed.update(row.found.path for row in rows)
        self.replace(self.rows)

    def reset(self, rows: Iterable[QueueRow]) -> None:
        """Let rows wait again."""
        for row in rows:
            row.reset()
        self._count()

    def aim(self, rows: Iterable[QueueRow], target: "Target | None") -> None:
        """Give rows a target of their own, or none; they wait again."""
        for row in rows:
            row.target = target
        self.reset(rows)

    def take(self, event: "Event") -> QueueRow | None:
        """Follow what the batch tells; the row that it is about, unless it was removed."""
        from aictui.batch.events import Advanced, Finished

        item = event.result.item if isinstance(event, Finished) else event.item
        row = self.by_path.get(item.source)
        if row is not None:
            self._totals.count(row, -1)
            if isinstance(event, Finished):
                row.take(event.result)
            else:
                if row.result is not None:
                    row.reset()  # it is done once more
                row.state = "working"
                if isinstance(event, Advanced):
                    row.fraction, row.phase = event.fraction, printable(event.phase)
            self._totals.count(row)
        return row

    def _count(self) -> None:
        self._totals = Totals()
        for row in self.rows:
            self._totals.count(row)
