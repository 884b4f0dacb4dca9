"""An image beside its compressed self, with a slider for the ratio."""

import logging
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.widgets import Input

from aictui.codec.settings import Settings, Target
from aictui.errors import AictuiError, UsageError
from aictui.printable import printable
from aictui.tui.compare_keys import COMPARE_KEYS
from aictui.tui.comparison import Comparison
from aictui.tui.compositing import HEAT_RANGE
from aictui.tui.live import Completed, Encoding, Failed, LiveLoop, News, Opening, Previewed, Sampled
from aictui.tui.measuring import Matched, Measured, MeasuringLoop, MeasuringNews, Pause, Task, Unmatched
from aictui.tui.reports import Found, Opened, Renewed, Reported, Saved, Unreadable, told
from aictui.tui.saves import Saves, version_of
from aictui.tui.screens.dialogs import ConfirmDialog
from aictui.tui.screens.page import Page
from aictui.tui.sides import image_facts, left_title, right_title
from aictui.tui.surroundings import Surroundings, Workshop
from aictui.tui.text import place_text
from aictui.tui.widgets.canvas import Canvas
from aictui.tui.widgets.caption import Caption
from aictui.tui.widgets.deck import PIPELINE, Deck
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.panel_view import PanelView
from aictui.tui.widgets.pipeline import Pipeline
from aictui.tui.widgets.ratio_slider import RatioSlider
from aictui.tui.widgets.standings import ORIGINAL, Standings
from aictui.tui.widgets.summary import Summary
from aictui.tui.widgets.target_field import TargetField
from aictui.tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from aictui.metrics.base import Metric
    from aictui.tui.live import Session
    from aictui.tui.screens.save_dialog import Destination

logger = logging.getLogger(__name__)

_NEED_AN_IMAGE = {"picture", "save", "ratio", "target", "next_left", "menus"}
_COMFORTABLE = 110
"""Cells of the terminal below which the top bar has no room for what reading has changed of the image."""


class CompareScreen(Page):
    """Original and compressed picture, live figures, peers, components, curve, panels, save.

    It begins with the settings that the `.aic` file ``like`` was made with, or else with the user's defaults.
    Two threads work for it, one for the newest wish of the slider and one for what may take its time; both only
    post messages, and what they post is shown only while it is not stale.
    """

    AREA = "compare"
    AUTO_FOCUS = "Canvas"
    HELP = Canvas.HELP
    BINDINGS: ClassVar[list[BindingType]] = COMPARE_KEYS
    DEFAULT_CSS = """
    CompareScreen {
        #controls { height: 3; padding: 0 1; }
        #row { height: 2; }
    }
    """

    def __init__(self, path: Path, workshop: Workshop | None = None, like: Path | None = None) -> None:
        super().__init__()
        self.path = path
        self.like = like
        self.workshop = workshop or Workshop()
        self.comparison = Comparison(path, Settings())
        self.left = ORIGINAL
        self._surroundings: Surroundings | None = None
        self._saves = Saves()
        self._leaving: ConfirmDialog | None = None
        self._hopeless = False
        self._version: tuple[int, int] | None = None
        self._live = LiveLoop(self._open_session, self._report, idle=lambda: not self._measuring.pressing)
        self._measuring = MeasuringLoop(self._report, lambda: self._metrics, self.workshop.decode)

    def compose(self) -> ComposeResult:
        """Picture and panes above the controls."""
        yield TopBar(place_text(self.path))
        yield Deck(self.comparison.settings)
        with Container(id="controls"):
            with Horizontal(id="row"):
                yield RatioSlider(id="slider")
                yield TargetField(str(self.comparison.settings.target), id="target")
            yield Summary()
        yield KeyBar()

    def on_mount(self) -> None:
        """Start to read, and show what is there already."""
        self.canvas.clear(f"Reading {printable(self.path.name)} …")
        self._state("reading the image …")
        self._read()
        self._look_around()
        self.run_worker(self._live.run, thread=True, group="live", exit_on_error=False)
        self.run_worker(self._measuring.run, thread=True, group="measuring", exit_on_error=False)

    @on(events.ScreenResume)
    def _look_again(self) -> None:
        """Take in what the plugins screen changed."""
        if self._surroundings is not None:
            self._look_around(self._surroundings)

    def on_unmount(self) -> None:
        """End the threads."""
        self._live.stop()
        self._measuring.stop()

    @property
    def canvas(self) -> Canvas:
        """The picture."""
        return self.query_one(Canvas)

    @property
    def deck(self) -> Deck:
        """The panes."""
        return self.query_one(Deck)

    @property
    def work_in_progress(self) -> str | None:
        """Which files wait to be saved."""
        return self._saves.problem

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be asked of an image that cannot be read, and in a field a ``t`` is a letter."""
        types = action == "target" and (isinstance(self.focused, Input) or not self.is_mounted)
        return not types and not (self._hopeless and action in _NEED_AN_IMAGE)

    # Threads; they only post messages. Plugins and codecs in C may raise anything in them.

    @work(thread=True, exit_on_error=False, group="read")
    def _read(self) -> None:
        try:
            self._version = version_of(self.path)
            self.post_message(Opened(self.workshop.read(self.path)))
        except Exception as error:
            self.post_message(Unreadable(error))

    @work(thread=True, exit_on_error=False, group="look")
    def _look_around(self, known: Surroundings | None = None) -> None:
        """Look for what is installed; for what is ``known`` only where that has changed since."""
        try:
            if known is None:
                self.post_message(Found(self.workshop.surroundings(self.like)))
            elif not self.workshop.is_current(known):
                self.post_message(Renewed(self.workshop.surroundings()))
        except Exception as error:
            if known is None:
                self.post_message(Unreadable(error))
            else:
                self.call_later(self.app.show_error, error)  # type: ignore[attr-defined]

    def _open_session(self, settings: Settings) -> "Session":
        assert self.comparison.source is not None  # nothing is asked for without it
        return self.workshop.open_session(self.comparison.source, settings)

    def _report(self, news: News | MeasuringNews) -> None:
        self.post_message(Reported(news))

    # What the threads post.

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        self.comparison.open(event.source)
        for notice in event.source.notices:
            self.notify(notice, title=printable(self.path.name), timeout=10, markup=False)
        self._show_pictures()
        self._begin()

    @on(Found)
    async def _found(self, event: Found) -> None:
        found = event.surroundings
        self._surroundings = found
        self.query_one(Summary).metrics = found.metrics
        await self.deck.offer(found)
        if found.notice:
            self.notify(printable(found.notice), severity="warning", timeout=10, markup=False)
        field, target = self.query_one("#target", Input), self.comparison.settings.target
        is_typing = field.has_focus and field.value != str(target)
        if target == Settings().target:  # no other was asked for meanwhile
            target = found.settings.target
        self.comparison.settings = replace(found.settings, target=target)
        if not is_typing:
            field.value = str(target)
        self._begin()

    @on(Renewed)
    async def _renewed(self, event: Renewed) -> None:
        self._surroundings = found = event.surroundings
        self.query_one(Summary).metrics = found.metrics
        await self.deck.renew(found, self.comparison)
        if self.left not in {ORIGINAL, *self.query_one(Standings).peers}:
            self._left_chosen(Standings.LeftChosen(ORIGINAL))
        self._measure()

    def _begin(self) -> None:
        """Ask for the first picture once image and components are known."""
        if self.comparison.source is not None and self._surroundings is not None:
            self._ask(self.comparison.settings)

    @on(Unreadable)
    def _unreadable(self, event: Unreadable) -> None:
        self._hopeless = True
        self.refresh_bindings()
        self.query_one("#row").disabled = True
        self.canvas.disabled = True
        self.comparison.fail()
        self._show_figures()
        self._fail(event.error)
        title, cause = told(event.error)
        self.canvas.clear(f"✗ {title}\n\n{cause}\n\nesc goes back")

    @on(Reported)
    def _reported(self, event: Reported) -> None:
        """Show the news, unless it is stale."""
        news = event.news
        if not self.comparison.accept(news):
            return
        if isinstance(news, Opening):
            self._state(f"loading model {news.model} …")
        elif isinstance(news, Encoding):
            self._state(f"{news.phase or 'making the file'} {news.fraction:.0%}")
        elif isinstance(news, Failed):
            self._fail(news.error)
            self._drop_saves("there is no such file")
            self._show_figures()
        elif isinstance(news, Sampled):
            self.deck.show_curve(self.comparison)
            if sample := self.comparison.sample_of(news):
                self._measuring.measure_later(sample)
        elif isinstance(news, Previewed | Completed):
            self._show_pictures()  # first, because it is drawn in a thread while the rest is shown
            self._show_figures()
            self._state("preview in one piece …" if self.comparison.settings.planes else "preview …")
            if isinstance(news, Completed):
                self._completed()
        elif isinstance(news, Matched | Unmatched | Measured) and news.peer:
            self.deck.show_peer(news, self.comparison)
            if news.peer == self.left and not isinstance(news, Measured):
                self._show_pictures()
        else:
            self._show_figures()

    def _completed(self) -> None:
        """The file is there: measure it, hand it to the panels, save it if that is wanted."""
        result = self.comparison.result
        assert result is not None
        self._state(", ".join(filter(None, ["✓ exact", self.comparison.shortcoming])))
        self._measure()
        for view in self.query(PanelView):
            view.show(result)
        self._write_all(result.data)

    def _measure(self) -> None:
        """Take the slow figures of the finished file, and of its peers, that on the left first."""
        result = self.comparison.result
        if result is not None and self._surroundings is not None:
            peers = sorted(self._surroundings.peers, key=lambda peer: peer.id != self.left)
            self._measuring.ask(Task(self.comparison.generation, result.original, result.pixels, result.data, peers))

    @property
    def _metrics(self) -> "tuple[Metric, ...]":
        return self._surroundings.metrics if self._surroundings else ()

    # What the user wants.

    def _ask(self, settings: Settings) -> None:
        """Start a generation: figures at once, everything else as it comes."""
        if self.comparison.source is None or self._surroundings is None:
            self.comparison.settings = settings  # asked for when image and components are known
            return
        request = self.comparison.ask(settings)
        self._drop_saves("something else was asked for before the file was made")
        self._measuring.ask(Pause())
        self._state("…")
        self._show_figures()
        self._show_caption()
        self._live.ask(request)

    @on(RatioSlider.Moved)
    def _slider_moved(self, event: RatioSlider.Moved) -> None:
        target = Target("ratio", event.ratio)
        with self.prevent(Input.Changed):
            self.query_one("#target", Input).value = str(target)
        self._aim(target)

    @on(Input.Submitted, "#target")
    def _target_typed(self, event: Input.Submitted) -> None:
        if event.value.strip():
            try:
                target = Target.parse(event.value)
            except UsageError as error:
                self.query_one(Summary).problem = f"✗ {error.title}"
                self.notify(str(error), title=error.title, severity="error", timeout=10, markup=False)
                return
            self.app.clear_notifications()  # of what was wrong before
            self._aim(target)
        self.canvas.focus()

    @on(Input.Blurred, "#target")
    def _target_left(self, event: Input.Blurred) -> None:
        """Show the target in force, unless the terminal loses the focus and will give it back."""
        if self.app.app_focus:
            event.input.value = str(self.comparison.settings.target)
            self.query_one(Summary).problem = ""

    @property
    def current_settings(self) -> Settings:
        """What makes the compressed picture, for a preset."""
        return self.comparison.settings

    async def use_settings(self, settings: Settings, preset: str) -> None:
        """Show what a preset makes of the picture."""
        await self.query_one(Pipeline).use(settings)
        self.query_one("#target", Input).value = str(settings.target)
        self._ask(settings)

    def _aim(self, target: Target) -> None:
        self._ask(replace(self.comparison.settings, target=target))

    @on(Pipeline.Changed)
    def _pipeline_changed(self, event: Pipeline.Changed) -> None:
        self._ask(replace(event.settings, target=self.comparison.settings.target))

    @on(Standings.LeftChosen)
    def _left_chosen(self, event: Standings.LeftChosen) -> None:
        self.left = event.left
        self.query_one(Standings).choose_left(event.left)
        self._show_pictures()

    @on(Canvas.Changed)
    def _view_changed(self) -> None:
        self._show_caption()

    def action_ratio(self, octaves: float) -> None:
        """Move the slider from anywhere."""
        self.query_one(RatioSlider).action_step(octaves)

    def action_target(self) -> None:
        """Type a target."""
        self.set_focus(self.query_one("#target", Input))  # at once, for what is typed next

    def action_menus(self) -> None:
        """Go to the components."""
        self.deck.open(PIPELINE)

    def action_tab(self, direction: int) -> None:
        """Open another tab."""
        self.deck.step(direction)

    def action_picture(self, action: str, *arguments: int) -> None:
        """Do what the picture can do, from anywhere."""
        getattr(self.canvas, f"action_{action}")(*arguments)

    def action_next_left(self) -> None:
        """Put the next format on the left."""
        names = [ORIGINAL, *self.query_one(Standings).peers]
        self._left_chosen(Standings.LeftChosen(names[(names.index(self.left) + 1) % len(names)]))

    def action_leave(self) -> None:
        """Leave a field, or else the view; ask first where a file waits to be saved."""
        if isinstance(self.focused, Input):
            self.canvas.focus()
            return
        if self.work_in_progress is None:
            self.dismiss()
            return
        dialog = ConfirmDialog("Leave without the file?", f"{self.work_in_progress}\n\nLeave anyway?", "Leave", "Stay")
        self._leaving = dialog
        self.app.push_screen(dialog, self._leave_if)

    def _leave_if(self, answer: bool | None) -> None:
        self._leaving = None
        if answer:
            self.dismiss()

    # Saving.

    def action_save(self) -> None:
        """Ask where the file goes."""
        from aictui.tui.screens.save_dialog import SaveDialog

        if self.comparison.source is None:
            self.app.bell()
            return
        if self.comparison.figures.failed:
            self.notify("There is no file to save; ask for another target.", severity="warning")
            return
        note = f"{self.comparison.settings.model} · {self.comparison.figures.size_line}"
        size = self.comparison.figures.bytes
        with suppress(OSError):  # the image may be gone since it was read
            if size is not None and size > self.path.stat().st_size:
                note += f"\nlarger than {printable(self.path.name)}"
        overwrite = self.app.overwrite  # type: ignore[attr-defined]
        dialog = SaveDialog(self.path.with_suffix(".aic"), overwrite, note, self.path)
        self.app.push_screen(dialog, self._save)

    def _save(self, destination: "Destination | None") -> None:
        if destination is None:
            return
        name = printable(destination.path.name)
        if not self._saves.add(destination):
            self.notify(f"{name} is to be saved already.", severity="warning", markup=False)
        elif self.comparison.result is not None:
            self._write_all(self.comparison.result.data)
        else:
            self._state(f"saves {self._saves.names} when it is made …")

    def _drop_saves(self, reason: str) -> None:
        if names := self._saves.drop():
            self.notify(f"{names}: {reason}.", title="Not saved", severity="warning", markup=False)

    def _write_all(self, data: bytes) -> None:
        for destination in self._saves.begin():
            self._write(destination, data)

    @work(thread=True, exit_on_error=False, group="save")
    def _write(self, destination: "Destination", data: bytes) -> None:
        try:
            path = self.workshop.write(destination.path, data, destination.overwrite, self.path)
            self.post_message(Saved(destination, path))
        except Exception as error:
            self.post_message(Saved(destination, None, error))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self._saves.end(event.destination)
        if self._leaving is not None and self.work_in_progress is None:
            self._leaving.dismiss(event.error is None and event.path is not None)
        if event.error is not None:
            self._fail(event.error)
        elif event.path is not None:
            self._state(f"✓ saved {printable(event.path.name)}")
            lines = [place_text(event.path), *map(printable, self.comparison.notices)]
            if version_of(self.path) not in {None, self._version}:
                lines.append(f"{printable(self.path.name)} has changed meanwhile; this is what it was before.")
            title = f"Saved, {self.comparison.figures.size_line}"
            self.notify("\n".join(lines), title=title, severity="warning" if lines[1:] else "information", markup=False)
        else:
            self._state("not saved")
            there = f"{place_text(event.destination.path)} is there already and stays as it is."
            self.notify(there, title="Not saved", severity="warning", markup=False)

    # Showing.

    def _state(self, text: str, *, failed: bool = False) -> None:
        summary = self.query_one(Summary)
        summary.state = text
        summary.set_class(failed, "-failed")

    def _fail(self, error: Exception) -> None:
        title, cause = told(error)
        logger.warning("%s: %s", title, cause, exc_info=None if isinstance(error, AictuiError) else error)
        self._state(f"✗ {title}", failed=True)
        self.notify(cause, title=title, severity="error", timeout=10, markup=False)
        self._show_caption()

    def _show_figures(self) -> None:
        comparison = self.comparison
        figures = comparison.figures
        self.query_one(Summary).figures = figures
        self.deck.show_figures(comparison)
        target = comparison.settings.target
        ratio = target.value if target.kind == "ratio" else figures.ratio
        if ratio is not None:
            self.query_one(RatioSlider).ratio = ratio

    def _show_pictures(self) -> None:
        comparison = self.comparison
        if comparison.original is None:
            return
        peer = comparison.peers.get(self.left)
        left = comparison.original if peer is None else peer.pixels
        right = comparison.original if comparison.picture is None else comparison.picture
        assert comparison.source is not None
        self.canvas.show_pair(left, right, comparison.source.alpha)
        self._show_caption()

    def _show_caption(self) -> None:
        caption, canvas, comparison = self.query_one(Caption), self.canvas, self.comparison
        failed = self.query_one(Summary).has_class("-failed")
        left = left_title(comparison, self.left, self.query_one(Standings).peers)
        right = right_title(comparison, failed=failed)
        caption.left, caption.right = (right, left) if canvas.swapped else (left, right)
        caption.divider = canvas.divider
        heat = f"difference · dark: equal · bright: {HEAT_RANGE} grey levels or more"
        caption.whole = heat if canvas.view == "heat" else ""
        scale = None if canvas.viewport is None else canvas.viewport.scale
        briefly = self.app.size.width < _COMFORTABLE
        self.query_one(TopBar).figures = image_facts(comparison, scale, briefly=briefly)
