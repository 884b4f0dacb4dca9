"""The queue: many files compressed with one setting, or one each, while one watches or does something else."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen

from aictui.counted import counted
from aictui.errors import AictuiError
from aictui.printable import printable
from aictui.tui.additions import Additions
from aictui.tui.queue_keys import QUEUE_KEYS
from aictui.tui.queue_list import QueueList
from aictui.tui.queue_reports import Ended
from aictui.tui.queue_rows import QueueRow
from aictui.tui.queue_run import QueueRun
from aictui.tui.queue_work import Job, Selection
from aictui.tui.screens.dialogs import ConfirmDialog
from aictui.tui.screens.page import Page
from aictui.tui.screens.report_dialog import ReportDialog
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.queue_files import QueueFiles
from aictui.tui.widgets.queue_form import QueueForm
from aictui.tui.widgets.queue_table import QueueTable
from aictui.tui.widgets.queue_totals import QueueTotals
from aictui.tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from aictui.batch import OutputPolicy
    from aictui.codec.settings import Settings

_REFRESH = 0.1
"""Seconds between looks at what the batch has told; its threads tell more than a screen can show."""


class QueueScreen(Page):
    """Plans and runs a batch of `aictui.batch`; the work is in threads, which only leave messages."""

    AREA = "queue"
    AUTO_FOCUS = "QueueTable"
    HELP = """\
# Queue

The images of the marked files and folders. Choose a target and where results go, then press **r**.

- **d** tells what would happen and writes nothing. What was compressed before with the same settings is skipped.
- **p** pauses and goes on, **x** cancels: no file is left half-written. **f** tries again what failed.
- **e** gives the marked files, or the highlighted one, a target of their own; **del** takes them out of the queue.
- **P** keeps the settings under a name, and brings such settings back.
- **w** writes the results as JSON. A queue that was killed goes on where it was when it is started again.
- **esc** goes back; the queue goes on meanwhile, takes in what you compress next, and **F3** shows it again. A queue
  that is done makes way for the next.
"""
    BINDINGS: ClassVar[list[BindingType]] = QUEUE_KEYS

    def __init__(self, sources: Sequence[Path], ledger: Path | None = None) -> None:
        super().__init__()
        self.files = QueueFiles(sources)
        self._ledger = ledger
        self._batch: QueueRun | None = None
        self._asked: tuple[Settings, OutputPolicy] | None = None
        self._added = Additions()

    @property
    def queue(self) -> QueueList:
        """The files with their totals."""
        return self.files.queue

    @property
    def rows(self) -> list[QueueRow]:
        """The files in the order in which they were found."""
        return self.queue.rows

    @property
    def running(self) -> bool:
        """Whether a batch or a dry run is at work."""
        return self._batch is not None

    @property
    def untimely_actions(self) -> frozenset[str]:
        """While nothing runs there is nothing to pause, and so on."""
        if self._batch is not None:
            stopping = frozenset({"pause", "cancel"}) if self._batch.cancelled else frozenset()
            return stopping | {"start", "dry_run", "retry", "edit", "remove", "report"}
        totals = self.queue.totals
        retry = () if totals.failed or totals.cancelled else ("retry",)
        report = () if totals.finished or totals.cancelled else ("report",)
        return frozenset({"pause", "cancel", *retry, *report})

    @property
    def is_unfinished(self) -> bool:
        """Whether there is something left to do, now or once somebody asks."""
        return self.running or self.files.searching or not self._added.are_listed or self.queue.is_open

    @property
    def work_in_progress(self) -> str | None:
        """What the application tells before it quits."""
        if not self.running:
            return None
        totals = self.queue.totals
        return f"The queue is at {totals.finished} of {counted(totals.files, 'file')}; it goes on when run again."

    def compose(self) -> ComposeResult:
        """Settings beside files, above the totals."""
        yield TopBar("Queue")
        with Horizontal(id="panes"):
            with Vertical(id="queue-settings", classes="pane") as pane:
                pane.border_title = "Settings"
                yield QueueForm()
            yield self.files
        yield QueueTotals()
        yield KeyBar()

    def on_mount(self) -> None:
        """Look for images."""
        self.files.search(Selection())
        self.set_interval(_REFRESH, self._look)

    @property
    def current_settings(self) -> "Settings":
        """What the form says, for a preset."""
        return self.query_one(QueueForm).settings

    async def use_settings(self, settings: "Settings", preset: str) -> None:
        """Take a preset into the form."""
        self.query_one(QueueForm).use(settings, preset)

    @on(QueueForm.SelectionChanged)
    def _look_again(self) -> None:
        if not self.running:
            self.files.search(self.query_one(QueueForm).selection)

    def add(self, sources: Sequence[Path]) -> None:
        """Take in more files and folders; while a batch is at work they follow it, made as it makes its files."""
        self._added.expect(self._asked if self.running else None)
        self.files.add(sources, self.query_one(QueueForm).selection)

    @on(QueueFiles.Searched)
    def _take_searched(self, message: QueueFiles.Searched) -> None:
        if message.added is not None:
            self._added.take(message.added)
        self._show_totals()
        self._run_added()

    # Running

    def action_start(self) -> None:
        """Compress every file that is not done, or was done with other settings."""
        form = self.query_one(QueueForm)
        try:
            same = self._asked in (None, (form.settings, form.policy))
        except AictuiError as error:
            self.app.show_error(error)
            return
        self._start([row for row in self.rows if row.state != "done" or not same], dry=False)

    def action_dry_run(self) -> None:
        """Tell what would happen."""
        self._start(self.rows, dry=True)

    def action_retry(self) -> None:
        """Try again what failed or was cancelled."""
        rows = [row for row in self.rows if row.state in {"failed", "cancelled"}]
        if rows or self.running:
            self._start(rows, dry=False)
        else:
            self.app.notify("Nothing has failed.")

    def _start(self, rows: list[QueueRow], *, dry: bool) -> None:
        if self.running:
            self._tell_running()
            return
        if self.files.searching:
            self.app.notify("Still looking for images; try again in a moment.", severity="warning")
            return
        if not rows:
            self.app.notify("There is nothing left to compress.", severity="warning")
            return
        form = self.query_one(QueueForm)
        try:
            self._begin(Job(rows, form.settings, form.policy, dry))
        except AictuiError as error:
            self.app.show_error(error)

    def _run_added(self) -> None:
        """Run what was added, once nothing else runs and all of it is listed."""
        if self.running or self.files.searching or not (job := self._added.release(self.queue.by_path)):
            return
        if job.policy.place == "replace":
            told = "r in the queue runs what was added, whose originals would go to the trash."
            self.app.notify(told, title=counted(len(job.rows), "file") + " added")
        else:
            self._go(job)

    def _begin(self, job: Job) -> None:
        """Run a batch, if need be after a question."""
        if job.policy.place == "replace" and not job.dry:
            count = counted(len(job.rows), "file")
            question = f"The originals of {count} go to the trash, each once its result is safe."
            dialog = ConfirmDialog("Replace the originals?", question, "Replace", "Cancel")
            self.app.push_screen(dialog, lambda answer: self._go(job) if answer else None)
        else:
            self._go(job)

    def _tell_running(self) -> None:
        paused = self._batch is not None and self._batch.paused
        state = "is paused. p makes it go on" if paused else "is running. p pauses it"
        self.app.notify(f"The queue {state}, x cancels it.", severity="warning")

    def _go(self, job: Job) -> None:
        self.queue.reset(job.rows)
        self.add_class("-started")
        if not job.dry:
            self._asked = job.settings, job.policy
        self._batch = QueueRun(job)
        self._show_phase()
        self._show_rows(job.rows)
        self.query_one(QueueForm).lock_selection(True)
        self.refresh_bindings()
        self._work(self._batch)

    # Without a description Textual makes one of the arguments, which takes long where these are thousands of rows.

    @work(thread=True, group="batch", exit_on_error=False, description="batch")
    def _work(self, batch: QueueRun) -> None:
        self.post_message(Ended(batch.work(self._ledger, self._warn)))

    def _warn(self, text: str) -> None:
        self.notify(printable(text), severity="warning", timeout=10, markup=False)

    def _look(self) -> None:
        """Show what the batch has told since the last look."""
        if self._batch is not None and self._batch.has_news:
            self._show_rows(self._batch.take(self.queue))
            self.query_one(QueueTotals).seconds_left = self._batch.seconds_left

    @on(Ended)
    def _take_end(self, message: Ended) -> None:
        batch = self._batch
        assert batch is not None  # no other begins before this one is shown to be over
        if batch.has_news:
            self.set_timer(_REFRESH, lambda: self._take_end(message))
            return
        self.queue.reset([row for row in self.rows if row.state == "working"])
        self._batch = None
        self.query_one(QueueForm).lock_selection(False)
        self.refresh_bindings()
        totals, ending = self.query_one(QueueTotals), batch.ending(message.error)
        totals.phase, totals.seconds_left = ending, None
        self.files.show_list()
        self._show_totals()
        if ending != "finished":
            self._added.stay()
        if message.error and ending != "cancelled":
            self.app.show_error(message.error)
        elif not batch.job.dry and self.app.screen is not self:
            self.app.notify(totals.figures, title="Queue", markup=False)
        self._run_added()

    def action_pause(self) -> None:
        """Make the work wait, or go on."""
        if self._batch is None:
            self.app.notify("Nothing is running. r runs the queue.")
            return
        self._batch.pause_or_resume()
        self._show_phase()

    def action_cancel(self) -> None:
        """Stop the work."""
        if self._batch is None:
            self.app.notify("Nothing is running.")
            return
        self._batch.cancel()
        self._show_phase()
        self.refresh_bindings()

    # Showing

    def _show_phase(self) -> None:
        if self._batch is not None:
            totals = self.query_one(QueueTotals)
            totals.phase, totals.seconds_left = self._batch.phase, self._batch.seconds_left

    def _show_rows(self, changed: Sequence[QueueRow]) -> None:
        """Show what has changed where it stands."""
        self.files.show_rows(changed)
        self._show_totals()

    def _show_totals(self) -> None:
        self.query_one(QueueTotals).totals = self.queue.totals
        self._tell_from_behind()

    @on(events.ScreenResume)
    def _look_at_presets(self) -> None:
        self.query_one(QueueForm).renew_preset()

    @on(events.ScreenSuspend)
    @on(events.ScreenResume)
    def _tell_from_behind(self) -> None:
        """Say on other screens how far the queue is."""
        told = ""
        page = next(screen for screen in reversed(self.app.screen_stack) if not isinstance(screen, ModalScreen))
        if self._batch is not None and page is not self:
            mark = "⏸" if self._batch.paused else "▶"
            told = f"{mark} queue {self.queue.totals.finished:,} of {len(self.rows):,}"
        self.app.background_work = told

    @on(QueueFiles.Counted)
    def _show_count(self) -> None:
        self.query_one(TopBar).figures = self.files.count

    @on(QueueFiles.Changed)
    def _forget_phase(self) -> None:
        """Say no more how the last run ended, since the list is another one now."""
        self.query_one(QueueTotals).phase = ""
        self._show_totals()
        self.refresh_bindings()

    # The rest

    def action_edit(self) -> None:
        """Ask for a target of the chosen files."""
        if self.running:
            self._tell_running()
        else:
            self.files.edit()

    def action_remove(self) -> None:
        """Take the chosen files out of the queue; the files themselves stay."""
        if self.running:
            self._tell_running()
        else:
            self.files.remove_chosen()

    def action_form(self) -> None:
        """Show or hide the settings."""
        self.toggle_class("-form-toggled")
        self.query_one(QueueTable).focus()

    def action_report(self) -> None:
        """Write the report."""
        results = [row.result for row in self.rows if row.result]
        if not results:
            self.app.notify("There are no results yet.", severity="warning")
            return
        sources = self.files.sources
        folder = next((source for source in sources if source.is_dir()), sources[0].parent)
        self.app.push_screen(ReportDialog(folder.absolute() / "aictui-report.json", results))

    def action_back(self) -> None:
        """Go back; the work goes on."""
        if self._batch is not None:
            state = "is paused" if self._batch.paused else "goes on"
            self.app.notify(f"The queue {state}. F3 shows it again.")
        self.dismiss()

    def stop(self) -> None:
        """Stop the work, since the application goes."""
        if self._batch is not None:
            self._batch.cancel()

    def on_unmount(self) -> None:
        """Stop the work."""
        self.stop()
