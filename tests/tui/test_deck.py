import asyncio
import threading

import pytest
from textual.widgets import Static, Tab, Tabs

from aictui.codec import peers
from aictui.metrics import PSNR
from aictui.metrics.base import Metric
from aictui.panels import Panel
from aictui.tui.widgets.canvas import Canvas
from aictui.tui.widgets.deck import Deck
from aictui.tui.widgets.figures_view import FiguresView
from aictui.tui.widgets.standings import Standings
from tests.tui.fakes import FakeWorkshop, comparing, make_photo


@pytest.fixture
def photo(tmp_path, monkeypatch):
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    return make_photo(tmp_path / "harbour.png")


@pytest.mark.parametrize("size", [(120, 40), (200, 60)], ids=str)
async def test_another_tab_leaves_the_focus_on_a_picture_that_stays_in_sight(photo, size):
    async with comparing(photo, size) as view:
        await view.exact()
        await view.press("right_square_bracket")
        await view.pilot.pause()
        assert view.screen.focused is view.screen.canvas
        await view.pilot.click(view.screen.query_one("#tab-panel-code", Tab))
        await view.pilot.pause()
        assert view.screen.query_one("#panel-code").display
        assert view.screen.focused is view.screen.canvas
        await view.press("d")
        assert view.screen.canvas.view == "heat"


async def test_the_focus_goes_on_from_a_tab_that_is_hidden(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("m", "left_square_bracket")  # from the pipeline around to the last panel
        await view.pilot.pause()
        assert view.screen.query_one("#panel-code") in view.screen.focused.ancestors
        await view.press("left_square_bracket", "left_square_bracket")
        await view.pilot.pause()
        assert view.screen.query_one("#curve").display
        assert isinstance(view.screen.focused, Canvas)


async def test_a_tab_in_place_of_the_picture_has_the_focus(photo):
    async with comparing(photo, (80, 24)) as view:
        await view.exact()
        await view.press("right_square_bracket")
        await view.pilot.pause()
        deck = view.screen.query_one(Deck)
        assert deck.query_one("#figures") in view.screen.focused.ancestors
        await view.press("right_square_bracket", "right_square_bracket")
        await view.pilot.pause()
        assert deck.query_one("#curve").display
        assert view.screen.focused is None
        await view.press(*["left_square_bracket"] * 3)
        await view.pilot.pause()
        assert view.screen.focused is view.screen.canvas


@pytest.mark.parametrize(("before", "after"), [((120, 40), (80, 24)), ((200, 60), (120, 40))], ids=str)
async def test_what_has_the_focus_stays_in_sight_where_the_window_shrinks(photo, before, after):
    async with comparing(photo, before) as view:
        await view.exact()
        if before == (200, 60):
            await view.press("right_square_bracket")  # another panel than the pipeline is the one behind a tab
        await view.press("m")
        await view.pilot.pause()
        focused = view.screen.focused
        assert view.screen.query_one("#pipeline") in focused.ancestors
        await view.pilot.resize_terminal(*after)
        await view.until(lambda: view.screen.query_one("#pipeline").region.width not in (0, 76))
        assert view.screen.focused is focused
        assert focused.region.area
        assert view.screen.query_one(Tabs).active == "tab-pipeline"


class Mean(Panel):
    id = "mean"
    title = "Mean"

    def render(self, result):
        return f"mean of {len(result.data)} bytes"


async def look_at_plugins(view):
    """Go to the plugins screen and back."""
    await view.press("f2")
    await view.until(lambda: view.pilot.app.screen is not view.screen)
    await view.press("escape")
    await view.until(lambda: view.pilot.app.screen is view.screen)


class Bracketed(Mean):
    id = "bracketed"
    title = "[bold]Off [/by"


class Untitled(Mean):
    id = "untitled"
    title = ""


async def test_a_panel_is_called_as_it_says_whatever_that_is(photo):
    async with comparing(photo, workshop=FakeWorkshop(panels=[Bracketed, Untitled])) as view:
        await view.until(lambda: titles(view)[-2:] == [Bracketed.title, Untitled.title])
        assert view.screen.query("#panel-bracketed")


def titles(view):
    return [str(tab.label) for tab in view.screen.query_one(Tabs).query(Tab)]


async def test_what_plugins_bring_and_take_away_while_a_picture_is_compared_comes_and_goes(photo):
    workshop = FakeWorkshop(known_peers=peers.available()[:2])
    async with comparing(photo, workshop=workshop) as view:
        await view.until(lambda: len(view.screen.comparison.peer_metrics.get("webp", {})) == 2)
        before, generation = titles(view), view.screen.comparison.generation
        await view.press("p", "right_square_bracket")
        workshop.panels = [Mean]
        workshop.metrics = (PSNR, Metric("new", "New", lambda reference, test: 0.1234))
        await look_at_plugins(view)
        await view.until(lambda: titles(view) == [*before, "Mean"])
        assert (view.screen.left, view.screen.comparison.generation) == ("jpeg", generation)
        assert view.screen.query_one("#curve").display
        await view.until(lambda: "New 0.1234" in " ".join(view.text(FiguresView).split()))
        assert "MS-SSIM" not in view.text(FiguresView) + view.text(Standings)
        await view.press("left_square_bracket", "left_square_bracket")
        await view.until(lambda: "mean of" in str(view.screen.query_one("#panel-mean Static", Static).render()))
        workshop.panels, workshop.known_peers = [], workshop.known_peers[1:]
        await look_at_plugins(view)
        await view.until(lambda: titles(view) == before)
        assert not view.screen.query("#panel-mean")
        assert view.screen.query_one("#panel-code").display
        assert (view.screen.left, list(view.screen.query_one(Standings).peers)) == ("original", ["webp"])


class LateWorkshop(FakeWorkshop):
    """Finds many panels, once it may."""

    def __init__(self):
        super().__init__(panels=[type(f"Mean{number}", (Mean,), {"id": f"mean{number}"}) for number in range(20)])
        self.gate = threading.Event()

    def surroundings(self, like=None):
        self.gate.wait(10)
        return super().surroundings(like)


async def first_panel(view, workshop):
    """Lets the panels come, until one is there."""
    workshop.gate.set()
    while not view.screen.query("#panel-mean0"):
        await asyncio.sleep(0)


async def test_a_view_that_is_left_while_its_panels_come_takes_in_no_more_of_them(photo):
    workshop = LateWorkshop()
    async with comparing(photo, workshop=workshop) as view:
        await first_panel(view, workshop)
        view.screen.dismiss()
        await view.until(lambda: not view.screen.is_running)
        assert not view.screen.query("#panel-mean19")
        assert view.pilot.app.screen.AREA == "browser"


async def test_where_every_pane_is_open_there_is_no_tab_to_turn_to(photo):
    workshop = LateWorkshop()
    async with comparing(photo, size=(200, 60), workshop=workshop) as view:
        await view.press("[", "]")
        workshop.gate.set()
        await view.until(lambda: view.screen.query("#panel-mean19"))


async def test_the_application_can_be_left_while_panels_come(photo):
    workshop = LateWorkshop()
    async with comparing(photo, workshop=workshop) as view:
        await first_panel(view, workshop)
        view.pilot.app.exit()
    assert view.pilot.app.return_code == 0
