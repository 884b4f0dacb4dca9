"""The columns of the image table."""

from collections.abc import Callable
from typing import Any, NamedTuple

from aictui.tui.folder import ImageFile
from aictui.tui.text import ratio_text, size_text


class Column(NamedTuple):
    """A column: what it shows of a file, how wide it is, and how its rows are ordered.

    A ``width`` of 0 takes what the others leave. Columns of a higher ``rank`` go first where space is short.
    """

    key: str
    label: str
    width: int
    rank: int
    text: Callable[[ImageFile], str]
    order: Callable[[ImageFile], Any]


def _pixels_text(file: ImageFile) -> str:
    if file.error:
        return "unreadable"
    return f"{file.width}×{file.height}" if file.width else "…"


def _last_if_none(value: float | None) -> tuple[bool, float]:
    return value is None, value or 0


COLUMNS = (
    Column("name", "Name", 0, 0, lambda file: file.name, lambda file: file.order),
    Column("size", "Size", 7, 1, lambda file: size_text(file.bytes), lambda file: file.bytes),
    Column("pixels", "Pixels", 11, 3, _pixels_text, lambda file: _last_if_none(file.pixels)),
    Column("format", "Format", 6, 5, lambda file: file.format, lambda file: file.format),
    Column(
        "compressed",
        ".aic",
        8,
        4,
        lambda file: size_text(file.compressed_bytes),
        lambda file: _last_if_none(file.compressed_bytes),
    ),
    Column("ratio", "Ratio", 6, 2, lambda file: ratio_text(file.ratio), lambda file: _last_if_none(file.ratio)),
)
COLUMNS_BY_KEY = {column.key: column for column in COLUMNS}
