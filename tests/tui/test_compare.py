import threading
from dataclasses import replace

import numpy as np
import pytest
from textual import events
from textual.widgets import Input, Static

from aictui.codec import peers
from aictui.codec.settings import Settings, Target
from aictui.errors import MissingComponentError
from aictui.metrics import PSNR
from aictui.metrics.base import Metric
from aictui.panels import Panel
from aictui.tui.commands import available_commands
from aictui.tui.screens.compare import CompareScreen
from aictui.tui.terminal import Terminal
from aictui.tui.widgets.canvas import Canvas
from aictui.tui.widgets.figures_view import FiguresView
from aictui.tui.widgets.menu import Menu
from aictui.tui.widgets.panel_view import PanelView
from aictui.tui.widgets.standings import Standings
from aictui.tui.widgets.summary import Summary
from tests.tui.fakes import Coarse, FakeWorkshop, Stubborn, comparing, make_photo, save_as

SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.fixture
def photo(tmp_path, monkeypatch):
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    return make_photo(tmp_path / "harbour.png")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_an_image_is_compressed_at_once_and_its_figures_become_exact(photo, size):
    async with comparing(photo, size) as view:
        await view.exact()
        assert view.state == "✓ exact"
        assert view.figures.exact
        assert view.figures.size_line == "2.59 kB · 16.0x · 1.5 bpp"
        assert view.caption.startswith("◀ original")
        assert view.caption.endswith("photo · 16.0x ▶")


async def test_an_image_opened_by_its_aic_begins_with_the_settings_of_that_file(photo):
    workshop, like = FakeWorkshop(), photo.with_suffix(".aic")
    workshop.remembered[like] = Settings(target=Target("ratio", 31.5), quantizer="int8", tune="visual")
    async with comparing(photo, workshop=workshop, like=like) as view:
        await view.exact()
        assert view.figures.ratio == pytest.approx(31.5, rel=0.01)
        assert view.ratio == pytest.approx(31.5)
        assert view.screen.query_one("#target", Input).value == "31.5x"
        assert view.screen.query_one("#menu-quantizer").chosen == "int8"
        assert view.screen.query_one("#menu-tune").chosen == "visual"
        assert not view.pilot.app._notifications


async def test_an_aic_whose_settings_cannot_be_had_is_told_of(photo):
    workshop, like = FakeWorkshop(), photo.with_suffix(".aic")
    workshop.remembered[like], workshop.notice = Settings(), "the usual settings, not those of harbour.aic"
    async with comparing(photo, workshop=workshop, like=like) as view:
        await view.exact()
        assert [notice.message for notice in view.pilot.app._notifications] == [workshop.notice]


async def test_moving_the_slider_tells_the_figures_at_once_marked_as_estimates(photo):
    async with comparing(photo, workshop=FakeWorkshop(delay=0.2)) as view:
        await view.exact()
        await view.press("greater_than_sign")
        assert view.figures.size_line.startswith("≈ ")
        assert view.ratio == pytest.approx(19)
        assert not view.screen.comparison.current
        await view.exact()
        assert view.figures.ratio == pytest.approx(19, rel=0.01)


async def test_a_ratio_finer_than_the_model_goes_is_told_when_the_file_is_there(photo):
    async with comparing(photo, workshop=FakeWorkshop(Coarse)) as view:
        await view.exact()
        assert view.state == "✓ exact"
        await view.press("t", *"4x", "enter")
        await view.exact()
        await view.until(lambda: view.state == "✓ exact, the finest that photo can")
        assert view.figures.ratio == pytest.approx(8, rel=0.01)


async def test_a_preview_of_planes_is_said_to_be_in_one_piece(photo):
    async with comparing(photo, workshop=FakeWorkshop(delay=0.3)) as view:
        await view.exact()
        view.screen.query_one("#menu-planes").action_cycle(-1)
        await view.until(lambda: view.state.startswith("preview in one piece"))
        assert view.screen.comparison.settings.planes == 3
        await view.until(lambda: view.state.startswith("✓ exact"))


async def test_what_the_slider_has_overtaken_is_never_shown(photo, monkeypatch):
    Stubborn.gate.clear()
    shown = []
    show_pair = Canvas.show_pair

    def watched(canvas, left, right, alpha):
        comparison = canvas.screen.comparison
        if comparison.picture is not None:
            shown.append((comparison.settings.target.value, right))
        show_pair(canvas, left, right, alpha)

    monkeypatch.setattr(Canvas, "show_pair", watched)
    workshop = FakeWorkshop(Stubborn)
    async with comparing(photo, workshop=workshop) as view:
        await view.until(lambda: workshop.sessions)
        for _ in range(6):
            await view.press("greater_than_sign")
        wanted = view.screen.comparison.generation
        Stubborn.gate.set()
        await view.exact()
        session = workshop.sessions[0]
        assert view.screen.comparison.generation == wanted
        assert view.screen.comparison.stale >= 1
        assert sum(call != "prepare" for call, _ in session.calls) <= 4 + 14
        assert {target for target, _ in shown} == {view.screen.comparison.settings.target.value}
        for target, right in shown:
            ratio = session.figures(Target("ratio", target)).ratio
            assert np.array_equal(right, session.picture(ratio))


async def test_the_divider_moves_with_keys_and_mouse_and_the_caption_follows(photo):
    async with comparing(photo) as view:
        await view.exact()
        at = view.caption.index("┬")
        await view.press("left", "left")
        assert view.caption.index("┬") < at
        await view.pilot.click(Canvas, offset=(10, 5))
        assert view.caption.index("┬") == 10


@pytest.mark.parametrize("protocol", ["kitty", "sixel", "half-cell"])
async def test_every_graphics_protocol_gets_a_picture_of_exactly_the_window(photo, protocol):
    async with comparing(photo, terminal=Terminal(protocol, 8, 16)) as view:
        await view.exact()
        canvas = view.screen.canvas
        assert canvas.pixel_size == (
            (canvas.size.width * 8, canvas.size.height * 16)
            if protocol != "half-cell"
            else (canvas.size.width, canvas.size.height * 2)
        )
        assert len(canvas._drawing.strips) == canvas.size.height
        assert canvas._drawing.width == canvas.size.width
        assert bool(canvas._drawing.sixels) == (protocol == "sixel")
        assert bool(canvas._drawing.prologue) == (protocol == "kitty")
        await view.press("left")
        await view.drawn()


async def test_a_tap_swaps_the_pictures_until_the_next_tap(photo, monkeypatch):
    monkeypatch.setattr("aictui.tui.held_key.FIRST_REPEAT", 0)
    async with comparing(photo) as view:
        await view.exact()
        await view.press("space")
        assert view.caption.startswith("◀ photo · 16.0x")
        assert view.caption.endswith("original ▶")
        assert view.screen.canvas._image.left is view.screen.comparison.picture
        await view.press("space")
        assert view.caption.startswith("◀ original")


async def test_a_held_key_swaps_the_pictures_until_it_is_let_go(photo):
    async with comparing(photo) as view:
        await view.exact()
        canvas = view.screen.canvas
        await view.press("space", "space", "space")
        assert canvas.swapped
        await view.until(lambda: not canvas.swapped)


async def test_the_right_button_swaps_while_it_is_down(photo):
    async with comparing(photo) as view:
        await view.exact()
        canvas = view.screen.canvas
        for kind in (events.MouseDown, events.MouseUp):
            canvas.post_message(kind(canvas, 3, 3, 0, 0, button=3, shift=False, meta=False, ctrl=False))
            await view.until(lambda kind=kind: canvas.swapped == (kind is events.MouseDown))


async def test_the_divider_goes_to_either_edge_by_a_key(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("end")
        assert view.screen.canvas.divider == 1
        await view.press("home")
        assert view.screen.canvas.divider == 0


async def test_the_difference_is_a_heat_map_with_a_legend(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("d")
        assert "dark: equal" in view.caption
        assert view.screen.canvas._image.view == "heat"
        await view.press("d")
        assert view.screen.canvas._image.view == "split"


@pytest.mark.parametrize("place", ["#slider", "#menu-model", "Standings"])
async def test_the_keys_of_the_picture_work_wherever_the_focus_is_but_in_a_field(photo, place):
    async with comparing(photo) as view:
        await view.exact()
        view.screen.query_one(place).focus()
        await view.press("d", "1")
        assert (view.screen.canvas.view, view.screen.canvas.viewport.scale) == ("heat", 1)
        labels = {command.label for command in available_commands(view.screen)}
        assert {"compare: difference", "compare: zoom in", "compare: whole image", "compare: 1:1"} <= labels


async def test_what_reading_has_changed_of_the_image_stays_in_view(photo):
    class Deep(FakeWorkshop):
        def read(self, path):
            return replace(super().read(path), notices=("16 bits a sample were reduced to 8",))

    async with comparing(photo, workshop=Deep()) as view:
        await view.exact()
        view.pilot.app.clear_notifications()
        assert view.place.endswith("16 bits a sample were reduced to 8")


async def test_zoom_and_pan_keep_both_sides_in_step(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.press("1")
        assert "shown at 100%" in view.place
        await view.press("plus", "plus", "plus", "shift+right")
        assert "shown at 300%" in view.place
        scene = view.screen.canvas._image
        assert scene.viewport.box[0] > (144 - scene.viewport.screen[0] / 3) / 2
        await view.press("0")
        assert scene.viewport.box != view.screen.canvas.viewport.box
        assert view.screen.canvas.viewport.box == (0, 0, 144, 96)


async def test_another_format_at_equal_bytes_can_be_the_left_side(photo):
    async with comparing(photo) as view:
        await view.exact()
        await view.until(lambda: "jpeg" in view.screen.comparison.peers)
        await view.press("p")
        result = view.screen.comparison.peers["jpeg"]
        assert view.caption.startswith(f"◀ JPEG quality {result.quality}")
        assert view.screen.canvas._image.left is result.pixels
        await view.press("p")
        assert view.caption.startswith("◀ original")


async def test_the_standings_tell_settings_sizes_and_metrics_of_the_peers(photo):
    async with comparing(photo) as view:
        await view.until(lambda: len(view.screen.comparison.peer_metrics.get("jpeg", {})) == 2)
        await view.pilot.pause()
        row = str(view.screen.query_one(Standings).get_option("jpeg").prompt)
        assert row.split(maxsplit=1)[0] == "JPEG"
        assert row.split()[1].startswith("q")
        assert "0.9812" in row


class Broken(Panel):
    id = "broken"
    title = "Broken"

    def render(self, result):
        raise ZeroDivisionError("a plugin's mistake")


class Unprintable(Panel):
    id = "unprintable"
    title = "Unprintable"

    def render(self, result):
        class Trap:
            def __rich__(self):
                raise RuntimeError("a plugin's trap")

        return Trap()


class Mean(Panel):
    id = "mean"
    title = "Mean"

    def render(self, result):
        return f"[mean] {result.pixels.mean():.0f} of {len(result.data)} bytes"


@pytest.mark.parametrize(
    ("panel", "text"), [(Broken, "✗ The panel 'Broken' is broken"), (Unprintable, "a plugin's trap"), (Mean, "[mean] ")]
)
async def test_panels_of_plugins_are_tabs_and_a_broken_one_hurts_nobody(photo, panel, text):
    async with comparing(photo, workshop=FakeWorkshop(panels=[panel])) as view:
        await view.exact()
        await view.press("left_square_bracket")
        shown = [pane for pane in view.screen.query(PanelView) if pane.is_on_screen]
        assert [pane.title for pane in shown] == [panel.title]
        await view.until(lambda: text in str(shown[0].query_one(Static).render()))
        assert shown[0].has_class("-broken") == (panel is not Mean)
        await view.press("greater_than_sign")
        await view.exact()


async def test_a_small_terminal_turns_the_panes_into_tabs(photo):
    async with comparing(photo, (80, 24)) as view:
        await view.exact()
        assert view.screen.query_one("#stage").region.width == 80
        await view.press("right_square_bracket")
        assert not view.screen.query_one("#stage").display
        assert view.screen.query_one("#figures").display


async def test_a_change_of_the_terminals_size_loses_nothing(photo):
    async with comparing(photo, (200, 60)) as view:
        await view.exact()
        for width, height in [(80, 24), (120, 40), (200, 60)]:
            await view.pilot.resize_terminal(width, height)
            await view.drawn()
            assert view.screen.query_one("#stage").display
        assert view.figures.exact


async def test_a_model_that_is_missing_is_told_and_another_can_be_chosen(photo):
    class Missing(FakeWorkshop):
        def open_session(self, source, settings):
            if settings.model == "photo":
                raise MissingComponentError("needs model photo, which is not installed")
            return super().open_session(source, settings)

    async with comparing(photo, workshop=Missing()) as view:
        await view.until(lambda: view.state == "✗ Something is not installed")
        await view.pilot.pause()
        assert "✗ no compressed picture" in view.caption
        await view.press("m", "right")
        await view.exact()
        assert view.caption.endswith("classic · 16.0x ▶")


async def test_an_image_that_cannot_be_read_is_explained_in_place(photo):
    async with comparing(photo.with_name("gone\x1b[2J.png")) as view:
        await view.until(lambda: view.state.startswith("✗"))
        assert r"gone\x1b[2J.png does not exist" in view.screen.canvas.note
        assert "does not exist" in "\n".join(view.pilot.app.logbook.lines)
        await view.press("s", "greater_than_sign", "x", "d", "plus")
        await view.pilot.pause(0.3)
        assert [toast.title for toast in view.pilot.app._notifications] == ["The image cannot be read"]
        assert "…" not in view.text(FiguresView) + view.text(Standings)
        assert "≈" not in view.text(Summary) + view.text(Standings)
        await view.press("escape")
        assert not isinstance(view.pilot.app.screen, CompareScreen)


@pytest.mark.parametrize("step", ["read", "surroundings", "write", "open_session"])
async def test_whatever_a_thread_raises_is_shown_and_logged(photo, monkeypatch, step):
    def fail(*arguments):
        raise RuntimeError("a codec's mistake")

    monkeypatch.setattr(FakeWorkshop, step, fail)
    async with comparing(photo) as view:
        if step == "write":
            await view.exact()
            await save_as(view, "first.aic")
        await view.until(lambda: view.state == "✗ Something went wrong")
        assert "RuntimeError: a codec's mistake" in "\n".join(view.pilot.app.logbook.lines)
        assert view.screen.work_in_progress is None


async def test_what_is_asked_for_while_the_image_is_read_is_shown_when_it_is(photo):
    gate = threading.Event()

    class Slow(FakeWorkshop):
        def read(self, path):
            gate.wait(10)
            return super().read(path)

    async with comparing(photo, workshop=Slow()) as view:
        await view.press("greater_than_sign")
        gate.set()
        await view.exact()
        assert view.screen.comparison.settings.target.value == 19


async def test_a_metric_and_a_peer_that_an_image_cannot_have_are_dashes(photo):
    def refuse(image, buffer, quality):
        raise ValueError("the image is too large")

    peer = replace(peers.find("jpeg"), save=refuse)
    large = Metric("large", "Large", PSNR.measure, minimum_side=160)
    async with comparing(photo, workshop=FakeWorkshop(known_peers=[peer], metrics=(PSNR, large))) as view:
        await view.exact()
        await view.press("p")
        await view.until(lambda: view.screen.comparison.unmatched)
        await view.pilot.pause()
        assert view.caption.startswith("original (JPEG cannot encode it)")
        assert view.text(Standings).split()[-3:] == ["–", "–", "–"]
        assert "Large – " in " ".join(view.text(FiguresView).split())
        await view.press("greater_than_sign")
        assert "Large – " in " ".join(view.text(FiguresView).split())


async def test_a_file_that_is_there_already_is_told_where_it_is_to_stay(photo):
    class Keeping(FakeWorkshop):
        def write(self, path, data, overwrite, source):
            return None

    async with comparing(photo, workshop=Keeping()) as view:
        await view.exact()
        await save_as(view, "first.aic")
        await view.until(lambda: view.state == "not saved")
        assert any("is there already" in toast.message for toast in view.pilot.app._notifications)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_escape_goes_from_the_components_back_to_the_picture_first(photo, size):
    async with comparing(photo, size=size) as view:
        await view.exact()
        await view.press("m")
        await view.until(lambda: isinstance(view.screen.focused, Menu))
        await view.press("escape")
        await view.until(lambda: view.screen.focused is view.screen.canvas)
        await view.press("escape")
        assert not isinstance(view.pilot.app.screen, CompareScreen)


async def test_leaving_ends_the_threads(photo):
    async with comparing(photo, workshop=FakeWorkshop(delay=0.2)) as view:
        await view.press("escape")
        await view.pilot.app.workers.wait_for_complete()
