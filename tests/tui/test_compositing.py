import numpy as np
import pytest

from aictui.tui.compositing import HEAT_RANGE, Compositor, Scene, heat_colours, heat_map, scaled
from aictui.tui.previews import GROUND
from aictui.tui.viewport import Viewport

BLACK = np.zeros((40, 60, 3), np.uint8)
GREY = np.full((40, 60, 3), 128, np.uint8)


def scene(**changes):
    settings = {"left": BLACK, "right": GREY, "viewport": Viewport((60, 40), (60, 40)), **changes}
    return Scene(**settings)


def test_the_left_picture_ends_at_the_divider():
    composed = Compositor().compose(scene(divider=0.25))
    assert composed.shape == (40, 60, 3)
    assert (composed[:, :15] == 0).all()
    assert (composed[:, 16:] == 128).all()


def test_the_divider_is_dashed_in_black_and_white():
    line = Compositor().compose(scene(divider=0.5))[:, 30, 0]
    assert set(line.tolist()) == {0, 255}


@pytest.mark.parametrize("divider", [0.0, 1.0])
def test_at_its_ends_the_divider_stays_visible(divider):
    composed = Compositor().compose(scene(divider=divider))
    assert composed.shape == (40, 60, 3)
    assert (composed == 255).any()


def test_moving_the_divider_and_swapping_scale_nothing_anew(monkeypatch):
    from aictui.tui import compositing

    calls = []
    monkeypatch.setattr(compositing, "scaled", lambda *args: calls.append(1) or scaled(*args))
    compositor = Compositor()
    for divider in (0.1, 0.2, 0.3):
        compositor.compose(scene(divider=divider))
    compositor.compose(scene(left=GREY, right=BLACK))
    assert len(calls) == 2


def test_what_is_transparent_shows_the_ground_on_both_sides():
    alpha = np.zeros((40, 60), np.uint8)
    alpha[20:] = 255
    composed = Compositor().compose(scene(divider=0.25, alpha=alpha))
    assert (composed[:20, :15] == GROUND).all()
    assert (composed[20:, :15] == 0).all()
    assert (composed[20:, 16:] == 128).all()
    heat = Compositor().compose(scene(view="heat", alpha=alpha))
    assert (heat[:20] == heat_colours()[0]).all()
    assert (heat[20:] == heat_colours()[-1]).all()


def test_at_100_percent_pixels_are_exact():
    pixels = np.random.default_rng(1).integers(0, 256, (100, 100, 3), np.uint8)
    shown = scaled(pixels, Viewport((100, 100), (20, 10), zoom=1.0, centre=(50, 50)))
    assert (shown == pixels[45:55, 40:60]).all()


def test_at_800_percent_every_pixel_is_a_square():
    pixels = np.random.default_rng(1).integers(0, 256, (100, 100, 3), np.uint8)
    shown = scaled(pixels, Viewport((100, 100), (16, 16), zoom=8.0, centre=(51, 51)))
    assert (shown[:8, :8] == pixels[50, 50]).all()
    assert (shown[8:, 8:] == pixels[51, 51]).all()


def test_the_heat_map_is_dark_where_nothing_differs_and_grows_brighter_with_the_error():
    brightness = heat_colours().astype(int).sum(axis=1)
    assert (np.diff(brightness) > 0).all()
    left = np.zeros((1, 256, 3), np.uint8)
    right = left.copy()
    right[0, :, 1] = np.arange(256)
    heat = heat_map(left, right).astype(int).sum(axis=2)[0]
    assert heat[0] == brightness[0]
    assert (heat[HEAT_RANGE:] == brightness[-1]).all()


def test_the_heat_map_does_not_tell_left_from_right():
    assert (heat_map(BLACK, GREY) == heat_map(GREY, BLACK)).all()
