"""The first screen: folders, their images, and a preview."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input
from textual.worker import get_current_worker

from aictui.counted import counted
from aictui.errors import reason_of
from aictui.file_type import SUFFIX
from aictui.printable import printable
from aictui.tui.folder import Header, ImageFile, judge_results, scan
from aictui.tui.header_reader import HeaderReader, apply
from aictui.tui.screens.page import Page
from aictui.tui.text import place_text, size_text
from aictui.tui.typed import place_at
from aictui.tui.widgets.filter_bar import FilterBar, matcher
from aictui.tui.widgets.folder_tree import FolderTree
from aictui.tui.widgets.image_table import ImageTable
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.preview_pane import PreviewPane
from aictui.tui.widgets.top_bar import TopBar

logger = logging.getLogger(__name__)


class BrowserScreen(Page):
    """Shows the images of a folder; everything slow happens in threads, which only send messages."""

    AREA = "browser"
    AUTO_FOCUS = "ImageTable"
    HELP = ImageTable.HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "compress", "Compress", id="browser.compress", tooltip="Queue what is marked, or else this one"),
        Binding("slash", "filter", "Filter", id="browser.filter", key_display="/", tooltip="Filter while you type"),
        Binding("s", "sort", "Sort", id="browser.sort", tooltip="Sort by the next column"),
        Binding("r", "recurse", "Subfolders", id="browser.recurse", tooltip="Show the images of subfolders too"),
        Binding("t", "folders", "Folders", id="browser.folders", tooltip="Show or hide the tree of folders"),
        Binding("p", "preview", "Preview", id="browser.preview", show=False, tooltip="Show or hide the preview"),
        Binding("u", "unmark", "Unmark all", id="browser.unmark", show=False, tooltip="Take every mark away"),
        Binding("x", "decompress", "Decompress", id="browser.decompress", show=False, tooltip="Write .aic as PNG"),
        Binding("backspace", "parent", "Folder above", id="browser.parent", show=False),
        Binding("o", "go_to", "Go to folder", id="browser.go_to", show=False, tooltip="Type the path of a folder"),
        Binding("ctrl+r,f5", "reload", "Read again", id="browser.reload", show=False, tooltip="Read the folder again"),
        Binding("escape", "unfilter", "Show all", id="browser.unfilter", show=False),
    ]

    class Found(Message):
        """A scan found more files, or came to its end; ``generation`` says which scan."""

        def __init__(self, generation: int, files: list[ImageFile], *, complete: bool, error: str = "") -> None:
            super().__init__()
            self.generation = generation
            self.files = files
            self.complete = complete
            self.error = error

    class HeadersRead(Message):
        """Headers of files are known."""

        def __init__(self, headers: list[tuple[ImageFile, Header]]) -> None:
            super().__init__()
            self.headers = headers

    def __init__(self, path: Path) -> None:
        super().__init__()
        path = path.absolute()
        self.folder = path if path.is_dir() or not path.exists() else path.parent
        self._start_at = None if self.folder == path else str(path)
        self._recursive = False
        self._generation = 0
        self._arriving: list[ImageFile] | None = None
        self._decompressing: set[Path] = set()
        self._reader = HeaderReader(self._deliver_headers)

    @property
    def work_in_progress(self) -> str | None:
        """Which files are being decompressed."""
        names = sorted(printable(path.name) for path in self._decompressing)
        return f"{', '.join(names)}: not decompressed yet." if names else None

    def compose(self) -> ComposeResult:
        """Folders, images and preview beside each other."""
        yield TopBar(place_text(self.folder))
        with Horizontal(id="panes"):
            with Vertical(id="folders", classes="pane") as folders:
                folders.border_title = "Folders"
                yield FolderTree(self.folder)
            with Vertical(id="images", classes="pane") as images:
                images.border_title = "Images"
                table = ImageTable()
                yield table
                yield FilterBar(table)
            preview = PreviewPane(id="preview")
            preview.add_class("pane")
            preview.border_title = "Preview"
            yield preview
        yield KeyBar()

    def on_mount(self) -> None:
        """List the folder."""
        self._read_folder()
        self.watch(self.app, "background_work", self._take_work, init=False)
        if self._start_at and not self._start_at.lower().endswith(SUFFIX):
            self.call_after_refresh(self.app.call_later, self.app.compare, Path(self._start_at))

    def on_unmount(self) -> None:
        """Stop reading."""
        self._reader.forget()

    @on(events.ScreenResume)
    def _look_again(self) -> None:
        """See what has changed while another screen was shown."""
        if self._generation:
            self._read_folder()

    def _take_work(self, work: str) -> None:
        """Show the results of a queue that has ended meanwhile."""
        if not work and self.is_current:
            self._read_folder()

    def _deliver_headers(self, headers: list[tuple[ImageFile, Header]]) -> None:
        self.post_message(self.HeadersRead(headers))

    # Listing

    def _read_folder(self) -> None:
        self._generation += 1
        self._arriving = []
        self._scan(self._generation, self.folder, self._recursive)

    @work(thread=True, group="scan", exclusive=True, exit_on_error=False)
    def _scan(self, generation: int, folder: Path, recursive: bool) -> None:
        worker = get_current_worker()
        error = ""
        try:
            for files in scan(folder, recursive=recursive, cancelled=lambda: worker.is_cancelled):
                if worker.is_cancelled:
                    return
                self.post_message(self.Found(generation, files, complete=False))
        except OSError as problem:
            error = reason_of(problem)
        self.post_message(self.Found(generation, [], complete=True, error=error))

    @on(Found)
    def _take_found(self, message: Found) -> None:
        if message.generation != self._generation or self._arriving is None:
            return
        self._arriving += message.files
        table = self.query_one(ImageTable)
        if message.error:
            table.clear()
            way_out = "Press backspace for the folder above, o for another one."
            table.note = f"{place_text(self.folder)} cannot be read: {message.error}. {way_out}"
        elif message.complete:
            self._finish_listing(table)
        elif not table.items:
            # The first batch shows at once; the rest comes in one piece, sorted once.
            table.add(message.files)
        self._count()

    def _finish_listing(self, table: ImageTable) -> None:
        known = {file.path: file for file in table.items}
        files = [_merged(file, known.get(file.path)) for file in self._arriving or []]
        self._arriving = None
        judge_results(files, files)
        table.replace(files)
        nowhere = "nor in subfolders. Press" if self._recursive else "Press r to look into subfolders,"
        separator = ", " if self._recursive else ". "
        table.note = f"No images here{separator}{nowhere} o to go to another folder." if not files else ""
        if self._start_at and table.highlight_path(self._start_at):
            self._start_at = None
        self._reader.forget()
        # Names paint first; reading headers would compete for the interpreter.
        self.call_after_refresh(self._reader.add, [file for file in files if file.is_unread])

    @on(HeadersRead)
    def _take_headers(self, message: HeadersRead) -> None:
        table = self.query_one(ImageTable)
        for file, header in message.headers:
            apply(file, header)
        read = [file for file, _ in message.headers]
        table.rows_changed([*read, *judge_results(table.items, read)])
        self.query_one(PreviewPane).show_facts()

    @on(ImageTable.Scrolled)
    def _read_visible_first(self) -> None:
        self.call_after_refresh(self._reader.prefer, self.query_one(ImageTable).visible_rows)

    def _count(self) -> None:
        table = self.query_one(ImageTable)
        figures = [counted(len(table.rows), "image")]
        if len(table.rows) != len(table.items):
            figures[0] = f"{len(table.rows):,} of {counted(len(table.items), 'image')}"
        marked = table.marked_rows
        folders = self.query_one(FolderTree).marked
        if folders:
            images = f" and {counted(len(marked), 'image')}" if marked else ""
            figures.append(f"● {counted(len(folders), 'folder')}{images} marked")
        elif marked:
            elsewhere = f", {len(table.elsewhere):,} elsewhere" if table.elsewhere else ""
            figures.append(f"● {len(marked):,} marked{elsewhere}, {size_text(sum(file.bytes for file in marked))}")
        bar = self.query_one(TopBar)
        bar.figures = " · ".join(figures)
        bar.place = place_text(self.folder) + ("  with subfolders" if self._recursive else "")

    # What the panes say

    @on(ImageTable.MarksChanged)
    @on(FolderTree.MarksChanged)
    def _take_marks(self) -> None:
        self._count()

    @on(ImageTable.Highlighted)
    def _take_highlight(self) -> None:
        self.query_one(PreviewPane).show(self.query_one(ImageTable).highlighted)

    @on(ImageTable.Opened)
    async def _open_clicked(self, message: ImageTable.Opened) -> None:
        if self.is_active:  # a third click comes when the second has opened it
            await self._open(message.file)

    async def _open(self, file: ImageFile) -> None:
        source = self._source_of(file) if file.is_compressed else file
        if source is None and file.error:
            self.app.notify(file.error, title=f"{file.name} cannot be read", severity="warning", markup=False)
            return
        if source is None:
            told = "The image that it was made from is not here to compare with; a newer one does not count."
            told += " Press x to decompress it."
            self.app.notify(told, title=f"{file.name} is compressed already", markup=False)
            return
        like = Path(file.path) if file.is_compressed else None
        await self.app.compare(Path(source.path), like)

    def _source_of(self, compressed: ImageFile) -> ImageFile | None:
        """The image that an ``.aic`` was made from, by its name and date."""
        files = (file for file in self.query_one(ImageTable).items if not file.is_compressed)
        return next((file for file in files if file.result == compressed.path), None)

    @on(FolderTree.Chosen)
    def _take_folder(self, message: FolderTree.Chosen) -> None:
        self.query_one(FolderTree).open(message.path)
        self.show_folder(message.path)

    @on(Input.Changed, "FilterBar")
    def _take_filter(self, message: Input.Changed) -> None:
        self.query_one(ImageTable).filter(matcher(message.value))
        self._count()

    # Actions

    def show_folder(self, folder: Path) -> None:
        """Show the images of another folder."""
        self.folder = folder
        self._reader.forget()
        self.query_one(ImageTable).clear()
        self.query_one(FilterBar).action_close()
        self._read_folder()
        self._count()

    async def action_open(self) -> None:
        """Compare the highlighted image with its compressed self; keys that follow wait for the view."""
        if file := self.query_one(ImageTable).highlighted:
            await self._open(file)

    async def action_compress(self) -> None:
        """Queue the marked folders and images, or else what is highlighted in the pane that has the focus."""
        tree, table = self.query_one(FolderTree), self.query_one(ImageTable)
        paths, images = sorted(tree.marked), table.marked_rows
        done = 0
        if not paths and not images and self.focused is tree and tree.highlighted:
            paths = [tree.highlighted]
        elif images or not paths:
            wanted = images or table.chosen
            paths += [Path(file.path) for file in wanted if not file.is_compressed]
            done = sum(file.is_compressed for file in wanted)
        if done:
            verb = "is" if done == 1 else "are"
            what = f"{counted(done, '.aic file')} {verb} compressed already"
            told = f"{what}; in the browser, x decompresses the highlighted one."
            self.app.notify(told, title="Left out" if paths else "Nothing to compress", severity="warning")
        if paths:
            await self.app.queue(paths)
        elif not done:
            self.app.notify("Mark images or folders with space first.", title="Nothing to compress", severity="warning")

    def action_unmark(self) -> None:
        """Take every mark away, of folders and of images."""
        self.query_one(FolderTree).mark(set())
        self.query_one(ImageTable).unmark()

    def action_filter(self) -> None:
        """Filter while the user types."""
        self.query_one(FilterBar).open()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.query_one(ImageTable).action_sort()

    def action_unfilter(self) -> None:
        """Show every image again."""
        self.query_one(FilterBar).action_close()

    def action_recurse(self) -> None:
        """Show the images of subfolders too, or no longer."""
        self._recursive = not self._recursive
        self.query_one(ImageTable).set_marks_aside()
        self._read_folder()

    def action_folders(self) -> None:
        """Show or hide the tree, whatever the width."""
        tree = self.query_one("#folders")
        shown = bool(tree.region.area)
        tree.set_class(not shown, "-shown")
        tree.set_class(shown, "-hidden")
        self.set_class(not shown, "-with-folders")
        (self.query_one(ImageTable) if shown else self.query_one(FolderTree)).focus()

    def action_preview(self) -> None:
        """Show or hide the preview."""
        self.query_one("#preview").toggle_class("-hidden")

    def action_parent(self) -> None:
        """Show the folder above."""
        self.query_one(FolderTree).show(self.folder.parent)
        self.show_folder(self.folder.parent)

    def action_reload(self) -> None:
        """Read the folder again."""
        self.query_one(FolderTree).show(self.folder)
        self._read_folder()

    def action_go_to(self) -> None:
        """Ask for a folder and show it."""
        from aictui.tui.screens.dialogs import PromptDialog

        def check(text: str) -> None:
            if text:
                place_at(text)

        dialog = PromptDialog("Go to folder", "Path of a folder or an image", str(self.folder), check=check)
        self.app.push_screen(dialog, self._go_to)

    def _go_to(self, text: str | None) -> None:
        if not text:
            return
        path, is_folder = place_at(text)
        self._start_at = None if is_folder else str(path)
        folder = path if is_folder else path.parent
        self.query_one(FolderTree).show(folder)
        self.show_folder(folder)

    def action_decompress(self) -> None:
        """Write the highlighted ``.aic`` as a PNG beside it."""
        file = self.query_one(ImageTable).highlighted
        if file is None or not file.is_compressed:
            self.app.notify("Only .aic files can be decompressed.", severity="warning")
            return
        path = Path(file.path)
        if path in self._decompressing:
            self.app.notify(f"{file.name} is being decompressed already.", markup=False)
            return
        self._decompressing.add(path)
        self.app.notify(f"Decompressing {file.name} …", markup=False)
        self._decompress(path)

    @work(thread=True, group="decompress", exit_on_error=False)
    def _decompress(self, path: Path) -> None:
        from aictui.codec.export import export_picture
        from aictui.codec.files import read_file, write_file

        try:
            picture = export_picture(read_file(path), "png")
            written = write_file(path.with_suffix(".png"), picture.data, "rename", source=path)
        except Exception as error:
            self.call_later(self.app.show_error, error)
            return
        finally:
            self.call_later(self._forget, path)
        self.call_later(self._tell_written, written, picture.notices)

    def _forget(self, decompressed: Path) -> None:
        self._decompressing.discard(decompressed)

    def _tell_written(self, path: Path, notices: Sequence[str]) -> None:
        for notice in notices:
            logger.warning("%s: %s", path, notice)
        lines = [f"Wrote {printable(path.name)}", *map(printable, notices)]
        self.app.notify("\n".join(lines), severity="warning" if notices else "information", markup=False)
        self._read_folder()


def _merged(new: ImageFile, old: ImageFile | None) -> ImageFile:
    """``new`` with the header that was read before, where the file is the same still."""
    if old is not None and (old.bytes, old.modified) == (new.bytes, new.modified):
        new.width, new.height, new.error, new.format = old.width, old.height, old.error, old.format
        new.whole_bytes = old.whole_bytes if new.is_compressed else None
    return new
