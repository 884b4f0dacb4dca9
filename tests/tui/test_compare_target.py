import threading

import pytest
from textual import events
from textual.widgets import Input
from textual.widgets._toast import Toast

from aictui.errors import TargetError
from aictui.progress import silent
from aictui.tui.app import AictuiApp
from aictui.tui.commands import available_commands
from aictui.tui.screens.compare import CompareScreen
from aictui.tui.widgets.controls import Controls
from aictui.tui.widgets.figures_view import FiguresView
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.standings import Standings
from aictui.tui.widgets.summary import Summary
from tests.tui.fakes import Coarse, FakeSession, FakeWorkshop, Stage, comparing, make_photo

SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.fixture
def photo(tmp_path, monkeypatch):
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    return make_photo(tmp_path / "harbour.png")


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("8kB", "✓ exact, the finest that photo can"),
        ("4kB", "✓ exact"),
        ("600x", "✓ exact, larger than asked for"),
        ("50dB", "✓ exact, coarser than asked for"),
        ("20dB", "✓ exact"),
    ],
)
@pytest.mark.parametrize("size", SIZES[:2], ids=str)
async def test_a_target_that_the_file_misses_is_told_in_full(photo, size, typed, state):
    async with comparing(photo, size, workshop=FakeWorkshop(Coarse)) as view:
        await view.exact()
        await view.press("t", *typed, "enter")
        await view.exact()
        await view.until(lambda: view.state == state)
        assert any(line.text.rstrip().endswith(state) for line in view.screen._compositor.render_strips())


@pytest.mark.parametrize(("typed", "ratio"), [("32x", 32), ("4kB", 41472 / 4000), ("35dB", 8), ("q80", 2.5)], ids=str)
async def test_a_target_can_be_typed_in_any_of_its_forms(photo, typed, ratio):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("t")
        view.screen.focused.value = typed
        await view.press("enter")
        await view.exact()
        assert view.figures.ratio == pytest.approx(ratio, rel=0.01)
        assert view.ratio == pytest.approx(ratio, rel=0.01)


async def test_a_target_that_is_none_is_explained_and_nothing_changes(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("t")
        view.screen.focused.value = "lots"
        await view.press("enter")
        assert view.state == "✗ This request does not work"
        assert view.screen.query_one("#target", Input).has_class("-wrong")
        assert view.figures.exact
        await view.press("escape")
        await view.until(lambda: view.state == "✓ exact")
        assert view.screen.query_one("#target", Input).value == "16x"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_is_wrong_with_a_target_covers_neither_field_nor_figures_and_goes_with_it(photo, size):
    app = AictuiApp(photo.parent)
    async with app.run_test(size=size, notifications=True) as pilot:
        view = Stage(pilot, CompareScreen(photo, FakeWorkshop()))
        await app.push_screen(view.screen)
        await view.exact()
        await view.press("t", "ctrl+u", *"lots", "enter")
        await view.until(lambda: [toast for toast in view.screen.query(Toast) if toast.region.area])
        assert view.screen.query_one(Toast).region.bottom <= view.screen.query_one(Controls).region.y
        await view.press("escape")
        await view.until(lambda: not view.screen.query(Toast))


async def test_a_target_that_is_half_typed_waits_while_help_is_read(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("t", "ctrl+u", "3")
        await view.press("f1")
        await view.until(lambda: view.pilot.app.screen is not view.screen)
        await view.press("escape")
        await view.until(lambda: view.pilot.app.screen is view.screen)
        await view.press("2", "x", "enter")
        await view.exact()
        assert view.figures.ratio == pytest.approx(32, rel=0.01)


async def test_a_target_out_of_reach_is_told_and_the_next_one_served(photo):
    class Limited(FakeSession):
        def estimate(self, target, progress=silent):
            if target.value > 100:
                raise TargetError("256x cannot be reached")
            return super().estimate(target, progress)

    async with comparing(photo, workshop=FakeWorkshop(Limited)) as view:
        await view.exact()
        view.screen.query_one("#slider").focus()
        await view.press("end")
        await view.until(lambda: view.state.startswith("✗"))
        assert view.figures.size_line == ""
        assert "≈" not in view.text(FiguresView) + view.text(Summary) + view.text(Standings)
        assert view.caption.endswith("photo · of before ▶")
        await view.press("pagedown", "pagedown")
        await view.exact()
        assert view.state == "✓ exact"


async def test_an_empty_target_is_the_one_that_was_there(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("t", "ctrl+u", "enter")
        assert view.screen.query_one("#target", Input).value == "16x"
        assert view.screen.focused is view.screen.canvas
        assert view.state == "✓ exact"


async def test_only_what_has_a_name_of_its_own_is_offered_while_a_target_is_typed(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("t", "d", "1")
        await view.pilot.pause()
        assert view.screen.focused.value == "d1"
        assert view.screen.canvas.view == "split"
        assert not [command for command in available_commands(view.screen) if "target: " in command.label]


async def test_the_keys_for_target_model_and_tabs_are_in_the_bar_of_a_small_terminal(photo):
    async with comparing(photo, (80, 24)) as view:
        await view.exact()
        labels = [key.label for key in view.screen.query_one(KeyBar).shown()]
        assert {"Target", "Model", "Next tab"} <= set(labels)


async def test_another_model_opens_another_session_and_keeps_the_target(photo):
    workshop = FakeWorkshop()
    async with comparing(photo, workshop=workshop) as view:
        await view.exact()
        await view.press("m", "right")
        await view.until(lambda: len(workshop.sessions) == 2)
        await view.exact()
        assert workshop.sessions[1].settings.model == "classic"
        assert view.screen.comparison.settings.target.value == 16
        assert view.caption.endswith("classic · 16.0x ▶")


async def test_a_target_that_is_typed_while_components_are_looked_for_is_kept(photo):
    gate = threading.Event()

    class Slow(FakeWorkshop):
        def surroundings(self, like=None):
            gate.wait(10)
            return super().surroundings(like)

    async with comparing(photo, workshop=Slow()) as view:
        await view.press("t", "3", "2")
        gate.set()
        await view.exact()
        assert view.screen.query_one("#target", Input).value == "32"
        await view.press("x", "enter")
        await view.exact()
        assert view.figures.ratio == pytest.approx(32, rel=0.01)


async def test_a_target_that_is_typed_in_one_go_goes_into_its_field(tmp_path):
    path = make_photo(tmp_path / "photo.png")
    app = AictuiApp(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(CompareScreen(path, FakeWorkshop()))
        for key in ("t", "6", "4", "x", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        view = Stage(pilot, app.screen)
        await view.exact()
        assert view.ratio == pytest.approx(64, rel=0.01)
        await view.press("t", "t")
        assert app.screen.query_one("#target", Input).value == "t"
