"""The panes of the compare view: beside each other where there is room, as tabs where there is not."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Tab, Tabs

from aictui.panels import Panel
from aictui.printable import printable
from aictui.tui.comparison import Comparison
from aictui.tui.figures import Point
from aictui.tui.measuring import Matched, Measured, Unmatched
from aictui.tui.surroundings import Surroundings
from aictui.tui.widgets.curve import Curve
from aictui.tui.widgets.figures_view import FiguresView
from aictui.tui.widgets.panel_view import PanelView
from aictui.tui.widgets.picture_pane import PicturePane
from aictui.tui.widgets.pipeline import Pipeline
from aictui.tui.widgets.standings import Standings

PICTURE, FIGURES, PIPELINE, CURVE = "picture", "figures", "pipeline", "curve"
_TITLES = {PICTURE: "Picture", FIGURES: "Figures", PIPELINE: "Pipeline", CURVE: "Curve"}


class Arrangement(NamedTuple):
    """``open`` panes are always seen; of the others one, chosen by its tab."""

    name: Literal["tabbed", "beside", "open"]
    open: tuple[str, ...]


TABBED = Arrangement("tabbed", ())
BESIDE = Arrangement("beside", (PICTURE, FIGURES))
OPEN = Arrangement("open", (PICTURE, FIGURES, PIPELINE, CURVE))
_TABS_AFTER = {BESIDE: FIGURES, OPEN: CURVE}


def arrangement_for(width: int, height: int) -> Arrangement:
    """The arrangement for a terminal of this many cells."""
    if width < 110 or height < 30:
        return TABBED
    return OPEN if width >= 160 and height >= 50 else BESIDE


class Deck(Container):
    """The picture, and beside it or behind tabs the figures, the pipeline, the curve and the panels."""

    DEFAULT_CSS = """
    Deck {
        height: 1fr;
        #stage { width: 1fr; height: 1fr; }
        #side { dock: right; width: 50; height: 100%; }
        #side > Tabs { height: 2; }
        #side > .pane { height: 1fr; }
        FiguresView { margin-bottom: 1; }
        &.-beside #figures, &.-open #figures { height: auto; }

        &.-tabbed {
            #side { dock: top; width: 100%; }
            &.-on-stage #side { height: 2; }
        }
        &.-open {
            #side { width: 76; }
            #pipeline { height: auto; }
            Pipeline { height: auto; max-height: 20; }
            #curve { height: 1fr; min-height: 12; }
            .panel { height: 1fr; min-height: 8; }
        }
    }
    """

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self._comparison = comparison
        self._arrangement = BESIDE
        self._panels: dict[str, type[Panel]] = {}
        self._active = PICTURE

    def compose(self) -> ComposeResult:
        """The side, with tabs among its panes, and the stage."""
        with Vertical(id="side"):
            with Vertical(id=FIGURES, classes="pane") as pane:
                pane.border_title = _TITLES[FIGURES]
                yield FiguresView()
                yield Standings()
            with Vertical(id=PIPELINE, classes="pane") as pane:
                pane.border_title = _TITLES[PIPELINE]
                yield Pipeline(self._comparison.settings)
            with Vertical(id=CURVE, classes="pane") as pane:
                pane.border_title = "Curve · PSNR by bits per pixel"
                yield Curve()
            yield Tabs(*(Tab(title, id=f"tab-{name}") for name, title in _TITLES.items()))
        pictures = PicturePane(self._comparison)
        pictures.border_title = _TITLES[PICTURE]
        yield pictures

    def on_mount(self) -> None:
        """The tabs are reached with [ and ]; the tabulator key leads through the panes."""
        self.query_one(Tabs).can_focus = False

    def on_resize(self, event: events.Resize) -> None:
        """Arrange anew; what has the focus stays in sight, or else the picture does."""
        wanted = arrangement_for(*self.app.size)
        if wanted is not self._arrangement or not self.has_class(f"-{wanted.name}"):
            self._arrangement = wanted
            focused = self.screen.focused
            within = focused.ancestors if focused is not None else []
            used = next((name for name in self._names if self._pane(name) in within), PICTURE)
            if used not in wanted.open:
                self._active = used
            self._arrange()
            # The line of tabs stands above what it chooses from.
            side, tabs = self.query_one("#side"), self.query_one(Tabs)
            if wanted is TABBED:
                side.move_child(tabs, before=0)
            else:
                side.move_child(tabs, after=self._pane(_TABS_AFTER[wanted]))

    @property
    def pictures(self) -> PicturePane:
        """The pane with the pictures."""
        return self.query_one(PicturePane)

    async def offer(self, found: Surroundings) -> None:
        """Offer what is installed, and give every panel a tab."""
        self.query_one(FiguresView).metrics = {metric.id: metric for metric in found.metrics}
        self.query_one(Standings).offer(found.peers, found.metrics)
        pipeline = self.query_one(Pipeline)
        pipeline.settings = found.settings
        await pipeline.offer(found.catalog)
        await self._offer_panels(found.panels)

    async def renew(self, found: Surroundings) -> None:
        """Offer what is installed now, and go on to show what is known."""
        self.query_one(FiguresView).metrics = {metric.id: metric for metric in found.metrics}
        standings = self.query_one(Standings)
        standings.offer(found.peers, found.metrics)
        for name in self._comparison.unmatched & standings.peers.keys():
            standings.show_absent(name)
        for name in self._comparison.peers.keys() & standings.peers.keys():
            standings.show_peer(self._comparison.peers[name])
            for metric, value in self._comparison.peer_metrics.get(name, {}).items():
                standings.show_metric(name, metric, value)
        await self._offer_panels(found.panels)
        self.show_result()
        await self.query_one(Pipeline).restock(found.catalog)

    def show_figures(self) -> None:
        """Show what is known of the compressed picture."""
        self.query_one(FiguresView).figures = self._comparison.figures
        self.query_one(Standings).show_ours(self._comparison.settings.model, self._comparison.figures)
        self.show_curve()

    def show_result(self) -> None:
        """Hand the finished file to the panels, where there is one."""
        if self._comparison.result is not None:
            for view in self.query(PanelView):
                view.show(self._comparison.result)

    def show_peer(self, news: Matched | Unmatched | Measured) -> None:
        """Show news of a peer."""
        standings = self.query_one(Standings)
        if news.peer not in standings.peers:  # any more
            return
        if isinstance(news, Matched):
            standings.show_peer(news.result)
        elif isinstance(news, Unmatched):
            standings.show_absent(news.peer)
        else:
            standings.show_metric(news.peer, news.metric, news.value)
        self.show_curve()

    def show_curve(self) -> None:
        """Show the curve of the image, and where its picture and its peers are."""
        peers = {
            result.peer.title: Point(8 * result.size / (result.pixels.shape[0] * result.pixels.shape[1]), psnr)
            for name, result in self._comparison.peers.items()
            if (psnr := self._comparison.peer_metrics.get(name, {}).get("psnr")) is not None
        }
        self.query_one(Curve).show(self._comparison.samples, self._comparison.now, peers)

    async def _offer_panels(self, kinds: Sequence[type[Panel]]) -> None:
        """Give every panel a tab, and leave alone those that are there."""
        wanted: dict[str, type[Panel]] = {}
        for kind in kinds:
            name = f"panel-{kind.id}".replace(".", "-")
            while name in wanted:
                name += "-"
            wanted[name] = kind
        active = self._active
        for name in [name for name, kind in self._panels.items() if wanted.get(name) is not kind]:
            await self._remove_panel(name)
        for name, kind in wanted.items():
            if name not in self._panels:
                await self._add_panel(name, kind)
        if active in wanted:
            self._active = active
        self._arrange()

    async def _add_panel(self, name: str, kind: type[Panel]) -> None:
        pane = Vertical(PanelView(kind), id=name, classes="pane panel")
        title = printable(str(kind.title))
        pane.border_title = Content(title)
        pane.display = False
        await self.query_one("#side").mount(pane)
        tab = Tab(Content(title), id=f"tab-{name}")
        await self.query_one(Tabs).add_tab(tab)
        if tab.is_attached:  # a view that is being left takes in nothing more
            self._panels[name] = kind

    async def _remove_panel(self, name: str) -> None:
        pane = self._pane(name)
        if self._active == name:
            self.step(-1)
        del self._panels[name]
        with self.prevent(Tabs.TabActivated):
            await self.query_one(Tabs).remove_tab(f"tab-{name}")
        await pane.remove()

    def open(self, name: str) -> None:
        """Bring a pane to the front and give it the focus."""
        self._bring_to_front(name)
        self.call_after_refresh(self._focus, name)

    def step(self, direction: int) -> None:
        """Bring the next or the previous tab to the front, where any pane has one."""
        names = self._tabbed
        if not names:
            return
        at = names.index(self._active) if self._active in names else -direction
        self._turn_to(names[(at + direction) % len(names)])

    def _turn_to(self, name: str) -> None:
        """Bring a pane to the front; the focus stays where it is as long as it is seen, on the picture above all."""
        focused = self.app.focused
        hidden = self._pane(self._active) if self._active else None
        self._bring_to_front(name)
        if focused is None or hidden in focused.ancestors:
            self.call_after_refresh(self._focus, name)

    def _bring_to_front(self, name: str) -> None:
        if name not in self._arrangement.open:
            self._active = name
            self._arrange()
            # A widget is not told that it is shown where something scrolls at the same time, such as the tabs.
            self.call_after_refresh(self._catch_up, name)

    def _catch_up(self, name: str) -> None:
        for view in self._pane(name).query(PanelView):
            view.catch_up()

    @property
    def _names(self) -> list[str]:
        return [*_TITLES, *self._panels]

    @property
    def _tabbed(self) -> list[str]:
        return [name for name in self._names if name not in self._arrangement.open]

    def _arrange(self) -> None:
        """Show what is open and the active tab, hide the rest."""
        tabbed = self._tabbed
        if self._active not in tabbed:
            self._active = next(iter(tabbed), "")
        for arrangement in (TABBED, BESIDE, OPEN):
            self.set_class(arrangement is self._arrangement, f"-{arrangement.name}")
        for name in self._names:
            self._pane(name).display = name in self._arrangement.open or name == self._active
        self.set_class(self._active == PICTURE, "-on-stage")
        tabs = self.query_one(Tabs)
        for name in self._names:
            tab = tabs.query_one(f"#tab-{name}", Tab)
            tab.set_class(name not in tabbed, "-hidden")
        if self._active:
            with self.prevent(Tabs.TabActivated):
                tabs.active = f"tab-{self._active}"

    def _pane(self, name: str) -> Widget:
        return self.query_one("#stage" if name == PICTURE else f"#{name}")

    def _focus(self, name: str) -> None:
        if self.app.focused is not None and self._pane(name) in self.app.focused.ancestors:
            return
        panes = [name, PICTURE] if PICTURE in self._arrangement.open else [name]
        focusable = [widget for pane in panes for widget in self._pane(pane).query("*") if widget.focusable]
        self.screen.set_focus(focusable[0] if focusable else None)

    @on(Tabs.TabActivated)
    def _activated(self, event: Tabs.TabActivated) -> None:
        event.stop()
        name = (event.tab.id or "").removeprefix("tab-")
        if name != self._active and name in self._tabbed:
            self._turn_to(name)
