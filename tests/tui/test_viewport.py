import pytest
from hypothesis import given
from hypothesis import strategies as st

from aictui.tui.viewport import ZOOMS, Viewport

sides = st.integers(1, 3000)


def test_fit_shows_the_whole_image_in_the_middle():
    viewport = Viewport(image=(768, 512), screen=(80, 40))
    assert viewport.box == (0, 0, 768, 512)
    assert viewport.frame == (10, 0, 60, 40)


def test_a_tiny_image_grows_to_800_percent_at_most():
    assert Viewport(image=(2, 2), screen=(100, 100)).scale == 8


def test_zooming_walks_through_the_steps_and_stays_within_25_and_800_percent():
    viewport = Viewport((100, 100), (80, 40), zoom=0.25)
    seen = []
    for _ in range(20):
        viewport = viewport.zoomed(1)
        seen.append(viewport.scale)
    assert seen[:10] == list(ZOOMS[1:])
    assert seen[-1] == 8
    for _ in range(20):
        viewport = viewport.zoomed(-1)
    assert viewport.scale == 0.25


def test_zooming_out_of_an_image_too_large_for_25_percent_ends_at_the_whole_of_it():
    whole = Viewport((768, 512), (80, 40))
    assert whole.zoomed(1).scale == 0.25
    assert whole.zoomed(1).zoomed(-1) == whole
    assert whole.zoomed(-1) == whole


def test_zooming_keeps_the_centre():
    viewport = Viewport((1000, 1000), (100, 100), zoom=1, centre=(300, 600))
    left, top, right, bottom = viewport.zoomed(1).box
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((300, 600))


def test_panning_stops_at_the_edge_and_comes_back_at_once():
    viewport = Viewport((1000, 1000), (100, 100), zoom=1)
    for _ in range(50):
        viewport = viewport.panned(1, 0)
    assert viewport.box[2] == 1000
    assert viewport.panned(-0.5, 0).box[2] == pytest.approx(950)


@given(sides, sides, sides, sides, st.sampled_from((None, *ZOOMS)), st.floats(-2, 2), st.floats(-2, 2))
def test_the_view_never_leaves_the_image_nor_the_screen(width, height, columns, rows, zoom, right, down):
    viewport = Viewport((width, height), (columns, rows), zoom).panned(right, down)
    left, top, box_right, bottom = viewport.box
    assert 0 <= left < box_right <= width + 1e-6
    assert 0 <= top < bottom <= height + 1e-6
    x, y, shown_width, shown_height = viewport.frame
    assert 0 <= x <= x + shown_width <= columns
    assert 0 <= y <= y + shown_height <= rows
