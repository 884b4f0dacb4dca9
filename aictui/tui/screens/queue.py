"""The queue: many files compressed with one setting, or one each, while one watches or does something else."""

import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import get_current_worker

from aictui import presets
from aictui.batch.control import Control
from aictui.codec.settings import Settings, Target
from aictui.counted import counted
from aictui.errors import AictuiError, Cancelled, UsageError
from aictui.printable import printable
from aictui.tui.additions import Additions
from aictui.tui.catalog import load_catalog
from aictui.tui.queue_list import QueueList
from aictui.tui.queue_reports import Ended, Listed, Offered
from aictui.tui.queue_rows import QueueRow
from aictui.tui.queue_work import Job, Selection, told_left_out
from aictui.tui.screens.dialogs import ConfirmDialog, PromptDialog
from aictui.tui.screens.page import Page
from aictui.tui.screens.report_dialog import ReportDialog
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.queue_form import QueueForm
from aictui.tui.widgets.queue_table import QueueTable
from aictui.tui.widgets.queue_totals import QueueTotals
from aictui.tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from aictui.batch import Event, OutputPolicy

_REFRESH = 0.1
"""Seconds between looks at what the batch has told; its threads tell more than a screen can show."""
_LONGEST_LOOK = 0.012
"""Seconds of processor time for one look, or else a run that passes over thousands of files would stall the screen."""


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
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "start", "Run", id="queue.run", tooltip="Compress all that waits"),
        Binding("p", "pause", "Pause/resume", id="queue.pause", tooltip="Make the work wait, or go on"),
        Binding("x", "cancel", "Cancel", id="queue.cancel", tooltip="Stop; nothing stays half-written"),
        Binding("escape", "back", "Back", id="queue.back", key_display="esc"),
        Binding("d", "dry_run", "Dry run", id="queue.dry_run", tooltip="Tell what would happen, write nothing"),
        Binding("f", "retry", "Retry failed", id="queue.retry", tooltip="Try again what failed"),
        Binding("e", "edit", "Own target", id="queue.edit", tooltip="A target for the marked files, or this one"),
        Binding("w", "report", "JSON report", id="queue.report", tooltip="Write the results as JSON"),
        Binding("t", "form", "Settings", id="queue.form", tooltip="Show or hide the settings"),
        Binding("delete", "remove", "Remove", id="queue.remove", show=False, tooltip="Take files out of the queue"),
    ]

    def __init__(self, sources: Sequence[Path], ledger: Path | None = None) -> None:
        super().__init__()
        self.sources = list(sources)
        self.queue = QueueList()
        self._ledger = ledger
        self._control: Control | None = None
        self._asked: tuple[Settings, OutputPolicy] | None = None
        self._looking = False
        self._added = Additions()
        self._left_out: dict[Path, str] = {}
        self._events: deque[Event] = deque()

    @property
    def rows(self) -> list[QueueRow]:
        """The files in the order in which they were found."""
        return self.queue.rows

    @property
    def running(self) -> bool:
        """Whether a batch or a dry run is at work."""
        return self._control is not None

    @property
    def untimely_actions(self) -> frozenset[str]:
        """While nothing runs there is nothing to pause, and so on."""
        if self.running:
            stopping = frozenset({"pause", "cancel"}) if self._control and self._control.cancelled else frozenset()
            return stopping | {"start", "dry_run", "retry", "edit", "remove", "report"}
        totals = self.queue.totals
        retry = () if totals.failed or totals.cancelled else ("retry",)
        report = () if totals.finished or totals.cancelled else ("report",)
        return frozenset({"pause", "cancel", *retry, *report})

    @property
    def is_unfinished(self) -> bool:
        """Whether there is something left to do, now or once somebody asks."""
        return self.running or self._looking or not self._added.are_listed or self.queue.is_open

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
                yield QueueForm(self._defaults())
            with Vertical(id="queue-files", classes="pane") as pane:
                pane.border_title = "Files"
                yield QueueTable()
                yield Static(id="queue-detail", markup=False)
        yield QueueTotals()
        yield KeyBar()

    def _defaults(self) -> Settings:
        try:
            return presets.default_settings()
        except UsageError as error:
            self.app.notify(str(error), title="Defaults", severity="warning", markup=False)
            return Settings()

    def on_mount(self) -> None:
        """Look for images and for models."""
        self._look(Selection())
        self._load_catalog()
        self.set_interval(_REFRESH, self._take_events)

    @property
    def current_settings(self) -> Settings:
        """What the form says, for a preset."""
        return self.query_one(QueueForm).settings

    async def use_settings(self, settings: Settings, preset: str) -> None:
        """Take a preset into the form."""
        self.query_one(QueueForm).use(settings, preset)

    # Listing

    def _look(self, selection: Selection) -> None:
        """Make the list anew."""
        self._looking = True
        self._find(self.sources, selection)

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

    @work(thread=True, group="catalog", exit_on_error=False)
    def _load_catalog(self) -> None:
        try:
            self.post_message(Offered(load_catalog()))
        except Exception as error:
            self.call_later(self.app.show_error, error)  # type: ignore[attr-defined]

    @on(Listed)
    def _take_list(self, message: Listed) -> None:
        if message.added:
            self._added.take(self.queue.extend(message.listing.rows))
            self._tell_left_out({**self._left_out, **message.listing.left_out})
        else:
            self._looking = False
            self.queue.replace(message.listing.rows)
            self._tell_left_out(message.listing.left_out)
        self.query_one(QueueTable).note = "No images here." if not message.error else printable(str(message.error))
        self._show_list()
        self._run_added()
        if message.error:
            self.app.show_error(message.error)  # type: ignore[attr-defined]

    def _tell_left_out(self, left_out: dict[Path, str]) -> None:
        """Say which of the named files the queue does without, each once."""
        new = {path: reason for path, reason in left_out.items() if path not in self._left_out}
        self._left_out = left_out
        if told := told_left_out(new):
            self.app.notify(told, title="Left out", severity="warning", timeout=10, markup=False)

    @on(Offered)
    def _take_catalog(self, message: Offered) -> None:
        self.query_one(QueueForm).offer(message.catalog)

    @on(QueueForm.SelectionChanged)
    def _look_again(self) -> None:
        if not self.running:
            self._look(self.query_one(QueueForm).selection)

    def add(self, sources: Sequence[Path]) -> None:
        """Take in more files and folders; while a batch is at work they follow it, made as it makes its files."""
        self.sources += [source for source in sources if source not in self.sources]
        self._added.expect(self._asked if self.running else None)
        self._find_more(list(sources), self.query_one(QueueForm).selection)

    # Running

    def action_start(self) -> None:
        """Compress every file that is not done, or was done with other settings."""
        form = self.query_one(QueueForm)
        try:
            same = self._asked in (None, (form.settings, form.policy))
        except AictuiError as error:
            self.app.show_error(error)  # type: ignore[attr-defined]
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
        if self._looking:
            self.app.notify("Still looking for images; try again in a moment.", severity="warning")
            return
        if not rows:
            self.app.notify("There is nothing left to compress.", severity="warning")
            return
        form = self.query_one(QueueForm)
        try:
            self._begin(Job(rows, form.settings, form.policy, dry))
        except AictuiError as error:
            self.app.show_error(error)  # type: ignore[attr-defined]

    def _run_added(self) -> None:
        """Run what was added, once nothing else runs and all of it is listed."""
        if self.running or self._looking or not (job := self._added.release(self.queue.by_path)):
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
        self.app.notify("The queue is running. p pauses it, x cancels it.", severity="warning")

    def _go(self, job: Job) -> None:
        self.queue.reset(job.rows)
        self._events.clear()
        self.add_class("-started")
        totals = self.query_one(QueueTotals)
        totals.phase, totals.seconds_left = ("looking" if job.dry else "running"), None
        self._show_rows(job.rows)
        if not job.dry:
            self._asked = job.settings, job.policy
        self._control = Control()
        self.query_one(QueueForm).lock_selection(True)
        self.refresh_bindings()
        self._run(job, self._control)

    # Without a description Textual makes one of the arguments, which takes long where these are thousands of rows.

    @work(thread=True, group="batch", exit_on_error=False, description="batch")
    def _run(self, job: Job, control: Control) -> None:
        error: Exception | None = None
        try:
            job.run(self._ledger, self._events.append, control, self._warn)
        except Exception as problem:
            error = problem
        self.post_message(Ended(error, dry=job.dry))

    def _warn(self, text: str) -> None:
        self.notify(printable(text), severity="warning", timeout=10, markup=False)

    def _take_events(self) -> None:
        """Show what the batch has told since the last look, or as much of it as does not stall the screen."""
        if not self._events:
            return
        from aictui.batch import Finished

        changed: list[QueueRow] = []
        end = time.thread_time() + _LONGEST_LOOK
        while self._events and time.thread_time() < end:
            event = self._events.popleft()
            if row := self.queue.take(event):
                changed.append(row)
            if isinstance(event, Finished) and self._control and not self._control.paused:
                self.query_one(QueueTotals).seconds_left = event.seconds_left
        self._show_rows(changed)

    @on(Ended)
    def _take_end(self, message: Ended) -> None:
        if self._events:
            self.set_timer(_REFRESH, lambda: self._take_end(message))
            return
        self.queue.reset([row for row in self.rows if row.state == "working"])
        cancelled = isinstance(message.error, Cancelled) or (self._control is not None and self._control.cancelled)
        self._control = None
        self.query_one(QueueForm).lock_selection(False)
        self.refresh_bindings()
        totals = self.query_one(QueueTotals)
        totals.phase, totals.seconds_left = ("dry run" if message.dry else "finished"), None
        if cancelled:
            totals.phase = "cancelled"
        self._show_list()
        if message.dry or message.error or cancelled:
            self._added.stay()
        if message.error and not cancelled:
            totals.phase = ""
            self.app.show_error(message.error)  # type: ignore[attr-defined]
        elif not message.dry and self.app.screen is not self:
            self.app.notify(totals.figures, title="Queue", markup=False)
        self._run_added()

    def action_pause(self) -> None:
        """Make the work wait, or go on."""
        if self._control is None:
            self.app.notify("Nothing is running. r runs the queue.")
            return
        totals = self.query_one(QueueTotals)
        if self._control.cancelled:
            return
        if self._control.paused:
            self._control.resume()
            totals.phase = "running"
        else:
            self._control.pause()
            totals.phase, totals.seconds_left = "paused", None

    def action_cancel(self) -> None:
        """Stop the work."""
        if self._control is None:
            self.app.notify("Nothing is running.")
            return
        self._control.cancel()
        totals = self.query_one(QueueTotals)
        totals.phase, totals.seconds_left = "stopping", None
        self.refresh_bindings()

    # Rows

    def _show_list(self) -> None:
        """Show all rows anew, in order."""
        self.query_one(QueueTable).replace(self.rows)
        self._show_totals()

    def _show_rows(self, changed: Sequence[QueueRow]) -> None:
        """Show what has changed where it stands."""
        self.query_one(QueueTable).rows_changed(changed)
        self._show_totals()

    def _show_totals(self) -> None:
        self.query_one(QueueTable).hide_columns(self.queue.empty_columns)
        self.query_one(QueueTotals).totals = self.queue.totals
        self._show_detail()
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
        if self.running and page is not self:
            mark = "⏸" if self._control and self._control.paused else "▶"
            told = f"{mark} queue {self.queue.totals.finished:,} of {len(self.rows):,}"
        self.app.background_work = told  # type: ignore[attr-defined]

    @on(QueueTable.MarksChanged)
    def _show_count(self) -> None:
        marked = len(self.query_one(QueueTable).marked)
        count = counted(len(self.rows), "image")
        if self._left_out:
            count += f", {len(self._left_out):,} left out"
        self.query_one(TopBar).figures = f"{count} · ● {marked:,} marked" if marked else count

    @on(QueueTable.Highlighted)
    def _show_detail(self) -> None:
        row = self.query_one(QueueTable).highlighted
        self.query_one("#queue-detail", Static).update(row.detail if row else "")

    def action_edit(self) -> None:
        """Ask for a target of the chosen files."""
        rows = self.query_one(QueueTable).chosen
        if self.running:
            self._tell_running()
        if not rows or self.running:
            return
        dialog = PromptDialog(
            f"Target of {counted(len(rows), 'file')}",
            "A ratio (32x), size (100kB), PSNR (35dB) or quality (q80); empty: as all",
            str(rows[0].target or ""),
            check=_own_target,
        )
        self.app.push_screen(dialog, lambda text: self._edit(rows, text))

    def _edit(self, rows: list[QueueRow], text: str | None) -> None:
        if text is None:
            return
        self.queue.aim(rows, _own_target(text))
        self._show_rows(rows)
        self._forget_phase()

    def action_remove(self) -> None:
        """Take the chosen files out of the queue; the files themselves stay."""
        if self.running:
            self._tell_running()
            return
        table = self.query_one(QueueTable)
        self.queue.remove(table.chosen)
        table.note = "Every file is taken out. esc goes back, where c queues files."
        self._show_list()
        self._forget_phase()

    def _forget_phase(self) -> None:
        """Say no more how the last run ended, since the list is another one now."""
        self.query_one(QueueTotals).phase = ""
        self.refresh_bindings()

    # The rest

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
        folder = next((source for source in self.sources if source.is_dir()), self.sources[0].parent)
        self.app.push_screen(ReportDialog(folder.absolute() / "aictui-report.json", results))

    def action_back(self) -> None:
        """Go back; the work goes on."""
        if self._control is not None:
            state = "is paused" if self._control.paused else "goes on"
            self.app.notify(f"The queue {state}. F3 shows it again.")
        self.dismiss()

    def stop(self) -> None:
        """Stop the work, since the application goes."""
        if self._control is not None:
            self._control.cancel()

    def on_unmount(self) -> None:
        """Stop the work."""
        self.stop()


def _own_target(text: str) -> Target | None:
    """The target of a single file, none where nothing is typed; raises `UsageError`."""
    return Target.parse(text) if text.strip() else None
