"""The table of a folder's images, of which only the visible rows exist."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from aictui.tui.columns import COLUMNS, COLUMNS_BY_KEY, Column
from aictui.tui.folder import ImageFile
from aictui.tui.text import shortened

_NARROWEST_NAME = 16
_MARK_WIDTH = 2
_GAP = 2
_COMPRESSED = frozenset({"compressed", "ratio"})
_HEADER_HEIGHT = 1


class ImageTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows image files in rows; filters, sorts and marks them."""

    AREA = "images"
    HELP = """\
# Images

Every image of the folder, with the size of the `.aic` file beside it where there is one.

- **enter** opens the highlighted image beside its compressed self.
- **space** marks an image; **c** compresses the marked ones, or else the highlighted one.
- **/** filters while you type: every word must occur in the name, `*` and `?` stand for letters. **esc** shows all.
- **s** sorts by the next column, **S** turns the order round; a click on a heading does the same.
"""
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "image-table--row",
        "image-table--header",
        "image-table--sorted",
        "image-table--cursor",
        "image-table--cursor-blurred",
        "image-table--hover",
        "image-table--mark",
        "image-table--dim",
        "image-table--error",
        "image-table--figure",
    }
    DEFAULT_CSS = """
    ImageTable {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .image-table--header { color: $text-muted; }
        & > .image-table--sorted { color: $primary; text-style: bold; }
        & > .image-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .image-table--cursor-blurred {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
        }
        & > .image-table--hover { background: $block-hover-background; }
        & > .image-table--mark { color: $accent; text-style: bold; }
        & > .image-table--dim { color: $text-muted; }
        & > .image-table--error { color: $text-error; }
        & > .image-table--figure { color: $success; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Compare", id="images.compare", tooltip="See the image beside its compressed self"),
        Binding("space", "mark", "Mark", id="images.mark", key_display="space", tooltip="Mark it for compression"),
        Binding("a", "mark_all", "Mark all", id="images.mark_all", show=False, tooltip="Mark all shown, or none"),
        Binding("S", "reverse", "Turn order round", id="images.reverse", show=False),
        Binding("down,j", "move(1)", "Down", id="images.down", show=False),
        Binding("up,k", "move(-1)", "Up", id="images.up", show=False),
        Binding("pagedown,ctrl+d,ctrl+f", "page(1)", "Page down", id="images.page_down", show=False),
        Binding("pageup,ctrl+u,ctrl+b", "page(-1)", "Page up", id="images.page_up", show=False),
        Binding("home,g", "go(0)", "First", id="images.first", show=False),
        Binding("end,G", "go(-1)", "Last", id="images.last", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    hovered: reactive[int] = reactive(-1, repaint=False)
    note: reactive[str] = reactive("reading …")
    """What to say while there are no rows."""

    class Highlighted(Message):
        """Another row has the cursor; ``file`` is ``None`` where there are no rows."""

        def __init__(self, file: ImageFile | None) -> None:
            super().__init__()
            self.file = file

    class Opened(Message):
        """The user wants to see a file."""

        def __init__(self, file: ImageFile) -> None:
            super().__init__()
            self.file = file

    class Scrolled(Message):
        """Other rows are visible: ``files``, of which some may lack their header."""

        def __init__(self, files: Sequence[ImageFile]) -> None:
            super().__init__()
            self.files = files

    class MarksChanged(Message):
        """Files were marked or unmarked, or other rows are shown."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name that Textual gives it
        super().__init__(id=id)
        self.files: list[ImageFile] = []
        self.rows: list[ImageFile] = []
        self.marked: set[str] = set()
        self.sort_key = "name"
        self.sort_reverse = False
        self._accepts: Callable[[ImageFile], bool] | None = None
        self._highlighted: ImageFile | None = None
        self._has_compressed = False
        self._layout: list[tuple[Column, int]] = []

    # What is shown

    @property
    def highlighted(self) -> ImageFile | None:
        """The file under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def chosen(self) -> list[ImageFile]:
        """The marked files in the order of the table, or else the highlighted one."""
        marked = [file for file in self.files if file.path in self.marked]
        return marked or ([self.highlighted] if self.highlighted else [])

    def clear(self) -> None:
        """Show nothing; marks are forgotten."""
        self.files = []
        self.marked.clear()
        self.cursor = 0
        self._arrange()

    def add(self, files: Iterable[ImageFile]) -> None:
        """Show more files."""
        self.files = _by_name([*self.files, *files])
        self._arrange()

    def replace(self, files: list[ImageFile]) -> None:
        """Show other files, and keep cursor and marks where the paths are the same."""
        self.files = _by_name(files)
        self.marked &= {file.path for file in files}
        self._arrange()

    def filter(self, accepts: Callable[[ImageFile], bool] | None) -> None:
        """Show only the files that ``accepts``."""
        self._accepts = accepts
        self._arrange()

    def sort_by(self, key: str, reverse: bool) -> None:
        """Sort by the column ``key``."""
        self.sort_key, self.sort_reverse = key, reverse
        self._arrange()

    def highlight_path(self, path: str) -> bool:
        """Put the cursor on the file at ``path``; whether there is one."""
        for index, file in enumerate(self.rows):
            if file.path == path:
                self._go(index)
                return True
        return False

    def headers_changed(self, files: Sequence[ImageFile]) -> None:
        """Show what the headers of ``files`` said."""
        if self.sort_key in {"pixels", "format", "ratio"} and files:
            self._arrange()
            return
        visible = set(map(id, self._visible_rows()))
        if any(id(file) in visible for file in files):
            self.refresh()

    def _arrange(self) -> None:
        """Filter and sort; the cursor stays on its file."""
        kept = self._highlighted
        rows = list(filter(self._accepts, self.files)) if self._accepts else list(self.files)
        order = COLUMNS_BY_KEY[self.sort_key].order
        rows.sort(key=order, reverse=self.sort_reverse)
        if self.sort_reverse and self.sort_key in {"pixels", "compressed", "ratio"}:
            # What is unknown stays at the end either way.
            unknown = [file for file in rows if order(file)[0]]
            rows = [file for file in rows if not order(file)[0]] + unknown
        self.rows = rows
        has_compressed = any(file.compressed_bytes for file in self.files)
        if has_compressed != self._has_compressed:
            self._has_compressed = has_compressed
            self._choose_columns()
        self.virtual_size = Size(self.scrollable_content_region.width, len(rows) + _HEADER_HEIGHT)
        index = next((index for index, file in enumerate(rows) if kept and file.path == kept.path), None)
        if index is None:
            index = min(max(self.cursor, 0), max(0, len(rows) - 1))
        self.set_reactive(ImageTable.cursor, index)
        self._tell_highlight()
        self._show_cursor()
        self.refresh()
        self.post_message(self.MarksChanged())
        self.call_after_refresh(self._tell_visible)

    def _visible_rows(self) -> list[ImageFile]:
        first = self.scroll_offset.y
        return self.rows[first : first + max(0, self.size.height - _HEADER_HEIGHT)]

    def _tell_visible(self) -> None:
        self.post_message(self.Scrolled(self._visible_rows()))

    def _tell_highlight(self) -> None:
        if self.highlighted is not self._highlighted or self._highlighted is None:
            self._highlighted = self.highlighted
            self.post_message(self.Highlighted(self._highlighted))

    # Moving

    def watch_cursor(self, before: int, now: int) -> None:
        """Repaint the two rows, and say which file is highlighted."""
        for row in (before, now):
            self._refresh_row(row)
        self._tell_highlight()

    def watch_hovered(self, before: int, now: int) -> None:
        """Repaint the two rows."""
        for row in (before, now):
            self._refresh_row(row)

    def watch_scroll_y(self, before: float, now: float) -> None:
        """Say which rows are visible."""
        super().watch_scroll_y(before, now)
        if round(before) != round(now):
            self._tell_visible()

    def _refresh_row(self, row: int) -> None:
        y = row - self.scroll_offset.y + _HEADER_HEIGHT
        if y >= _HEADER_HEIGHT:
            self.refresh(Region(0, y, self.scrollable_content_region.width, 1))

    def _go(self, index: int) -> None:
        if self.rows:
            self.cursor = min(max(index, 0), len(self.rows) - 1)
            self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll as little as it takes to show the cursor."""
        page = max(1, self.size.height - _HEADER_HEIGHT)
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
        self._go(self.cursor + pages * max(1, self.size.height - _HEADER_HEIGHT - 1))

    def action_go(self, index: int) -> None:
        """Move the cursor to a row; -1 is the last one."""
        self._go(index if index >= 0 else len(self.rows) - 1)

    def action_open(self) -> None:
        """Open the highlighted file."""
        if self.highlighted:
            self.post_message(self.Opened(self.highlighted))

    def action_mark(self) -> None:
        """Mark or unmark the highlighted file and go on to the next."""
        if self.highlighted:
            self.marked ^= {self.highlighted.path}
            self._refresh_row(self.cursor)
            self.post_message(self.MarksChanged())
            self._go(self.cursor + 1)

    def action_mark_all(self) -> None:
        """Mark every shown file, or unmark them if all are marked."""
        shown = {file.path for file in self.rows}
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
        self.refresh()
        self.post_message(self.MarksChanged())

    def action_sort(self) -> None:
        """Sort by the next visible column."""
        keys = [column.key for column, _ in self._layout] or [column.key for column in COLUMNS]
        at = keys.index(self.sort_key) if self.sort_key in keys else -1
        self.sort_by(keys[(at + 1) % len(keys)], reverse=False)

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.sort_by(self.sort_key, not self.sort_reverse)

    # Mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Light up the row under the pointer."""
        y = event.y - _HEADER_HEIGHT
        self.hovered = self.scroll_offset.y + y if y >= 0 else -1

    def on_leave(self) -> None:
        """Light up nothing."""
        self.hovered = -1

    def on_click(self, event: events.Click) -> None:
        """Highlight a row; open it on a second click; sort by a heading."""
        if event.y < _HEADER_HEIGHT:
            self._click_heading(event.x)
            return
        row = self.scroll_offset.y + event.y - _HEADER_HEIGHT
        if row >= len(self.rows):
            return
        if event.x < _MARK_WIDTH:
            self._go(row)
            self.marked ^= {self.rows[row].path}
            self._refresh_row(row)
            self.post_message(self.MarksChanged())
        elif event.chain >= 2:
            self.action_open()
        else:
            self._go(row)

    def _click_heading(self, x: int) -> None:
        left = _MARK_WIDTH
        for column, width in self._layout:
            if left <= x < left + width:
                self.sort_by(column.key, column.key == self.sort_key and not self.sort_reverse)
                return
            left += width + _GAP

    # Painting

    def on_resize(self) -> None:
        """Choose the columns that fit."""
        self._choose_columns()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) + _HEADER_HEIGHT)
        self._show_cursor()
        self.refresh()
        self._tell_visible()

    def _choose_columns(self) -> None:
        width = self.scrollable_content_region.width
        columns = [column for column in COLUMNS if column.key not in _COMPRESSED or self._has_compressed]
        while len(columns) > 1 and _name_width(columns, width) < _NARROWEST_NAME:
            columns.remove(max(columns, key=lambda column: column.rank))
        name_width = _name_width(columns, width)
        self._layout = [(column, column.width or max(1, name_width)) for column in columns]

    def render_line(self, y: int) -> Strip:
        """The header, or one row."""
        if y < _HEADER_HEIGHT:
            return self._header_line()
        row = self.scroll_offset.y + y - _HEADER_HEIGHT
        if row < len(self.rows):
            return self._row_line(row)
        if not self.rows and y == 2:
            return self._note_line()
        return Strip.blank(self.scrollable_content_region.width, self.get_component_rich_style("image-table--row"))

    def _note_line(self) -> Strip:
        width = self.scrollable_content_region.width
        note = "no name matches the filter" if self.files else self.note
        style = self.get_component_rich_style("image-table--dim")
        return Strip([Segment(shortened(note, width - 4).strip().center(width), style)], width)

    def _header_line(self) -> Strip:
        plain = self.get_component_rich_style("image-table--header")
        strong = self.get_component_rich_style("image-table--sorted")
        segments = [Segment(" " * _MARK_WIDTH, plain)]
        for column, width in self._layout:
            is_sorted = column.key == self.sort_key
            arrow = (" ▼" if self.sort_reverse else " ▲") if is_sorted else ""
            label = f"{column.label}{arrow}"
            text = label.ljust(width) if column.width == 0 or column.key == "format" else label.rjust(width)
            segments += [Segment(text, strong if is_sorted else plain), Segment(" " * _GAP, plain)]
        ground = self.get_component_rich_style("image-table--row")
        return Strip(segments).adjust_cell_length(self.scrollable_content_region.width, ground)

    def _row_line(self, row: int) -> Strip:
        file = self.rows[row]
        ground, is_plain = self._ground(row)
        background = Style(bgcolor=ground.bgcolor)
        styles = {
            name: self.get_component_rich_style(f"image-table--{name}") + background if is_plain else ground
            for name in ("mark", "dim", "error", "figure")
        }
        mark = "● " if file.path in self.marked else "  "
        segments = [Segment(mark, styles["mark"])]
        for column, width in self._layout:
            text = column.text(file)
            if column.width == 0:
                style = styles["error"] if file.error else ground
                segments += [Segment(shortened(text, width), style), Segment(" " * _GAP, ground)]
                continue
            style = styles["figure"] if column.key == "ratio" else styles["error" if file.error else "dim"]
            text = text.ljust(width) if column.key == "format" else text.rjust(width)
            segments += [Segment(text[:width], style), Segment(" " * _GAP, ground)]
        return Strip(segments).adjust_cell_length(self.scrollable_content_region.width, ground)

    def _ground(self, row: int) -> tuple[Style, bool]:
        """The style of a row, and whether figures keep their own colours on it."""
        if row == self.cursor:
            name = "image-table--cursor" if self.has_focus else "image-table--cursor-blurred"
            return self.get_component_rich_style(name), False
        if row == self.hovered:
            return self.get_component_rich_style("image-table--hover"), True
        return self.get_component_rich_style("image-table--row"), True


def _by_name(files: list[ImageFile]) -> list[ImageFile]:
    """The order that other orders fall back on, since sorting keeps the order of equals."""
    return sorted(files, key=lambda file: file.order)


def _name_width(columns: list[Column], width: int) -> int:
    return width - _MARK_WIDTH - sum(column.width + _GAP for column in columns if column.width) - 1
