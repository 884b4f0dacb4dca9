import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.style import Style
from textual.pilot import Pilot
from textual.widgets import Input, Label, RichLog

from aictui import config
from aictui.errors import PluginError
from aictui.plugins import installer, registry
from aictui.plugins.sources import ALLOW_VARIABLE, FOLDERS_VARIABLE
from aictui.tui.app import AictuiApp
from aictui.tui.screens.dialogs import ConfirmDialog, ErrorDialog
from aictui.tui.screens.plugins import PluginRow, PluginsScreen, PluginTable
from tests.tui.browsing import until

SIZE = (120, 40)
Begun = Callable[[Callable[[], None]], object]
GOOD = """
import aictui
from aictui.quantizers.round import Round

class Mine(Round):
    id = "mine"

@aictui.hookimpl
def register_quantizers(register):
    register(Mine)
"""


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "broken.py").write_text("raise RuntimeError('no [luck] today')")
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "config.toml"))
    monkeypatch.setenv(FOLDERS_VARIABLE, str(folder))
    monkeypatch.delenv(ALLOW_VARIABLE)
    registry.cache_clear()
    yield folder
    registry.cache_clear()


async def opened(pilot: "Pilot[None]") -> PluginsScreen:
    await pilot.press("f2")
    screen = pilot.app.screen
    assert isinstance(screen, PluginsScreen)
    await until(pilot, lambda: bool(screen.rows))
    await pilot.pause()
    return screen


def row(screen: PluginsScreen, name: str) -> PluginRow:
    return next(row for row in screen.rows if row.name == name)


async def test_what_aictui_brings_along_is_listed_with_what_it_provides(plugins: Path) -> None:
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        built_in = row(await opened(pilot), "built-in")
        assert "range" in built_in.provides["entropy coder"]


@pytest.mark.parametrize("theme", sorted(AictuiApp().available_themes))
async def test_plugins_are_shown_in_every_theme(plugins: Path, theme: str) -> None:
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        pilot.app.theme = theme
        screen = await opened(pilot)
        await pilot.press("j")
        await pilot.pause()
        assert "no [luck] today" in "".join(strip.text for strip in screen._compositor.render_strips())


async def test_a_broken_plugin_is_shown_with_its_error_and_can_be_disabled(plugins: Path) -> None:
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        assert row(screen, "broken").state == "broken"
        assert "no [luck] today" in row(screen, "broken").problem
        await pilot.press("j", "e")
        await until(pilot, lambda: row(screen, "broken").state == "disabled")
        assert config.load().disabled_plugins == {"broken"}
        await pilot.pause()
        assert "Press e to enable it" in "".join(strip.text for strip in screen._compositor.render_strips())
        await pilot.press("e")
        await until(pilot, lambda: row(screen, "broken").state == "broken")


async def test_a_plugin_that_was_installed_is_there_to_use(plugins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(plan: installer.InstallerCommand, begun: Begun) -> Iterator[str]:
        yield "Collecting mine"
        (plugins / "mine.py").write_text(GOOD)
        yield "\x1b[2JSuccessfully installed mine"

    monkeypatch.setattr(installer, "run", run)
    assert "mine" not in registry().quantizers
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        await pilot.press("i")
        pilot.app.screen.query_one(Input).value = "aictui-mine"
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        assert "aictui-mine" in pilot.app.screen.question
        await pilot.press("y")
        await until(pilot, lambda: any(row.name == "mine" for row in screen.rows))
        await until(pilot, lambda: screen._highlighted is not None and screen._highlighted.name == "mine")
        assert row(screen, "mine").provides == {"quantizer": ["mine"]}
        assert "register_quantizers" in row(screen, "mine").hooks
        lines = [strip.text for strip in screen.query_one(RichLog).lines]
        assert any(r"\x1b[2JSuccessfully installed mine" in line for line in lines)
        assert registry().quantizers["mine"].id == "mine"


async def test_a_new_version_of_a_loaded_plugin_says_when_it_takes_effect(plugins: Path) -> None:
    (plugins / "mine.py").write_text(GOOD)
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        await until(pilot, lambda: any(row.name == "mine" for row in screen.rows))
        screen._show([replace(row, version="2.0") if row.name == "mine" else row for row in screen.rows])
        await pilot.pause()
        told = [notice.title for notice in pilot.app._notifications if "is started anew" in notice.message]
        assert told == ["mine"]


async def test_an_installer_that_fails_is_an_error_and_nothing_changes(
    plugins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(plan: installer.InstallerCommand, begun: Begun) -> Iterator[str]:
        yield "no such package"
        raise PluginError("`pip install x` failed with exit code 1; its output says why")

    monkeypatch.setattr(installer, "run", run)
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        await pilot.press("i")
        pilot.app.screen.query_one(Input).value = "x"
        await pilot.press("enter")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        await pilot.press("escape")
        assert screen.work_in_progress is None
        assert [row.name for row in screen.rows] == ["built-in", "broken"]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("./nowhere", "no such folder"), ("./" + 300 * "n", "no such folder"), (" ", "nothing to install")],
)
async def test_what_cannot_be_installed_is_told_where_it_is_typed(plugins: Path, typed: str, problem: str) -> None:
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("i")
        field = pilot.app.screen.query_one(Input)
        field.value = typed
        await pilot.press("enter")
        assert field.is_attached
        assert problem in str(pilot.app.screen.query_one("#problem", Label).content)


SILENT = (sys.executable, "-c", "import time; print('on', flush=True); time.sleep(60)")


async def started(pilot: "Pilot[None]", monkeypatch: pytest.MonkeyPatch) -> PluginsScreen:
    """The screen while an installer says nothing more."""
    monkeypatch.setattr(installer, "plan_install", lambda wanted: installer.InstallerCommand(SILENT))
    screen = await opened(pilot)
    await pilot.press("i")
    pilot.app.screen.query_one(Input).value = "x"
    await pilot.press("enter", "y")
    await until(pilot, lambda: any("on" in strip.text for strip in screen.query_one(RichLog).lines[1:]))
    return screen


async def test_an_installer_that_hangs_is_stopped(plugins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        screen = await started(pilot, monkeypatch)
        await pilot.press("escape")
        assert pilot.app.screen is screen
        await pilot.press("x")
        await until(pilot, lambda: screen.work_in_progress is None)
        assert pilot.app.screen is screen
        await pilot.press("escape")
        assert pilot.app.screen is not screen


async def test_no_installer_outlives_the_application(plugins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: Any, **options: Any) -> "subprocess.Popen[str]":
        processes.append(subprocess.Popen(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(installer, "subprocess", SimpleNamespace(**{**vars(subprocess), "Popen": start}))
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        await started(pilot, monkeypatch)
    assert processes[0].wait(5) != 0


async def test_what_aictui_brings_along_cannot_be_removed(plugins: Path) -> None:
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        screen = await opened(pilot)
        await pilot.press("u")
        await pilot.press("e")
        assert pilot.app.screen is screen


async def test_every_column_has_room_after_the_terminal_has_changed_its_size(plugins: Path) -> None:
    async with AictuiApp(plugins).run_test(size=(200, 60)) as pilot:
        screen = await opened(pilot)
        table = screen.query_one(PluginTable)
        table.move_cursor(row=1)
        for width, height in [(80, 24), (120, 40), (80, 24)]:
            await pilot.resize_terminal(width, height)
            await pilot.pause(0.2)
            assert table.virtual_size.width <= table.scrollable_content_region.width
            assert (table.row_count, table.cursor_row) == (len(screen.rows), 1)


async def test_whatever_a_search_for_plugins_raises_is_shown(plugins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> list[PluginRow]:
        raise RuntimeError("a plugin's mistake")

    monkeypatch.setattr("aictui.tui.screens.plugins.find_plugins", fail)
    async with AictuiApp(plugins).run_test(size=SIZE) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        assert "a plugin's mistake" in pilot.app.screen.cause  # type: ignore[attr-defined]


async def test_names_and_states_take_the_colours_of_another_theme_at_once(plugins: Path) -> None:
    async def seen(theme_before: str, theme: str) -> list[Style | None]:
        app = AictuiApp(plugins)
        async with app.run_test(size=SIZE) as pilot:
            app.theme = theme_before
            await opened(pilot)
            app.theme = theme
            await pilot.pause()
            lines = app.screen._compositor.render_strips(app.size)
            return [segment.style for line in lines for segment in line if segment.text.strip()]

    assert await seen("darkroom", "lightbox") == await seen("lightbox", "lightbox")
