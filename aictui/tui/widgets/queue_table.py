"""The table of the queue: a row and a bar for each file, of which only the visible ones are painted."""

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from aictui.tui.queue_rows import COLUMNS, QueueColumn, QueueRow
from aictui.tui.text import shortened

_MARK_WIDTH = 2
_GAP = 2
_NARROWEST_NAME = 12
_HEADER = 1
_BAR = 9
"""Cells of the bar in the state column, before the percentage."""


class QueueTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows the files of the queue; sorts and marks them."""

    AREA = "files"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "queue-table--header",
        "queue-table--sorted",
        "queue-table--cursor",
        "queue-table--cursor-blurred",
        "queue-table--mark",
        "queue-table--dim",
        "queue-table--good",
        "queue-table--bad",
        "queue-table--bar",
    }
    DEFAULT_CSS = """
    QueueTable {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .queue-table--header { color: $text-muted; }
        & > .queue-table--sorted { color: $primary; text-style: bold; }
        & > .queue-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .queue-table--cursor-blurred {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
        }
        & > .queue-table--mark { color: $accent; text-style: bold; }
        & > .queue-table--dim { color: $text-muted; }
        & > .queue-table--good { color: $text-success; }
        & > .queue-table--bad { color: $text-error; text-style: bold; }
        & > .queue-table--bar { color: $primary; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", id="queue.mark", show=False, tooltip="Mark it for a target of its own"),
        Binding("a", "mark_all", "Mark all", id="queue.mark_all", show=False, tooltip="Mark all, or none"),
        Binding("s", "sort", "Sort", id="queue.sort", show=False, tooltip="Sort by the next column"),
        Binding("S", "reverse", "Turn order round", id="queue.reverse", show=False),
        Binding("down,j", "move(1)", "Down", id="queue.down", show=False),
        Binding("up,k", "move(-1)", "Up", id="queue.up", show=False),
        Binding("pagedown,ctrl+d,ctrl+f", "page(1)", "Page down", id="queue.page_down", show=False),
        Binding("pageup,ctrl+u,ctrl+b", "page(-1)", "Page up", id="queue.page_up", show=False),
        Binding("home,g", "go(0)", "First", id="queue.first", show=False),
        Binding("end,G", "go(-1)", "Last", id="queue.last", show=False),
    ]

    cursor: reactive[int] = reactive(0)
    note: reactive[str] = reactive("looking for images …")
    """What to say while there are no rows."""

    class Highlighted(Message):
        """Another row has the cursor; ``row`` is ``None`` where there are no rows."""

        def __init__(self, row: QueueRow | None) -> None:
            super().__init__()
            self.row = row

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[QueueRow] = []
        self.marked: set[QueueRow] = set()
        self.sort_key = "name"
        self.sort_reverse = False
        self._layout: list[tuple[QueueColumn, int]] = []

    @property
    def highlighted(self) -> QueueRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def chosen(self) -> list[QueueRow]:
        """The marked rows in the order of the table, or else the highlighted one."""
        marked = [row for row in self.rows if row in self.marked]
        return marked or ([self.highlighted] if self.highlighted else [])

    def replace(self, rows: Iterable[QueueRow]) -> None:
        """Show other rows; the cursor stays on its row where that is kept."""
        self._arrange(list(rows))

    def sort_by(self, key: str, reverse: bool) -> None:
        """Sort by the column ``key``."""
        self.sort_key, self.sort_reverse = key, reverse
        self._arrange(self.rows)

    def rows_changed(self) -> None:
        """Paint what rows say now."""
        self._choose_columns()
        self.refresh()

    def _arrange(self, rows: list[QueueRow]) -> None:
        kept = self.highlighted
        order = next(column.order for column in COLUMNS if column.key == self.sort_key)
        self.rows = sorted(rows, key=order, reverse=self.sort_reverse)
        if self.sort_reverse and self.sort_key in {"result", "ratio"}:
            # what is unknown stays at the end either way
            self.rows.sort(key=lambda row: order(row)[0])
        self.marked &= set(self.rows)
        self._choose_columns()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) + _HEADER)
        at = self.rows.index(kept) if kept in self.rows else min(self.cursor, max(0, len(self.rows) - 1))
        self.set_reactive(QueueTable.cursor, at)
        self.post_message(self.Highlighted(self.highlighted))
        self._show_cursor()
        self.refresh()

    # Moving

    def watch_cursor(self) -> None:
        """Say which row is highlighted."""
        self._show_cursor()
        self.post_message(self.Highlighted(self.highlighted))

    def _go(self, index: int) -> None:
        if self.rows:
            self.cursor = min(max(index, 0), len(self.rows) - 1)

    def _show_cursor(self) -> None:
        page = max(1, self.size.height - _HEADER)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False, immediate=True)

    def action_move(self, rows: int) -> None:
        """Move the cursor by ``rows``."""
        self._go(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by ``pages``."""
        self._go(self.cursor + pages * max(1, self.size.height - _HEADER - 1))

    def action_go(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last one."""
        self._go(index if index >= 0 else len(self.rows) - 1)

    def action_mark(self) -> None:
        """Mark or unmark the highlighted row and go on to the next."""
        if self.highlighted:
            self.marked ^= {self.highlighted}
            self.refresh()
            self._go(self.cursor + 1)

    def action_mark_all(self) -> None:
        """Mark every row, or unmark them if all are marked."""
        self.marked = set() if len(self.marked) == len(self.rows) else set(self.rows)
        self.refresh()

    def action_sort(self) -> None:
        """Sort by the next visible column."""
        keys = [column.key for column, _ in self._layout]
        at = keys.index(self.sort_key) if self.sort_key in keys else -1
        self.sort_by(keys[(at + 1) % len(keys)], reverse=False)

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.sort_key, not self.sort_reverse)

    def on_click(self, event: events.Click) -> None:
        """Highlight a row, mark it at its left edge, or sort by a heading."""
        if event.y < _HEADER:
            left = _MARK_WIDTH
            for column, width in self._layout:
                if left <= event.x < left + width:
                    self.sort_by(column.key, column.key == self.sort_key and not self.sort_reverse)
                left += width + _GAP
            return
        row = self.scroll_offset.y + event.y - _HEADER
        if row < len(self.rows):
            self._go(row)
            if event.x < _MARK_WIDTH:
                self.marked ^= {self.rows[row]}
                self.refresh()

    # Painting

    def on_resize(self) -> None:
        """Choose the columns that fit."""
        self._choose_columns()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) + _HEADER)
        self._show_cursor()
        self.refresh()

    def _choose_columns(self) -> None:
        width = self.scrollable_content_region.width
        empty = set() if any(row.target for row in self.rows) else {"target"}
        empty |= set() if any(row.output_bytes for row in self.rows) else {"result", "ratio"}
        columns = [column for column in COLUMNS if column.key not in empty]
        while _name_width(columns, width) < _NARROWEST_NAME and any(column.rank for column in columns):
            columns.remove(max(columns, key=lambda column: column.rank))
        name_width = max(1, _name_width(columns, width))
        self._layout = [(column, column.width or name_width) for column in columns]

    def render_line(self, y: int) -> Strip:
        """The header, or one row."""
        width = self.scrollable_content_region.width
        if y < _HEADER:
            return Strip(self._header()).adjust_cell_length(width, self.rich_style)
        index = self.scroll_offset.y + y - _HEADER
        if index < len(self.rows):
            ground, is_plain = self._ground(index)
            return Strip(self._cells(self.rows[index], ground, is_plain)).adjust_cell_length(width, ground)
        if not self.rows and y == _HEADER + 1:
            dim = self.get_component_rich_style("queue-table--dim")
            return Strip([Segment(shortened(self.note, width - 4).strip().center(width), dim)], width)
        return Strip.blank(width, self.rich_style)

    def _header(self) -> list[Segment]:
        plain = self.get_component_rich_style("queue-table--header")
        strong = self.get_component_rich_style("queue-table--sorted")
        segments = [Segment(" " * _MARK_WIDTH, plain)]
        for column, width in self._layout:
            is_sorted = column.key == self.sort_key
            label = column.label + ((" ▼" if self.sort_reverse else " ▲") if is_sorted else "")
            text = label.ljust(width) if column.key in {"name", "state"} else label.rjust(width)
            segments += [Segment(text[:width], strong if is_sorted else plain), Segment(" " * _GAP, plain)]
        return segments

    def _cells(self, row: QueueRow, ground: Style, is_plain: bool) -> list[Segment]:
        background = Style(bgcolor=ground.bgcolor)

        def style(name: str) -> Style:
            return self.get_component_rich_style(f"queue-table--{name}") + background if is_plain else ground

        segments = [Segment("● " if row in self.marked else "  ", style("mark"))]
        for column, width in self._layout:
            if column.key == "state":
                segments += self._state(row, width, style("bar"), style("dim"), style(_TONES.get(row.state, "dim")))
            elif column.key == "name":
                segments.append(Segment(shortened(row.name, width), ground))
            else:
                tone = style("good") if column.key == "ratio" else style("dim")
                segments.append(Segment(column.text(row).rjust(width)[:width], tone))
            segments.append(Segment(" " * _GAP, ground))
        return segments

    def _state(self, row: QueueRow, width: int, bar: Style, dim: Style, tone: Style) -> list[Segment]:
        if row.state != "working":
            return [Segment(shortened(row.status, width), tone)]
        full = round(row.fraction * _BAR)
        percent = f" {100 * row.fraction:3.0f} %"
        return [
            Segment("━" * full, bar),
            Segment("─" * (_BAR - full), dim),
            Segment(percent.ljust(width - _BAR)[: width - _BAR], bar),
        ]

    def _ground(self, index: int) -> tuple[Style, bool]:
        """The style of a row, and whether figures keep their own colours on it."""
        if index == self.cursor:
            name = "cursor" if self.has_focus else "cursor-blurred"
            return self.get_component_rich_style(f"queue-table--{name}"), False
        return self.rich_style, True


_TONES = {"done": "good", "failed": "bad"}


def _name_width(columns: list[QueueColumn], width: int) -> int:
    return width - _MARK_WIDTH - sum(column.width + _GAP for column in columns if column.width) - _GAP
