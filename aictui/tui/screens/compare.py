"""An image beside its compressed self, with a slider for the ratio."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from aictui.codec.settings import Settings
from aictui.errors import AictuiError
from aictui.printable import printable
from aictui.tui.compare_keys import COMPARE_KEYS
from aictui.tui.compare_work import CompareWork
from aictui.tui.comparison import Comparison
from aictui.tui.live import Completed, Encoding, Failed, Opening, Previewed, Sampled
from aictui.tui.measuring import Matched, Measured, Unmatched
from aictui.tui.reports import Opened, Renewed, Reported, Saved, SurroundingsFound, Unreadable, told
from aictui.tui.saves import Saves
from aictui.tui.screens.dialogs import ConfirmDialog
from aictui.tui.screens.page import Page
from aictui.tui.sides import image_facts, save_note, saved_lines
from aictui.tui.surroundings import Surroundings, Workshop
from aictui.tui.text import place_text
from aictui.tui.widgets.canvas import Canvas
from aictui.tui.widgets.controls import Controls
from aictui.tui.widgets.deck import PICTURE, PIPELINE, Deck
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.pipeline import Pipeline
from aictui.tui.widgets.ratio_slider import RatioSlider
from aictui.tui.widgets.standings import ORIGINAL, Standings
from aictui.tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from aictui.tui.screens.save_dialog import Destination

logger = logging.getLogger(__name__)

_NEED_AN_IMAGE = {"picture", "save", "ratio", "target", "next_left", "menus"}
_COMFORTABLE = 110
"""Cells of the terminal below which the top bar has no room for what reading has changed of the image."""


class CompareScreen(Page):
    """Original and compressed picture, live figures, peers, components, curve, panels, save.

    It begins with the settings that the `.aic` file ``like`` was made with, or else with the user's defaults.
    `CompareWork` works for it in threads, which only post messages; what they post is shown only while it is not stale.
    """

    AREA = "compare"
    AUTO_FOCUS = "Canvas"
    HELP = Canvas.HELP
    BINDINGS: ClassVar[list[BindingType]] = COMPARE_KEYS

    def __init__(self, path: Path, workshop: Workshop | None = None, like: Path | None = None) -> None:
        super().__init__()
        self.path = path
        self.workshop = workshop or Workshop()
        self._work = CompareWork(path, like, self.workshop, self.post_message)
        self._saves = Saves()
        self._leaving: ConfirmDialog | None = None
        self._hopeless = False

    @property
    def comparison(self) -> Comparison:
        """What is known of the two pictures."""
        return self._work.comparison

    def compose(self) -> ComposeResult:
        """Picture and panes above the controls."""
        yield TopBar(place_text(self.path))
        yield Deck(self.comparison)
        yield Controls(self.comparison.settings.target)
        yield KeyBar()

    def on_mount(self) -> None:
        """Start to read, and show what is there already."""
        self.canvas.clear(f"Reading {printable(self.path.name)} …")
        self.controls.say("reading the image …")
        for step in (self._work.read, self._work.look_around, self._work.serve, self._work.measure_all):
            self._run_in_thread(step)

    def _run_in_thread(self, step: Callable[[], None]) -> None:
        self.run_worker(step, thread=True, exit_on_error=False)

    @on(events.ScreenResume)
    def _look_again(self) -> None:
        """Take in what the plugins screen changed."""
        if self._work.surroundings is not None:
            self._look_for_changes(self._work.surroundings)

    @work(thread=True, exit_on_error=False, group="look")
    def _look_for_changes(self, known: Surroundings) -> None:
        try:
            if not self.workshop.is_current(known):
                self.post_message(Renewed(self.workshop.surroundings()))
        except Exception as error:
            self.call_later(self.app.show_error, error)

    def on_unmount(self) -> None:
        """End the threads."""
        self._work.stop()

    @property
    def canvas(self) -> Canvas:
        """The picture."""
        return self.query_one(Canvas)

    @property
    def deck(self) -> Deck:
        """The panes."""
        return self.query_one(Deck)

    @property
    def controls(self) -> Controls:
        """The slider, the field and the figures."""
        return self.query_one(Controls)

    @property
    def left(self) -> str:
        """What is on the left: ``original`` or the id of a peer."""
        return self.query_one(Standings).left

    @property
    def work_in_progress(self) -> str | None:
        """Which files wait to be saved."""
        return self._saves.problem

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing can be asked of an image that cannot be read, and in a field a ``t`` is a letter."""
        types = action == "target" and (isinstance(self.focused, Input) or not self.is_mounted)
        return not types and not (self._hopeless and action in _NEED_AN_IMAGE)

    # What the threads post.

    @on(Opened)
    def _opened(self, event: Opened) -> None:
        self.comparison.open(event.source)
        for notice in event.source.notices:
            self.notify(notice, title=printable(self.path.name), timeout=10, markup=False)
        self._show_pictures()
        self._begin()

    @on(SurroundingsFound)
    async def _found(self, event: SurroundingsFound) -> None:
        self._work.surroundings = found = event.surroundings
        self.controls.show_metrics(found.metrics)
        await self.deck.offer(found)
        if found.notice:
            self.notify(printable(found.notice), severity="warning", timeout=10, markup=False)
        target = self.controls.target
        if target == Settings().target:  # no other was asked for meanwhile
            target = found.settings.target
        self.comparison.settings = replace(found.settings, target=target)
        self.controls.show_target(target)
        self._begin()

    @on(Renewed)
    async def _renewed(self, event: Renewed) -> None:
        self._work.surroundings = found = event.surroundings
        self.controls.show_metrics(found.metrics)
        await self.deck.renew(found)
        if self.left not in {ORIGINAL, *self.query_one(Standings).peers}:
            self._choose_left(ORIGINAL)
        self._work.measure(self.left)

    def _begin(self) -> None:
        """Ask for the first picture once image and components are known."""
        if self._work.is_ready:
            self._ask(self.comparison.settings)

    @on(Unreadable)
    def _unreadable(self, event: Unreadable) -> None:
        self._hopeless = True
        self.refresh_bindings()
        self.controls.shut()
        self.comparison.fail()
        self._show_figures()
        self._fail(event.error)
        title, cause = told(event.error)
        self.deck.pictures.clear(f"✗ {title}\n\n{cause}\n\nesc goes back")

    @on(Reported)
    def _reported(self, event: Reported) -> None:
        """Show the news, unless it is stale."""
        news = event.news
        if not self._work.accept(news):
            return
        if isinstance(news, Opening):
            self.controls.say(f"loading model {news.model} …")
        elif isinstance(news, Encoding):
            self.controls.say(f"{printable(news.phase) or 'making the file'} {news.fraction:.0%}")
        elif isinstance(news, Failed):
            self._fail(news.error)
            self._drop_saves("there is no such file")
            self._show_figures()
        elif isinstance(news, Sampled):
            self.deck.show_curve()
        elif isinstance(news, Previewed | Completed):
            self._show_pictures()  # first, because it is drawn in a thread while the rest is shown
            self._show_figures()
            self.controls.say("preview in one piece …" if self.comparison.settings.planes else "preview …")
            if isinstance(news, Completed):
                self._completed()
        elif isinstance(news, Matched | Unmatched | Measured) and news.peer:
            self.deck.show_peer(news)
            if news.peer == self.left and not isinstance(news, Measured):
                self._show_pictures()
        else:
            self._show_figures()

    def _completed(self) -> None:
        """The file is there: measure it, hand it to the panels, save it if that is wanted."""
        result = self.comparison.result
        assert result is not None
        self.controls.say(", ".join(filter(None, ["✓ exact", self.comparison.shortcoming])))
        self._work.measure(self.left)
        self.deck.show_result()
        self._write_all(result.data)

    # What the user wants.

    def _ask(self, settings: Settings) -> None:
        """Start a generation: figures at once, everything else as it comes."""
        if not self._work.is_ready:
            self.comparison.settings = settings  # asked for when image and components are known
            return
        self._work.ask(settings)
        self._drop_saves("something else was asked for before the file was made")
        self.controls.say("…")
        self._show_figures()
        self.deck.pictures.show_caption()

    @on(Controls.Aimed)
    def _aim(self, event: Controls.Aimed) -> None:
        self._ask(replace(self.comparison.settings, target=event.target))

    @on(Controls.Left)
    def _go_back_to_the_picture(self) -> None:
        self.canvas.focus()

    @property
    def current_settings(self) -> Settings:
        """What makes the compressed picture, for a preset."""
        return self.comparison.settings

    async def use_settings(self, settings: Settings, preset: str) -> None:
        """Show what a preset makes of the picture."""
        await self.query_one(Pipeline).use(settings)
        self.controls.show_target(settings.target)
        self._ask(settings)

    @on(Pipeline.Changed)
    def _pipeline_changed(self, event: Pipeline.Changed) -> None:
        self._ask(replace(event.settings, target=self.comparison.settings.target))

    @on(Standings.LeftChosen)
    def _left_chosen(self, event: Standings.LeftChosen) -> None:
        self._choose_left(event.left)

    def _choose_left(self, left: str) -> None:
        self.query_one(Standings).choose_left(left)
        self._show_pictures()

    @on(Canvas.Changed)
    def _show_facts(self) -> None:
        viewport = self.canvas.viewport
        scale = None if viewport is None else viewport.scale
        briefly = self.app.size.width < _COMFORTABLE
        self.query_one(TopBar).figures = image_facts(self.comparison, scale, briefly=briefly)

    def action_ratio(self, octaves: float) -> None:
        """Move the slider from anywhere."""
        self.query_one(RatioSlider).action_step(octaves)

    def action_target(self) -> None:
        """Type a target."""
        self.set_focus(self.controls.field)  # at once, for what is typed next

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
        self._choose_left(self.query_one(Standings).next_left)

    def action_leave(self) -> None:
        """Go back from a field or the components to the picture, or else leave; ask where a file waits to be saved."""
        focused = self.focused
        if isinstance(focused, Input) or (focused is not None and self.query_one(Pipeline) in focused.ancestors):
            self.deck.open(PICTURE)
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
        overwrite = self.app.overwrite
        dialog = SaveDialog(self.path.with_suffix(".aic"), overwrite, save_note(self.comparison), self.path)
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
            self.controls.say(f"saves {self._saves.names} when it is made …")

    def _drop_saves(self, reason: str) -> None:
        if names := self._saves.drop():
            self.notify(f"{names}: {reason}.", title="Not saved", severity="warning", markup=False)

    def _write_all(self, data: bytes) -> None:
        for destination in self._saves.begin():
            self._run_in_thread(partial(self._work.write, destination, data))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self._saves.end(event.destination)
        if self._leaving is not None and self.work_in_progress is None:
            self._leaving.dismiss(event.error is None and event.path is not None)
        if event.error is not None:
            self._fail(event.error)
        elif event.path is not None:
            self.controls.say(f"✓ saved {printable(event.path.name)}")
            lines = saved_lines(self.comparison, event.path, outdated=self._work.is_outdated)
            title = f"Saved, {self.comparison.figures.size_line}"
            self.notify("\n".join(lines), title=title, severity="warning" if lines[1:] else "information", markup=False)
        else:
            self.controls.say("not saved")
            there = f"{place_text(event.destination.path)} is there already and stays as it is."
            self.notify(there, title="Not saved", severity="warning", markup=False)

    # Showing.

    def _fail(self, error: Exception) -> None:
        title, cause = told(error)
        logger.warning("%s: %s", title, cause, exc_info=None if isinstance(error, AictuiError) else error)
        self.controls.say(f"✗ {title}", failed=True)
        self.notify(cause, title=title, severity="error", timeout=10, markup=False)
        self.deck.pictures.show_caption()

    def _show_figures(self) -> None:
        self.controls.show_figures(self.comparison.figures)
        self.deck.show_figures()

    def _show_pictures(self) -> None:
        standings = self.query_one(Standings)
        self.deck.pictures.show(standings.left, standings.peers)
