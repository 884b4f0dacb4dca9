import sys
import threading
from pathlib import Path

import pytest
from rich.console import Group
from rich.rule import Rule
from textual.widgets import Static

from aictui.panels import Panel, Result
from aictui.tui.widgets.panel_view import PanelView
from tests.tui.fakes import FakeWorkshop, comparing, make_photo


class LeavesWhenMade(Panel):
    id = "made"
    title = "Made"

    def __init__(self) -> None:
        sys.exit("made and gone")

    def render(self, result: Result) -> str:
        return "never"


class LeavesWhenAsked(Panel):
    id = "asked"
    title = "Asked"

    def render(self, result: Result) -> str:
        sys.exit(3)


@pytest.mark.parametrize(
    ("panel", "text"), [(LeavesWhenMade, "SystemExit: made and gone"), (LeavesWhenAsked, "Exit: 3")]
)
async def test_a_panel_that_exits_is_shown_as_broken_and_the_application_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, panel: type[Panel], text: str
) -> None:
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    async with comparing(make_photo(tmp_path / "photo.png"), workshop=FakeWorkshop(panels=[panel])) as view:
        await view.exact()
        await view.press("left_square_bracket")
        (shown,) = [pane for pane in view.screen.query(PanelView) if pane.is_on_screen]
        await view.until(lambda: text in str(shown.query_one(Static).render()))
        assert shown.has_class("-broken")
        await view.press("greater_than_sign")
        await view.exact()


class Slow(Panel):
    id = "slow"
    title = "Slow"
    gate = threading.Event()

    def render(self, result: Result) -> Rule:
        self.gate.wait(10)
        return Rule(characters="=")


async def test_a_panel_asked_before_the_terminal_grew_fills_the_width_it_has_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setattr(Slow, "gate", threading.Event())
    async with comparing(make_photo(tmp_path / "photo.png"), workshop=FakeWorkshop(panels=[Slow])) as view:
        await view.exact()
        await view.press("left_square_bracket")
        (pane,) = [pane for pane in view.screen.query(PanelView) if pane.is_on_screen]
        await view.until(lambda: pane._busy)
        await view.pilot.resize_terminal(200, 60)
        await view.pilot.pause()
        Slow.gate.set()
        await view.until(
            lambda: f"{pane.query_one(Static).render()}".strip() == "=" * pane.query_one(Static).size.width
        )


class Tall(Panel):
    id = "tall"
    title = "Tall"

    def render(self, result: Result) -> Group:
        return Group(*(Rule(characters="=") for _ in range(60)))


async def test_what_is_longer_than_the_panel_fits_beside_its_scroll_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    async with comparing(make_photo(tmp_path / "photo.png"), workshop=FakeWorkshop(panels=[Tall])) as view:
        await view.exact()
        await view.press("left_square_bracket")
        (pane,) = [pane for pane in view.screen.query(PanelView) if pane.is_on_screen]
        await view.until(lambda: pane.show_vertical_scrollbar)
        assert pane.query_one(Static).size.height == 60
