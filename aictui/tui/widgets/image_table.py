"""The table of a folder's images."""

from collections.abc import Collection, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from aictui.tui.columns import COLUMNS, Column
from aictui.tui.folder import ImageFile
from aictui.tui.text import shortened
from aictui.tui.widgets.row_table import RowTable

_COMPRESSED = frozenset({"compressed", "ratio"})
_FROM_HEADERS = frozenset({"pixels", "format", "ratio"})


class ImageTable(RowTable[ImageFile]):
    """Shows image files in rows; filters, sorts and marks them by their paths."""

    AREA = "images"
    HELP = """\
# Images

Every image of the folder, with the size of the `.aic` file beside it, unless the image is newer than that: then it was
changed since, or made from it.

- **enter** opens the highlighted image beside its compressed self.
- **space** marks an image, **a** all of them; marks stay while you look at other folders. **c** compresses what is
  marked, folders of the tree included, or else the highlighted image. **u** takes every mark away.
- **/** filters while you type: every word must occur in the name, `*` and `?` stand for letters. **esc** shows all.
- **s** sorts by the next column, **S** turns the order round; a click on a heading does the same.
"""
    ALL_COLUMNS = COLUMNS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "screen.open", "Compare", id="images.compare", tooltip="See the image beside its compressed self"
        ),
        Binding("space", "mark", "Mark", id="images.mark", key_display="space", tooltip="Mark it for compression"),
    ]

    class Opened(Message):
        """The user wants to see a file."""

        def __init__(self, file: ImageFile) -> None:
            super().__init__()
            self.file = file

    def __init__(self) -> None:
        super().__init__("reading …")
        self.elsewhere: dict[str, ImageFile] = {}
        """Marked files of other folders, by their paths."""

    def identity(self, row: ImageFile) -> str:
        """The path, which stays when the folder is read again."""
        return row.path

    @property
    def marked_rows(self) -> list[ImageFile]:
        """The marked files of all folders."""
        return [*self.elsewhere.values(), *super().marked_rows]

    def unmark(self) -> None:
        """Take every mark away, in other folders too."""
        self.elsewhere.clear()
        super().unmark()

    def set_marks_aside(self) -> None:
        """Remember the marks until their files are shown again."""
        self.elsewhere = {file.path: file for file in self.marked_rows}
        self.marked = set()

    def clear(self) -> None:
        """Show nothing, and remember the marks."""
        self.set_marks_aside()
        self.go_home()
        self.replace([])

    def add(self, files: Iterable[ImageFile]) -> None:
        """Show more files."""
        self.replace([*self.items, *files])

    def replace(self, items: Iterable[ImageFile]) -> None:
        """Show other files; equals are in the order of their names."""
        self.stay_home()
        files = sorted(items, key=lambda file: file.order)
        if self.elsewhere:
            self.marked |= {file.path for file in files if self.elsewhere.pop(file.path, None)}
        self._hide_empty_columns(files)
        super().replace(files)

    def _hide_empty_columns(self, files: Iterable[ImageFile]) -> None:
        self.hide_columns(frozenset() if any(file.compressed_bytes for file in files) else _COMPRESSED)

    def highlight_path(self, path: str) -> bool:
        """Put the cursor on the file at ``path``; whether there is one."""
        for index, file in enumerate(self.rows):
            if file.path == path:
                self.go(index)
                return True
        return False

    def rows_changed(self, rows: Collection[ImageFile]) -> None:
        """Show what the headers of ``rows`` said: of ``.aic`` files also that they are none."""
        if any(row.is_compressed and row.error for row in rows):
            self._hide_empty_columns(self.items)
        if self.sort_key in _FROM_HEADERS and rows:
            self.arrange_rows()
        else:
            super().rows_changed(rows)

    def action_open(self) -> None:
        """Open the highlighted file."""
        if self.highlighted:
            self.post_message(self.Opened(self.highlighted))

    def cell(self, row: ImageFile, column: Column[ImageFile], width: int) -> Iterable[tuple[str, str]]:
        """Names in full colour, figures dim, the ratio and errors in colours of their own."""
        text = column.text(row)
        if column.key == "name":
            return [(shortened(text, width), "bad" if row.error else "")]
        tone = "bad" if row.error or (row.is_cut and column.key == "ratio") else "dim"
        tone = "good" if column.key == "ratio" and tone == "dim" else tone
        return [(shortened(text, width) if column.is_text else text.rjust(width)[:width], tone)]
