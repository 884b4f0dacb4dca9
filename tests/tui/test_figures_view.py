import pytest
from rich.console import Console
from textual.app import App, ComposeResult

from aictui.metrics.base import Metric
from aictui.tui.figures import Figures
from aictui.tui.widgets.figures_view import FiguresView


class Alone(App[None]):
    def compose(self) -> ComposeResult:
        yield FiguresView()


def shown(view: FiguresView, width: int) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(view.render())
    return captured.get()


def measure(reference: object, test: object) -> float:
    raise NotImplementedError


@pytest.mark.parametrize("metrics", [1, 2, 3, 4])
async def test_in_two_columns_the_times_stand_side_by_side(metrics: int) -> None:
    async with Alone().run_test(size=(48, 20)) as pilot:
        view = pilot.app.query_one(FiguresView)
        view.metrics = {f"m{number}": Metric(f"m{number}", f"M{number}", measure) for number in range(metrics)}
        await pilot.pause()
        lines = shown(view, 46).splitlines()
        assert "Encode" in lines[-1]
        assert "Decode" in lines[-1]
        assert all(any(f"M{number}" in line for line in lines) for number in range(metrics))


@pytest.mark.parametrize("width", [24, 46])
@pytest.mark.parametrize("title", ["Gradient magnitude similarity deviation", "漢字" * 30], ids=["words", "wide"])
async def test_a_long_title_leaves_the_values_in_sight(width: int, title: str) -> None:
    async with Alone().run_test(size=(width + 2, 20)) as pilot:
        view = pilot.app.query_one(FiguresView)
        view.metrics = {"psnr": Metric("psnr", "PSNR", measure, unit="dB"), "long": Metric("long", title, measure)}
        view.figures = Figures(bytes=123456, metrics={"psnr": 29.19, "long": 0.125}, exact=True)
        await pilot.pause()
        assert view.size.width == width
        for text in ("123 kB", "29.19 dB", "0.1250", "Encode"):
            assert text in shown(view, width)
