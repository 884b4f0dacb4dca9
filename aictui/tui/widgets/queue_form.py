"""What the queue is asked to do: one setting for all files, and what happens to results and originals."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Label, Static

from aictui import presets, settings_table
from aictui.batch.policy import Existing, OutputPolicy, Place
from aictui.codec.settings import METADATA, Settings, Target
from aictui.errors import UsageError
from aictui.tui.catalog import KINDS, OPTIONAL, TITLES, Catalog, Choice, Kind, load_catalog
from aictui.tui.queue_reports import Offered
from aictui.tui.queue_work import Selection
from aictui.tui.typed import absolute_typed_path
from aictui.tui.widgets.field import Field
from aictui.tui.widgets.menu import Menu

if TYPE_CHECKING:
    from aictui.tui.app import AictuiApp

NO_PRESET = "(none)"
"""What no preset can be called."""


class QueueForm(VerticalScroll, can_focus=False):
    """The fields; `settings`, `policy` and `selection` read them, and raise `UsageError` for what makes no sense."""

    if TYPE_CHECKING:
        app = getters.app(AictuiApp)

    AREA = "queue settings"
    HELP = """\
# Settings of the queue

They hold for every file that has no target of its own.

- *Preset*: settings that have a name. **P** saves the present ones under a name, and deletes.
- *Target*: a ratio `16x`, a size `100kB`, a PSNR `35dB` or a quality `q80`.
- *Results* go `beside` their originals, into a folder that repeats the tree of folders (`mirror`), or in the
  originals' place (`replace`): these go to the trash, once their results are safe.
- *If it exists*: a file of the result's name is left alone (`skip`) or replaced (`overwrite`).
- *Larger ones*: a result that is not smaller than its original is dropped unless you keep it; so is one that saves
  less than *Save at least*.
- *Only* and *except* take patterns such as `*.png *.tif` or `drafts/*`.
- *Pipeline*: what the files are made with; options of components come with a preset.

**enter** opens a menu, **← →** takes the next choice.
"""
    DEFAULT_CSS = """
    QueueForm {
        height: 1fr;
        .group { height: auto; }
        .group.-later { display: none; }
        .field { height: 1; padding: 0 1; }
        .field Label { width: 15; color: $text-muted; }
        .field Input { width: 1fr; }
        .heading { color: $primary; text-style: bold; padding: 0 1; margin-top: 1; }
        .heading.first { margin-top: 0; }
    }
    """

    class SelectionChanged(Message):
        """Other files may be meant now."""

    def __init__(self) -> None:
        super().__init__()
        self._base = self._defaults()
        self._preset = NO_PRESET, self._base
        self._told = Selection()
        self.catalog: Catalog | None = None

    def compose(self) -> ComposeResult:
        """The fields in groups."""
        with Vertical(classes="group"):
            yield Static("Compression", classes="heading first")
            yield Menu("Preset", self._presets, NO_PRESET, id="preset")
            yield from self._field("Target", "target", str(self._base.target), "such as 16x, 100kB, q80")
            yield from map(self._component, _USUAL)
            yield Menu("Metadata", lambda: _KEEPS, _keep_word(self._base.keep), id="keep")
        with Vertical(classes="group -later"):
            yield Static("Results", classes="heading")
            yield Menu("Results go", lambda: _PLACES, "beside", id="place")
            yield from self._field("Folder", "folder", "", "folder for the results")
            yield from self._field("Name suffix", "suffix", "", "such as -small")
            existing = "overwrite" if self.app.overwrite == "overwrite" else "skip"
            yield Menu("If it exists", lambda: _EXISTING, existing, id="existing")
            yield Menu("Larger ones", lambda: _LARGER, "drop", id="larger")
            yield from self._field("Save at least", "saving", "", "such as 5 %")
            yield Menu("Dates", lambda: _DATES, "keep", id="dates")
        with Vertical(classes="group -later"):
            yield Static("Files", classes="heading")
            yield from self._field("Only", "include", "", "such as *.jpg *.png")
            yield from self._field("Except", "exclude", "", "such as drafts/*")
            yield Menu("Subfolders", lambda: _YES_NO, "yes", id="recursive")
        with Vertical(classes="group -later"):
            yield Static("Pipeline", classes="heading")
            yield from map(self._component, (kind for kind in KINDS if kind not in _USUAL))

    def _component(self, kind: Kind) -> Menu:
        return Menu(TITLES[kind], lambda: self._choices(kind), id=kind)

    def _field(self, label: str, name: str, value: str, placeholder: str) -> ComposeResult:
        with Horizontal(classes="field", id=f"field-{name}"):
            yield Label(label)
            yield Field(value, placeholder=placeholder, id=name, compact=True, select_on_focus=True)

    def on_mount(self) -> None:
        """Look for models, and show what belongs together, a group at a time: all at once take long to paint."""
        self._show_dependent()
        self.call_after_refresh(self._show_next_group)
        self._load_catalog()

    def _show_next_group(self) -> None:
        if later := self.query(".group.-later"):
            later.first().remove_class("-later")
            self.call_after_refresh(self._show_next_group)

    def renew_preset(self) -> None:
        """Compare with what the preset says now, which may have been saved anew or deleted."""
        name, _ = self._preset
        if name in self.app.user_config.presets:
            with suppress(UsageError):
                self._preset = name, presets.named(name)
        self.show_preset()

    def _defaults(self) -> Settings:
        try:
            return presets.default_settings()
        except UsageError as error:
            self.app.notify(str(error), title="Defaults", severity="warning", markup=False)
            return Settings()

    @work(thread=True, group="catalog", exit_on_error=False)
    def _load_catalog(self) -> None:
        try:
            self.post_message(Offered(load_catalog()))
        except Exception as error:
            self.call_later(self.app.show_error, error)

    @on(Offered)
    def _take_catalog(self, message: Offered) -> None:
        message.stop()
        self.offer(message.catalog)

    def offer(self, catalog: Catalog) -> None:
        """Fill the menus of models and components."""
        self.catalog = catalog
        self._show_dependent()

    # What is chosen

    @property
    def settings(self) -> Settings:
        """The settings for files that have no target of their own."""
        word = self._chosen("keep")
        keep = {"all": METADATA, "none": frozenset[str]()}.get(word, frozenset(word.split("+")))
        text = self._typed("target")
        target = self._base.target if text == str(self._base.target) else Target.parse(text)
        return replace(self._base, target=target, keep=keep)

    @property
    def policy(self) -> OutputPolicy:
        """What happens to results and originals."""
        place = cast("Place", self._chosen("place"))
        folder = self._typed("folder")
        if place == "mirror" and not folder:
            raise UsageError("results are to go into a folder of their own, but none is named; type its path")
        return OutputPolicy(
            place=place,
            folder=absolute_typed_path(folder) if place == "mirror" else None,
            suffix=self._typed("suffix"),
            existing=cast("Existing", self._chosen("existing")),
            allow_larger=self._chosen("larger") == "keep",
            minimum_saving=_share(self._typed("saving")),
            keep_dates=self._chosen("dates") == "keep",
        )

    @property
    def selection(self) -> Selection:
        """Which files are taken."""
        words = {name: tuple(self._typed(name).replace(",", " ").split()) for name in ("include", "exclude")}
        return Selection(self._chosen("recursive") == "yes", words["include"], words["exclude"])

    def lock_selection(self, locked: bool) -> None:
        """Let nobody choose other files, or let them again: those in work stay in the list."""
        for name in ("include", "exclude", "recursive"):
            self.query_one(f"#{name}").disabled = locked

    def _chosen(self, name: str) -> str:
        return self.query_one(f"#{name}", Menu).chosen

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    # Changes

    @on(Menu.Chosen)
    def _take_choice(self, event: Menu.Chosen) -> None:
        event.stop()
        if event.menu.id == "preset":
            self._take_preset(event.chosen)
        elif event.menu.id == "recursive":
            self._take_selection()
        elif event.menu.id in KINDS and self.catalog is not None:
            self._base = self.catalog.choose(event.menu.id, event.chosen, self._base)
        self._show_dependent()

    @on(Input.Submitted, "#include, #exclude")
    @on(Input.Blurred, "#include, #exclude")
    def _take_selection(self) -> None:
        if self.selection != self._told:
            self._told = self.selection
            self.post_message(self.SelectionChanged())

    @on(Input.Submitted)
    def _go_on(self) -> None:
        self.app.action_focus_next()

    def _take_preset(self, name: str) -> None:
        try:
            self.use(presets.default_settings() if name == NO_PRESET else presets.named(name), name)
        except UsageError as error:
            self.app.notify(str(error), title="Preset", severity="warning", markup=False)

    def use(self, settings: Settings, preset: str) -> None:
        """Show the settings of a preset."""
        self._base = settings
        self._preset = preset, settings
        self.query_one("#target", Input).value = str(settings.target)
        self.query_one("#keep", Menu).chosen = _keep_word(settings.keep)
        self._show_dependent()

    @on(Input.Changed, "#target")
    def show_preset(self) -> None:
        """Say which preset this is, and whether it has been changed."""
        name, meant = self._preset
        try:
            word = name if self.settings == meant else f"{name}, changed"
        except UsageError:
            word = f"{name}, changed"
        there = name in self.app.user_config.presets
        self.query_one("#preset", Menu).chosen = word if there else NO_PRESET

    def _show_dependent(self) -> None:
        """Show the fields that mean something now, and what is meant where nothing is named."""
        self.show_preset()
        self.query_one("#field-folder").display = self._chosen("place") == "mirror"
        for kind in KINDS:
            menu = self.query_one(f"#{kind}", Menu)
            menu.display = kind not in OPTIONAL or len(self._choices(kind)) > 1
            named = {"model": self._base.model, "effort": str(self._base.effort)}.get(kind, "")
            menu.chosen = self.catalog.chosen(kind, self._base) if self.catalog else named

    def _presets(self) -> Sequence[Choice]:
        presets = self.app.user_config.presets
        return [
            Choice(NO_PRESET, "the defaults"),
            *(Choice(name, settings_table.summary(presets[name])) for name in presets),
        ]

    def _choices(self, kind: Kind) -> Sequence[Choice]:
        return self.catalog.choices(kind, self._base) if self.catalog else []


_USUAL: tuple[Kind, ...] = ("model", "tune", "effort")
"""What most people choose; the other kinds stand below."""
_KEEPS = [
    Choice("all", "EXIF, colour profile and XMP"),
    Choice("icc", "the colour profile alone"),
    Choice("exif+icc", "EXIF and colour profile"),
    Choice("none", "nothing, not even the colour profile"),
]
_PLACES = [
    Choice("beside", "next to their originals"),
    Choice("mirror", "into a folder that repeats the tree of folders"),
    Choice("replace", "in the place of their originals, which go to the trash"),
]
_EXISTING = [Choice("skip", "leave it and go on"), Choice("overwrite", "replace it")]
_LARGER = [
    Choice("drop", "drop results that are not smaller than their originals"),
    Choice("keep", "keep them all the same"),
]
_DATES = [Choice("keep", "results get the dates of their originals"), Choice("now", "results are dated when made")]
_YES_NO = [Choice("yes", "look into folders within folders"), Choice("no", "only what lies directly in a folder")]


def _keep_word(keep: frozenset[str]) -> str:
    word: Literal["all", "none"] = "all" if keep else "none"
    return word if keep in (METADATA, frozenset()) else "+".join(sorted(keep))


def _share(text: str) -> float:
    """The share that ``5 %``, ``5`` or nothing mean; raises `UsageError`."""
    try:
        percent = float(text.removesuffix("%") or 0)
    except ValueError:
        raise UsageError(f"{text!r} is not a saving; write a percentage, such as 5 %") from None
    if not 0 <= percent < 100:
        raise UsageError(f"a result cannot save {percent:g} %; write a percentage from 0 to below 100")
    return percent / 100
