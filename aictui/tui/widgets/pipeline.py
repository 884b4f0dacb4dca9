"""The menus of the components and the fields of their options."""

from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Rule, Static

from aictui.codec.settings import Settings
from aictui.options import OptionValue
from aictui.tui.catalog import KINDS, OPTIONAL, TITLES, Catalog, Choice, Kind
from aictui.tui.widgets.menu import Menu
from aictui.tui.widgets.option_field import OptionField

_WITH_OPTIONS: tuple[Kind, ...] = ("model", "chunker", "quantizer", "coder")


class Pipeline(VerticalScroll, can_focus=False):
    """Chooses model, chunker, quantizer, entropy coder, tune, planes and effort, and sets options."""

    HELP = """
# How the image is compressed

**image → chunks → latents → symbols → bytes**

- The *chunker* cuts the image into vectors, the *model* turns each into latents, the *quantizer* rounds them to
  whole numbers, the *entropy coder* writes these in as few bytes as it can.
- **enter** opens a menu, **← →** takes the next choice that fits. What cannot be combined is marked ✗ with the reason.
- *Planes* of precision make a file that can be cut well later; the preview is in one piece until the file is made.
- Options belong to the chosen component; a value out of range is marked and not taken.
"""
    AREA = "pipeline"
    DEFAULT_CSS = """
    Pipeline {
        #menus, #options { height: auto; }
        .component { padding: 0 1; color: $primary; text-style: bold; }
        Rule.-horizontal { margin: 0 1; color: $foreground 20%; }
        .none { padding: 0 1; color: $text-muted; }
    }
    """

    class Changed(Message):
        """The user wants another pipeline."""

        def __init__(self, settings: Settings) -> None:
            super().__init__()
            self.settings = settings

    def __init__(self, settings: Settings, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.settings = settings
        self.catalog: Catalog | None = None

    def compose(self) -> ComposeResult:
        """A menu a kind, then the options."""
        with Vertical(id="menus"):
            for kind in KINDS:
                yield Menu(TITLES[kind], lambda kind=kind: self._choices(kind), id=f"menu-{kind}")  # type: ignore[misc]
        yield Rule()
        with Vertical(id="options"):
            yield Static("Looking for components …", classes="none")

    async def offer(self, catalog: Catalog) -> None:
        """Fill the menus."""
        self.catalog = catalog
        await self.show_settings(self.settings)

    async def restock(self, catalog: Catalog) -> None:
        """Offer what is installed now; the usual takes the place of what is chosen and has gone."""
        settings = catalog.present(self.settings)
        await self.offer(catalog)
        if settings != self.settings:
            gone = [TITLES[kind] for kind in _WITH_OPTIONS if getattr(settings, kind) != getattr(self.settings, kind)]
            await self._change(settings)
            self.app.notify(f"{', '.join(gone)} of before: not installed any more", severity="warning", markup=False)

    async def use(self, settings: Settings) -> None:
        """Show other settings, with fields for other values."""
        await self.show_settings(settings)
        if self.catalog is not None:
            await self._build_options()

    async def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        before, self.settings = self.settings, settings
        if self.catalog is None:
            return
        chosen = {kind: self.catalog.chosen(kind, settings) for kind in KINDS}
        for kind in KINDS:
            menu = self.query_one(f"#menu-{kind}", Menu)
            menu.set_reactive(Menu.chosen, chosen[kind])
            menu.refresh()
            menu.display = kind not in OPTIONAL or len(self._choices(kind)) > 1
        same = all(self.catalog.chosen(kind, before) == chosen[kind] for kind in _WITH_OPTIONS)
        if not same or not self.query(OptionField):
            await self._build_options()

    def _choices(self, kind: Kind) -> Sequence[Choice]:
        return self.catalog.choices(kind, self.settings) if self.catalog else []

    async def _build_options(self) -> None:
        assert self.catalog is not None
        holder = self.query_one("#options", Vertical)
        fields: list[Static | OptionField] = []
        if latents := self.catalog.latents_option(self.settings):
            fields.append(Static(f"{TITLES['model']} {self.settings.model}", classes="component", markup=False))
            fields.append(OptionField("model", latents, self.settings.latents or latents.default))
        for kind in _WITH_OPTIONS:
            component = self.catalog.component(kind, self.settings)
            if component is None or not component.options:
                continue
            given = self.settings.options.get(kind, {})
            fields.append(Static(f"{TITLES[kind]} {component.id}", classes="component", markup=False))
            fields += [
                OptionField(kind, option, given.get(option.name, option.default)) for option in component.options
            ]
        async with self.batch():
            await holder.remove_children()
            await holder.mount_all(fields or [Static("These components have no options.", classes="none")])

    @on(Menu.Chosen)
    async def choose(self, event: Menu.Chosen) -> None:
        """Take another component."""
        event.stop()
        kind = (event.menu.id or "").removeprefix("menu-")
        if self.catalog is not None and kind in KINDS:
            await self._change(self.catalog.choose(kind, event.chosen, self.settings))

    @on(OptionField.Changed)
    async def set_option(self, event: OptionField.Changed) -> None:
        """Take an option's value."""
        event.stop()
        if event.kind == "model":
            await self._change(replace(self.settings, latents=None if event.is_default else int(event.value)))
            return
        values: dict[str, OptionValue] = {**self.settings.options.get(event.kind, {}), event.name: event.value}
        await self._change(replace(self.settings, options={**self.settings.options, event.kind: values}))

    async def _change(self, settings: Settings) -> None:
        await self.show_settings(settings)
        self.post_message(self.Changed(settings))
