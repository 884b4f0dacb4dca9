"""Columns of tables, how they share a width, and those of the table of images."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from aictui.tui.folder import ImageFile
from aictui.tui.text import ratio_text, size_text

Row = TypeVar("Row")

MARK_WIDTH = 2
NARROWEST_NAME = 16
_TIGHTEST_NAME = 13
_GAP, _TIGHT_GAP = 2, 1


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
    tight: int = 0
    """How wide it is where columns stand close together, if not ``width``."""


class Layout(NamedTuple, Generic[Row]):
    """The columns that are shown with their widths, and the ``gap`` of blanks between them."""

    columns: Sequence[tuple[Column[Row], int]] = ()
    gap: int = _GAP


def lay_out(columns: Sequence[Column[Row]], width: int, longest_name: int, kept: str, *, tight: bool) -> Layout[Row]:
    """How ``columns`` share ``width`` cells, in which names of up to ``longest_name`` cells can be read.

    Columns go where space is short, but for the one with the key ``kept``. With ``tight`` they stand close together
    first, if that shows every one of them; fewer are told apart more easily.
    """
    name = min(NARROWEST_NAME, longest_name)
    if tight and _left_over(columns, width, _GAP) < name:
        close = [column._replace(width=column.tight or column.width) for column in columns]
        if _left_over(close, width, _TIGHT_GAP) >= min(_TIGHTEST_NAME, name):
            return _filled(close, width, _TIGHT_GAP)
    shown = list(columns)
    optional = sorted((column for column in shown if column.rank and column.key != kept), key=lambda each: each.rank)
    while optional and _left_over(shown, width, _GAP) < name:
        shown.remove(optional.pop())
    return _filled(shown, width, _GAP)


def _filled(columns: Sequence[Column[Row]], width: int, gap: int) -> Layout[Row]:
    left_over = max(1, _left_over(columns, width, gap))
    return Layout([(column, column.width or left_over) for column in columns], gap)


def _left_over(columns: Sequence[Column[Any]], width: int, gap: int) -> int:
    """The cells that a column without a width of its own gets; one blank stays behind the last column."""
    return width - MARK_WIDTH - sum(column.width + gap for column in columns if column.width) - 1


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
    Column("pixels", "Pixels", 11, 3, _pixels_text, lambda file: file.pixels, tight=10),
    Column("format", "Format", 8, 5, lambda file: file.format, lambda file: file.format, is_text=True, tight=6),
    Column(
        "compressed", ".aic", 7, 4, lambda file: size_text(file.compressed_bytes), lambda file: file.compressed_bytes
    ),
    Column("ratio", "Ratio", 7, 2, _ratio_text, lambda file: file.ratio),
)
