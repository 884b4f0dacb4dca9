import pytest
from textual.widgets import Tab

from aictui.tui.widgets.canvas import Canvas
from aictui.tui.widgets.deck import Deck
from tests.tui.fakes import comparing, make_photo


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
