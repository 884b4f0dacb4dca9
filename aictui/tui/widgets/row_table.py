"""A table of many rows, of which only the visible ones are painted: cursor, marks, order, and how it scrolls."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from operator import itemgetter
from textwrap import wrap
from typing import Any, ClassVar, Generic

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from aictui.tui.columns import MARK_WIDTH, NARROWEST_NAME, Column, Layout, Row, lay_out

_HEADER = 1


class RowTable(ScrollView, Generic[Row], can_focus=True, inherit_bindings=False):
    """Shows ``items`` in rows; filters, sorts and marks them. A subclass says what a row is and how it looks."""

    ALL_COLUMNS: ClassVar[Sequence[Column[Any]]]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row-table--row",
        "row-table--header",
        "row-table--sorted",
        "row-table--cursor",
        "row-table--cursor-blurred",
        "row-table--hover",
        "row-table--mark",
        "row-table--dim",
        "row-table--good",
        "row-table--bad",
        "row-table--bar",
    }
    DEFAULT_CSS = """
    RowTable {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .row-table--header { color: $text-muted; }
        & > .row-table--sorted { color: $primary; text-style: bold; }
        & > .row-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .row-table--cursor-blurred {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
        }
        & > .row-table--hover { background: $block-hover-background; }
        & > .row-table--mark { color: $accent; text-style: bold; }
        & > .row-table--dim { color: $text-muted; }
        & > .row-table--good { color: $text-success; }
        & > .row-table--bad { color: $text-error; }
        & > .row-table--bar { color: $primary; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "mark_all", "Mark all", id="table.mark_all", show=False, tooltip="Mark all shown, or none"),
        Binding("S", "reverse", "Turn order round", id="table.reverse", show=False),
        Binding("down,j", "move(1)", "Down", id="table.down", show=False),
        Binding("up,k", "move(-1)", "Up", id="table.up", show=False),
        Binding("pagedown,ctrl+d,ctrl+f", "page(1)", "Page down", id="table.page_down", show=False),
        Binding("pageup,ctrl+u,ctrl+b", "page(-1)", "Page up", id="table.page_up", show=False),
        Binding("home,g", "go(0)", "First", id="table.first", show=False),
        Binding("end,G", "go(-1)", "Last", id="table.last", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    hovered: reactive[int] = reactive(-1, repaint=False)
    note: reactive[str] = reactive("")
    """What to say while there are no rows."""

    class Highlighted(Message):
        """Another row has the cursor."""

    class MarksChanged(Message):
        """Rows were marked or unmarked, or other rows are shown."""

    class Scrolled(Message):
        """Other rows are visible."""

    def __init__(self, note: str) -> None:
        super().__init__()
        self.set_reactive(RowTable.note, note)
        self.items: list[Row] = []
        self.rows: list[Row] = []
        self.marked: set[Hashable] = set()
        self.sort_key = self.ALL_COLUMNS[0].key
        self.sort_reverse = False
        self.column_layout: Layout[Row] = Layout()
        self._accepts: Callable[[Row], bool] | None = None
        self._hidden: frozenset[str] = frozenset()
        self._highlighted: Row | None = None
        self._at_home = True
        self._longest_name = NARROWEST_NAME

    # What a subclass decides

    def identity(self, row: Row) -> Hashable:
        """What marks and the cursor stay on when other objects stand for the same rows."""
        raise NotImplementedError

    def cell(self, row: Row, column: Column[Row], width: int) -> Iterable[tuple[str, str]]:
        """Texts that fill ``width`` cells, each with its tone: ``dim``, ``good``, ``bad``, ``bar``, or empty."""
        raise NotImplementedError

    # What is shown

    @property
    def highlighted(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def marked_rows(self) -> list[Row]:
        """The marked rows, in the order of ``items``."""
        return [row for row in self.items if self.identity(row) in self.marked] if self.marked else []

    @property
    def chosen(self) -> list[Row]:
        """The marked rows, or else the highlighted one."""
        return self.marked_rows or ([self.highlighted] if self.highlighted is not None else [])

    @property
    def visible_rows(self) -> list[Row]:
        """The rows that are on screen."""
        first = self.scroll_offset.y
        return self.rows[first : first + max(0, self.size.height - _HEADER)]

    def replace(self, items: Iterable[Row]) -> None:
        """Show other rows, and keep cursor and marks where they are the same; equals keep the order of ``items``."""
        self.items = list(items)
        if self.marked:
            self.marked &= set(map(self.identity, self.items))
        self._longest_name = max((len(self.ALL_COLUMNS[0].text(row)) for row in self.items), default=NARROWEST_NAME)
        self._choose_columns()
        self.arrange_rows()

    def go_home(self) -> None:
        """Put the cursor on the first row, whichever will be that, until it is moved."""
        self.cursor, self._highlighted, self._at_home = 0, None, True

    def stay_home(self) -> None:
        """Let go of the row under the cursor where nobody chose it, before rows come that may belong above it."""
        if self._at_home:
            self.go_home()

    def filter(self, accepts: Callable[[Row], bool] | None) -> None:
        """Show only the rows that ``accepts``."""
        self._accepts = accepts
        self.arrange_rows()

    def sort_by(self, key: str, reverse: bool) -> None:
        """Sort by the column ``key``."""
        self.sort_key, self.sort_reverse = key, reverse
        self._choose_columns()
        self.arrange_rows()

    def rows_changed(self, rows: Collection[Row]) -> None:
        """Paint what these rows say now, if they are on screen."""
        visible = set(map(id, self.visible_rows))
        if any(id(row) in visible for row in rows):
            self.refresh()

    def hide_columns(self, keys: frozenset[str]) -> None:
        """Leave out the columns that have nothing to say."""
        if keys != self._hidden:
            self._hidden = keys
            self._choose_columns()
            self.refresh()

    def arrange_rows(self) -> None:
        """Filter and sort; the cursor stays on its row."""
        rows = list(filter(self._accepts, self.items)) if self._accepts else self.items
        order = next(column.order for column in self.ALL_COLUMNS if column.key == self.sort_key)
        keyed = [(order(row), row) for row in rows]
        known = sorted((pair for pair in keyed if pair[0] is not None), key=itemgetter(0), reverse=self.sort_reverse)
        self.rows = [row for _, row in known] + [row for key, row in keyed if key is None]
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) + _HEADER)
        self.set_reactive(RowTable.cursor, self._cursor_after())
        self._tell_highlight()
        self._show_cursor()
        self.refresh()
        self.post_message(self.MarksChanged())
        self.call_after_refresh(self._tell_visible)

    def _cursor_after(self) -> int:
        """Where the highlighted row is now, or else the nearest index that there is."""
        if self._highlighted is not None:
            wanted = self.identity(self._highlighted)
            for index, row in enumerate(self.rows):
                if self.identity(row) == wanted:
                    return index
        return min(max(self.cursor, 0), max(0, len(self.rows) - 1))

    def _tell_visible(self) -> None:
        self.post_message(self.Scrolled())

    def _tell_highlight(self) -> None:
        if self.highlighted is not self._highlighted or self._highlighted is None:
            self._highlighted = self.highlighted
            self.post_message(self.Highlighted())

    # Moving

    def watch_cursor(self, before: int, now: int) -> None:
        """Repaint the two rows, and say which one is highlighted."""
        for row in (before, now):
            self._refresh_row(row)
        self._tell_highlight()

    def watch_hovered(self, before: int, now: int) -> None:
        """Repaint the two rows."""
        for row in (before, now):
            self._refresh_row(row)

    def watch_scroll_y(self, before: float, now: float) -> None:
        """Say that other rows are visible."""
        super().watch_scroll_y(before, now)
        if round(before) != round(now):
            self._tell_visible()

    def _refresh_row(self, row: int) -> None:
        y = row - self.scroll_offset.y + _HEADER
        if y >= _HEADER:
            self.refresh(Region(0, y, self.scrollable_content_region.width, 1))

    def go(self, index: int) -> None:
        """Move the cursor to a row, or as near to it as there are rows."""
        if self.rows:
            self._at_home = False
            self.cursor = min(max(index, 0), len(self.rows) - 1)
            self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll as little as it takes to show the cursor."""
        page = max(1, self.size.height - _HEADER)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False, immediate=True)

    def action_move(self, rows: int) -> None:
        """Move the cursor by ``rows``."""
        self.go(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by ``pages``."""
        self.go(self.cursor + pages * max(1, self.size.height - _HEADER - 1))

    def action_go(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last one."""
        self.go(index if index >= 0 else len(self.rows) - 1)

    def action_mark(self) -> None:
        """Mark or unmark the highlighted row and go on to the next."""
        if self.highlighted is not None:
            self._toggle_mark(self.cursor)
            self.go(self.cursor + 1)

    def unmark(self) -> None:
        """Take every mark away, of rows that are not shown too."""
        self.marked.clear()
        self.refresh()
        self.post_message(self.MarksChanged())

    def action_mark_all(self) -> None:
        """Mark every row that is shown, or unmark them if all are marked."""
        shown = set(map(self.identity, self.rows))
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
        self.refresh()
        self.post_message(self.MarksChanged())

    def _toggle_mark(self, index: int) -> None:
        self.marked ^= {self.identity(self.rows[index])}
        self._refresh_row(index)
        self.post_message(self.MarksChanged())

    def action_sort(self) -> None:
        """Sort by the next column, be there room for it before or not."""
        keys = [column.key for column in self.ALL_COLUMNS if column.key not in self._hidden]
        at = keys.index(self.sort_key) if self.sort_key in keys else -1
        self.sort_by(keys[(at + 1) % len(keys)], reverse=False)

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.sort_key, not self.sort_reverse)

    def action_open(self) -> None:
        """What a second click on a row does: nothing, unless a subclass knows better."""

    # Mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Light up the row under the pointer."""
        y = event.y - _HEADER
        self.hovered = self.scroll_offset.y + y if y >= 0 else -1

    def on_leave(self) -> None:
        """Light up nothing."""
        self.hovered = -1

    def on_click(self, event: events.Click) -> None:
        """Highlight a row; open it on a second click; mark it at its left edge; sort by a heading."""
        index = self.scroll_offset.y + event.y - _HEADER
        if event.y < _HEADER:
            self._click_heading(event.x)
        elif index < len(self.rows):
            self.go(index)
            if event.x < MARK_WIDTH:
                self._toggle_mark(index)
            elif event.chain >= 2:
                self.action_open()

    def _click_heading(self, x: int) -> None:
        left = MARK_WIDTH
        for column, width in self.column_layout.columns:
            if left <= x < left + width:
                self.sort_by(column.key, column.key == self.sort_key and not self.sort_reverse)
                return
            left += width + self.column_layout.gap

    # Painting

    def on_resize(self) -> None:
        """Choose the columns that fit."""
        self._choose_columns()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) + _HEADER)
        self._show_cursor()
        self.refresh()
        self._tell_visible()

    def _choose_columns(self) -> None:
        width = self.scrollable_content_region.width
        columns = [column for column in self.ALL_COLUMNS if column.key not in self._hidden]
        # The column that rows are sorted by stays, or else nobody sees why they are in this order.
        self.column_layout = lay_out(columns, width, self._longest_name, self.sort_key, tight=not self._hidden)

    def render_line(self, y: int) -> Strip:
        """The header, or one row."""
        width = self.scrollable_content_region.width
        ground = self._style("row")
        if y < _HEADER:
            return Strip(self._header_line()).adjust_cell_length(width, ground)
        index = self.scroll_offset.y + y - _HEADER
        if index < len(self.rows):
            return self._row_line(index, width)
        return self._note_line(y - _HEADER - 1, width) if not self.rows else Strip.blank(width, ground)

    def _note_line(self, number: int, width: int) -> Strip:
        """A line of what is said where there are no rows."""
        lines = wrap("no name matches the filter" if self.items else self.note, max(1, width - 4))
        text = lines[number] if 0 <= number < len(lines) else ""
        return Strip([Segment(text.center(width), self._style("dim"))]).adjust_cell_length(width, self._style("row"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"row-table--{name}")

    def _header_line(self) -> list[Segment]:
        plain, strong = self._style("header"), self._style("sorted")
        segments, gap = [Segment(" " * MARK_WIDTH, plain)], " " * self.column_layout.gap
        for column, width in self.column_layout.columns:
            is_sorted = column.key == self.sort_key
            arrow = (" ▼" if self.sort_reverse else " ▲") if is_sorted else ""
            label = column.label[: max(0, width - len(arrow))] + arrow
            text = label.ljust(width) if column.is_text else label.rjust(width)
            segments += [Segment(text[:width], strong if is_sorted else plain), Segment(gap, plain)]
        return segments

    def _row_line(self, index: int, width: int) -> Strip:
        row = self.rows[index]
        ground, is_plain = self._ground(index)
        background = Style(bgcolor=ground.bgcolor)

        def style(tone: str) -> Style:
            return self._style(tone) + background if tone and is_plain else ground

        segments = [Segment("● " if self.identity(row) in self.marked else "  ", style("mark"))]
        for column, cells in self.column_layout.columns:
            segments += [Segment(text, style(tone)) for text, tone in self.cell(row, column, cells)]
            segments.append(Segment(" " * self.column_layout.gap, ground))
        return Strip(segments).adjust_cell_length(width, ground)

    def _ground(self, index: int) -> tuple[Style, bool]:
        """The style of a row, and whether figures keep their own colours on it."""
        if index == self.cursor:
            return self._style("cursor" if self.has_focus else "cursor-blurred"), False
        return self._style("hover" if index == self.hovered else "row"), True
