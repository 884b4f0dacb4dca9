import pytest
from textual.app import App
from textual.widgets import Button

from aictui.tui.widgets.ratio_slider import RatioSlider


class SliderApp(App):
    def __init__(self):
        super().__init__()
        self.moves = []

    def compose(self):
        yield RatioSlider(16)
        yield Button("elsewhere")

    def on_ratio_slider_moved(self, event):
        self.moves.append(event.ratio)


@pytest.fixture
async def pilot():
    app = SliderApp()
    async with app.run_test(size=(82, 6)) as pilot:
        app.query_one(RatioSlider).focus()
        await pilot.pause()
        yield pilot


@pytest.mark.parametrize(
    ("keys", "ratio"),
    [
        (["right"], 16 * 2**0.25),
        (["l", "l", "h"], 16 * 2**0.25),
        (["left"], 16 / 2**0.25),
        (["shift+right"], 16 * 2 ** (1 / 16)),
        (["pageup"], 32),
        (["pagedown", "pagedown"], 4),
        (["home"], 1),
        (["end"], 256),
        (["home", "left"], 1),
    ],
)
async def test_keys_move_the_ratio_in_steps_of_octaves(pilot, keys, ratio):
    await pilot.press(*keys)
    assert pilot.app.query_one(RatioSlider).ratio == pytest.approx(ratio, rel=0.005)
    assert pilot.app.moves[-1] == pytest.approx(ratio, rel=0.005)


async def test_at_the_end_of_the_scale_nothing_is_told(pilot):
    await pilot.press("end", "right", "right")
    assert pilot.app.moves == [256]


async def test_setting_the_ratio_from_outside_moves_the_handle_and_tells_nobody(pilot):
    pilot.app.query_one(RatioSlider).ratio = 1000
    await pilot.pause()
    assert pilot.app.query_one(RatioSlider).ratio == 256
    assert pilot.app.moves == []


async def test_the_mouse_sets_and_drags_the_handle(pilot):
    await pilot.mouse_down(RatioSlider, offset=(1, 0))
    await pilot.hover(RatioSlider, offset=(80, 0))
    await pilot.mouse_up(RatioSlider, offset=(80, 0))
    assert pilot.app.moves == [1, 256]


async def test_the_track_has_a_mark_for_every_doubling_and_a_handle_that_is_no_mere_colour(pilot):
    slider = pilot.app.query_one(RatioSlider)
    track, marks = (slider.render_line(y).text for y in (0, 1))
    assert track.count("●") == 1
    assert track.count("┿") == 4
    assert track.count("┼") == 4
    assert marks.split() == ["1x", "2x", "4x", "8x", "16x", "32x", "64x", "128x", "256x"]
