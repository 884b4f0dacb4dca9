"""The pane with the files of the queue: it finds them, shows them, aims them and takes them out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from aictui.codec.settings import Target
from aictui.counted import counted
from aictui.printable import printable
from aictui.tui.queue_list import QueueList
from aictui.tui.queue_reports import Listed
from aictui.tui.queue_rows import QueueRow
from aictui.tui.queue_work import Selection, told_left_out
from aictui.tui.screens.dialogs import PromptDialog
from aictui.tui.widgets.queue_table import QueueTable

if TYPE_CHECKING:
    from aictui.tui.app import AictuiApp


class QueueFiles(Vertical):
    """The images of ``sources``, in a table above a line about the highlighted one."""

    if TYPE_CHECKING:
        app = getters.app(AictuiApp)

    DEFAULT_CSS = """
    QueueFiles {
        #queue-detail { height: auto; max-height: 4; color: $text-muted; }
    }
    """

    class Searched(Message):
        """A search is over; ``added`` are the rows that came after the others, ``None`` where all were listed anew."""

        def __init__(self, added: list[QueueRow] | None) -> None:
            super().__init__()
            self.added = added

    class Changed(Message):
        """Other files are in the list, or they have another target."""

    class Counted(Message):
        """`count` says something else."""

    def __init__(self, sources: Sequence[Path]) -> None:
        super().__init__(id="queue-files", classes="pane")
        self.border_title = "Files"
        self.sources = list(sources)
        self.queue = QueueList()
        self.searching = False
        self._left_out: dict[Path, str] = {}

    def compose(self) -> ComposeResult:
        """The table above the line."""
        yield QueueTable()
        yield Static(id="queue-detail", markup=False)

    @property
    def table(self) -> QueueTable:
        """The table."""
        return self.query_one(QueueTable)

    @property
    def count(self) -> str:
        """How many files there are, were left out and are marked."""
        marked = len(self.table.marked)
        count = counted(len(self.queue.rows), "image")
        if self._left_out:
            count += f", {len(self._left_out):,} left out"
        return f"{count} · ● {marked:,} marked" if marked else count

    # Searching

    def search(self, selection: Selection) -> None:
        """Make the list anew."""
        self.searching = True
        self._find(self.sources, selection)

    def add(self, sources: Sequence[Path], selection: Selection) -> None:
        """Take in the images of more files and folders."""
        self.sources += [source for source in sources if source not in self.sources]
        self._find_more(list(sources), selection)

    @work(thread=True, group="look", exclusive=True, exit_on_error=False)
    def _find(self, sources: Sequence[Path], selection: Selection) -> None:
        self._post_found(sources, selection, added=False)

    @work(thread=True, group="add", exit_on_error=False)
    def _find_more(self, sources: Sequence[Path], selection: Selection) -> None:
        self._post_found(sources, selection, added=True)

    def _post_found(self, sources: Sequence[Path], selection: Selection, *, added: bool) -> None:
        worker = get_current_worker()
        found = Listed.of(sources, selection, self.queue.by_path, lambda: worker.is_cancelled, added=added)
        if not worker.is_cancelled:
            self.post_message(found)

    @on(Listed)
    def _take_list(self, message: Listed) -> None:
        message.stop()
        rows, left_out = message.listing
        new = None
        if message.added:
            new = self.queue.extend(rows)
            self._tell_left_out({**self._left_out, **left_out})
        else:
            self.searching = False
            self.queue.replace(rows)
            self._tell_left_out(left_out)
        self.table.note = "No images here." if not message.error else printable(str(message.error))
        self.show_list()
        self.post_message(self.Searched(new))
        if message.error:
            self.app.show_error(message.error)

    def _tell_left_out(self, left_out: dict[Path, str]) -> None:
        """Say which of the named files the queue does without, each once."""
        new = {path: reason for path, reason in left_out.items() if path not in self._left_out}
        self._left_out = left_out
        if told := told_left_out(new):
            self.app.notify(told, title="Left out", severity="warning", timeout=10, markup=False)

    # Showing

    def show_list(self) -> None:
        """Show all rows anew, in order."""
        self.table.replace(self.queue.rows)
        self._show_rest()

    def show_rows(self, changed: Sequence[QueueRow]) -> None:
        """Show what has changed where it stands."""
        self.table.rows_changed(changed)
        self._show_rest()

    def _show_rest(self) -> None:
        self.table.hide_columns(self.queue.empty_columns)
        self._show_detail()

    @on(QueueTable.MarksChanged)
    def _tell_count(self, message: QueueTable.MarksChanged) -> None:
        message.stop()
        self.post_message(self.Counted())

    @on(QueueTable.Highlighted)
    def _show_detail(self) -> None:
        row = self.table.highlighted
        self.query_one("#queue-detail", Static).update(row.detail if row else "")

    # Changing

    def edit(self) -> None:
        """Ask for a target of the chosen files."""
        rows = self.table.chosen
        if not rows:
            return
        dialog = PromptDialog(
            f"Target of {counted(len(rows), 'file')}",
            "A ratio (32x), size (100kB), PSNR (35dB) or quality (q80); empty: as all",
            str(rows[0].target or ""),
            check=_own_target,
        )
        self.app.push_screen(dialog, lambda text: self._aim(rows, text))

    def _aim(self, rows: list[QueueRow], text: str | None) -> None:
        if text is None:
            return
        self.queue.aim(rows, _own_target(text))
        self.show_rows(rows)
        self.post_message(self.Changed())

    def remove_chosen(self) -> None:
        """Take the chosen files out of the queue; the files themselves stay."""
        self.queue.remove(self.table.chosen)
        self.table.note = "Every file is taken out. esc goes back, where c queues files."
        self.show_list()
        self.post_message(self.Changed())


def _own_target(text: str) -> Target | None:
    """The target of a single file, none where nothing is typed; raises `UsageError`."""
    return Target.parse(text) if text.strip() else None
