import math

import pytest
from textual.app import App
from textual.color import Color

from aictui.tui.figures import Point
from aictui.tui.widgets.curve import Curve


class CurveApp(App):
    def compose(self):
        yield Curve()


LINE = [Point(0.5, 30.0), Point(2.0, 40.0)]


@pytest.mark.parametrize(
    ("line", "now", "peers"),
    [
        ([], None, {}),
        (LINE, Point(1.0, 35.0), {"JPEG": Point(1.0, 32.0)}),
        (LINE, None, {"JPEG": Point(1.0, 32.0), "WebP": Point(1.0, math.inf)}),
        ([], None, {"JPEG": Point(1.0, math.inf)}),
        ([*LINE, Point(3.0, math.inf)], Point(3.0, math.inf), {}),
    ],
    ids=["nothing", "everything", "a lossless peer", "lossless peers alone", "a lossless picture"],
)
async def test_whatever_is_known_is_drawn(line, now, peers):
    app = CurveApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(Curve).show(line, now, peers)
        await pilot.pause()
        drawn = "".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "PSNR dB" in drawn
        assert ("J JPEG" in app.query_one(Curve).legend) == any(
            name == "JPEG" and math.isfinite(p.psnr) for name, p in peers.items()
        )


async def test_scales_have_round_numbers_and_room_around_a_single_point():
    app = CurveApp()
    async with app.run_test(size=(80, 24)) as pilot:
        curve = app.query_one(Curve)
        for points, scale in ([Point(1.5, 34.43)], ["33", "34", "35", "36"]), (LINE, ["30", "32", "34", "38", "40"]):
            curve.show(points, points[0], {})
            await pilot.pause()
            lines = [strip.text for strip in app.screen._compositor.render_strips()]
            numbers = [line.split("┤")[0].strip() for line in lines if "┤" in line]
            assert set(scale) <= set(numbers), numbers
            assert all(number.isdigit() for number in numbers)
            assert "1" in lines[-2].split()


@pytest.mark.parametrize("size", [(76, 14), (48, 12), (74, 24)], ids=str)
async def test_every_mark_is_seen_and_explained_where_points_are_near_each_other(size):
    peers = {"JPEG": Point(1.0, 35.0), "WebP": Point(1.0, 35.0), "AVIF": Point(1.01, 35.0), "JPEG XL": Point(1.0, 35.1)}
    app = CurveApp()
    async with app.run_test(size=size) as pilot:
        app.query_one(Curve).show(LINE, Point(1.0, 35.0), peers)
        await pilot.pause()
        legend, *plot = [strip.text for strip in app.screen._compositor.render_strips()]
        assert legend.replace("·", "").split() == [
            "◆",
            "here",
            "J",
            "JPEG",
            "W",
            "WebP",
            "A",
            "AVIF",
            "X",
            "JPEG",
            "XL",
        ]
        inside = "".join(line.partition("│")[2] + line.partition("┤")[2] for line in plot)
        assert all(inside.count(mark) == 1 for mark in "◆JWAX"), plot


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_the_curve_has_the_colours_of_the_theme(theme):
    app = CurveApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        app.query_one(Curve).show(LINE, Point(1.0, 35.0), {"JPEG": Point(1.0, 32.0)})
        await pilot.pause()
        colours = {
            segment.text.strip(): segment.style.color.get_truecolor()
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.text.strip() in {"◆", "J"}
        }
        assert tuple(colours["◆"]) == Color.parse(app.theme_variables["accent"]).rgb
        assert tuple(colours["J"]) == Color.parse(app.theme_variables["foreground"]).rgb
