import pytest
from rich.console import Console
from textual.app import App, ComposeResult

from aictui.metrics.base import Metric
from aictui.tui.figures import Figures
from aictui.tui.widgets.figures_view import FiguresView


@pytest.mark.parametrize("width", [24, 46])
@pytest.mark.parametrize("title", ["Gradient magnitude similarity deviation", "漢字" * 30], ids=["words", "wide"])
async def test_a_long_title_leaves_the_values_in_sight(width: int, title: str) -> None:
    def measure(reference: object, test: object) -> float:
        raise NotImplementedError

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield FiguresView()

    async with Alone().run_test(size=(width + 2, 20)) as pilot:
        view = pilot.app.query_one(FiguresView)
        view.metrics = {"psnr": Metric("psnr", "PSNR", measure, unit="dB"), "long": Metric("long", title, measure)}
        view.figures = Figures(bytes=123456, metrics={"psnr": 29.19, "long": 0.125}, exact=True)
        await pilot.pause()
        assert view.size.width == width
        console = Console(width=width, color_system=None)
        with console.capture() as shown:
            console.print(view.render())
        for text in ("123 kB", "29.19 dB", "0.1250", "Encode"):
            assert text in shown.get()
