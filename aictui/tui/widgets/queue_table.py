"""The table of the queue: a row and a bar for each file."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from aictui.tui.columns import Column
from aictui.tui.queue_rows import COLUMNS, QueueRow
from aictui.tui.text import shortened
from aictui.tui.widgets.row_table import RowTable

_BAR = 9
"""Cells of the bar in the state column, before the percentage."""
_TONES = {"done": "good", "failed": "bad"}


class QueueTable(RowTable[QueueRow]):
    """Shows the files of the queue; sorts and marks them by their paths."""

    AREA = "files"
    ALL_COLUMNS = COLUMNS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", id="queue.mark", show=False, tooltip="Mark it for a target of its own"),
        Binding("s", "sort", "Sort", id="queue.sort", show=False, tooltip="Sort by the next column"),
    ]

    def __init__(self) -> None:
        super().__init__("looking for images …")

    def identity(self, row: QueueRow) -> Path:
        """The path, which stays when the sources are searched again."""
        return row.found.path

    def cell(self, row: QueueRow, column: Column[QueueRow], width: int) -> Iterable[tuple[str, str]]:
        """Names in full colour, figures dim, what happens with a bar or in a colour of its own."""
        if column.key == "state":
            return _state(row, width)
        if column.key == "name":
            return [(shortened(row.name, width), "")]
        tone = "good" if column.key == "ratio" and row.state == "done" else "dim"
        return [(column.text(row).rjust(width)[:width], tone)]


def _state(row: QueueRow, width: int) -> list[tuple[str, str]]:
    if row.state != "working":
        return [(shortened(row.status, width), _TONES.get(row.state, "dim"))]
    full = round(row.fraction * _BAR)
    percent = f" {100 * row.fraction:3.0f} %"
    rest = width - _BAR
    return [("━" * full, "bar"), ("─" * (_BAR - full), "dim"), (percent.ljust(rest)[:rest], "bar")]
