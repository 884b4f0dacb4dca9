"""Columns of tables, and those of the table of images."""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from aictui.tui.folder import ImageFile
from aictui.tui.text import ratio_text, size_text

Row = TypeVar("Row")


class Column(NamedTuple, Generic[Row]):
    """A column: what it shows of a row, how wide it is, and how its rows are ordered.

    A ``width`` of 0 takes what the others leave. Columns of a higher ``rank`` go first where space is short. ``order``
    is a key to sort by, ``None`` for what is unknown, which stays at the end either way.
    """

    key: str
    label: str
    width: int
    rank: int
    text: Callable[[Row], str]
    order: Callable[[Row], Any]
    is_text: bool = False
    """Whether it is aligned to the left, as words are, and not to the right, as figures are."""


def _name_text(file: ImageFile) -> str:
    return f"✗ {file.name}" if file.error else file.name


def _pixels_text(file: ImageFile) -> str:
    if file.error:
        return "unreadable"
    return f"{file.width}×{file.height}" if file.width else "…"


def _ratio_text(file: ImageFile) -> str:
    return "cut" if file.is_cut else ratio_text(file.ratio)


COLUMNS: tuple[Column[ImageFile], ...] = (
    Column("name", "Name", 0, 0, _name_text, lambda file: file.order, is_text=True),
    Column("size", "Size", 7, 1, lambda file: size_text(file.bytes), lambda file: file.bytes),
    Column("pixels", "Pixels", 11, 3, _pixels_text, lambda file: file.pixels),
    Column("format", "Format", 8, 5, lambda file: file.format, lambda file: file.format, is_text=True),
    Column(
        "compressed", ".aic", 7, 4, lambda file: size_text(file.compressed_bytes), lambda file: file.compressed_bytes
    ),
    Column("ratio", "Ratio", 7, 2, _ratio_text, lambda file: file.ratio),
)
