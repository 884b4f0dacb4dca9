"""Screens open in short steps."""

from pathlib import Path

import pytest

from aictui.tui.app import AictuiApp
from aictui.tui.screens.browser import BrowserScreen
from aictui.tui.screens.compare import CompareScreen
from aictui.tui.screens.dialogs import PromptDialog
from aictui.tui.screens.help import HelpScreen
from aictui.tui.screens.queue import QueueScreen
from aictui.tui.screens.settings import SettingsScreen
from aictui.tui.widgets.folder_tree import FolderTree
from aictui.tui.widgets.image_table import ImageTable
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.menu import Menu
from aictui.tui.widgets.queue_form import QueueForm
from aictui.tui.widgets.queue_table import QueueTable
from tests.tui.browsing import listed, make_pictures, table_of, until
from tests.tui.probe import LONGEST_STALL, Probe

SIZE = (120, 40)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures")


async def test_screens_open_and_close_without_a_stall(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.pause(0.2)
        stalls: dict[str, float] = {}
        probe = Probe()
        for key, kind in (("c", QueueScreen), ("f1", HelpScreen), ("f4", SettingsScreen), ("o", PromptDialog)) * 3:
            await pilot.press(key)
            await until(pilot, lambda kind=kind: isinstance(pilot.app.screen, kind))  # type: ignore[misc]
            await pilot.pause(0.2)
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, BrowserScreen))
            await pilot.pause(0.1)
            stall = round(probe.take(), 3)  # what else runs can only add to it, so the shortest one counts
            stalls[kind.__name__] = min(stall, stalls.get(kind.__name__, stall))
        assert max(stalls.values()) < 2 * LONGEST_STALL, stalls  # a busy machine takes twice the CPU time


async def test_keys_that_are_typed_while_a_screen_is_imported_reach_it(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        for key in ("c", "t"):
            pilot.app.simulate_key(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, QueueScreen))
        await until(pilot, lambda: pilot.app.screen.has_class("-form-toggled"))


async def test_keys_that_follow_enter_at_once_are_for_the_compare_view(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        browser = pilot.app.screen
        table_of(pilot).highlight_path(str(folder / "torn.jpg"))
        for key in ("enter", "t", "space", "enter"):
            pilot.app.simulate_key(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        await pilot.pause(0.2)
        assert len(pilot.app.screen_stack) == 2
        assert not table_of(pilot).marked
        assert browser.query_one("#folders").display


async def test_the_compare_view_is_there_for_keys_once_it_is_opened(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.app.compare(folder / "torn.jpg")  # type: ignore[attr-defined]
        assert isinstance(pilot.app.screen, CompareScreen)
        assert pilot.app.screen.is_mounted


async def test_a_third_click_opens_no_second_compare_view(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        table = table_of(pilot)
        row = next(number for number, file in enumerate(table.rows) if file.name == "torn.jpg")
        await pilot.click(table, offset=(10, 1 + row), times=3)
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        await pilot.pause(0.2)
        assert len(pilot.app.screen_stack) == 2


async def test_all_fields_of_the_queue_show_soon(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, QueueScreen))
        await until(pilot, lambda: bool(pilot.app.screen.query(QueueForm)))
        await until(pilot, lambda: not pilot.app.screen.query(".group.-later"))


async def test_a_screen_fills_the_terminal_after_every_change_of_its_size(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(120, 40)) as pilot:
        await listed(pilot)
        for size in ((80, 24), (200, 60), (120, 40)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: pilot.app.screen.query_one(KeyBar).region.bottom_right == size)


async def test_a_size_that_changed_behind_a_dialog_is_noticed(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(120, 40)) as pilot:
        await listed(pilot)
        browser = pilot.app.screen
        assert browser.has_class("-normal")
        await pilot.press("o")
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is browser)
        await until(pilot, lambda: browser.has_class("-narrow", "-short") and not browser.has_class("-normal"))


async def test_what_lies_beneath_a_dialog_follows_the_terminal_too(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(120, 40)) as pilot:
        await listed(pilot)
        browser = pilot.app.screen
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, PromptDialog))
        for size, classes in (((200, 60), {"-wide", "-tall"}), ((80, 24), {"-narrow", "-short"})):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: browser.query_one(KeyBar).region.bottom_right == size)
            await until(pilot, lambda classes=classes: browser.classes == classes)
        await pilot.resize_terminal(70, 20)  # too small for more than a notice
        await until(pilot, lambda: not isinstance(pilot.app.screen, PromptDialog))
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: browser.query_one(KeyBar).region.bottom_right == (120, 40))
        await until(pilot, lambda: browser.classes == {"-normal", "-tall"})


async def test_the_table_has_the_focus_where_the_tree_of_folders_had_it_and_goes(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(120, 40)) as pilot:
        await listed(pilot)
        pilot.app.screen.query_one(FolderTree).focus()
        await pilot.pause()
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: isinstance(pilot.app.focused, ImageTable))
        await pilot.press("j")
        assert table_of(pilot).cursor == 1


async def test_settings_of_the_queue_that_are_hidden_take_no_keys(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(120, 40)) as pilot:
        await listed(pilot)
        await pilot.press("c")
        await until(pilot, lambda: bool(pilot.app.screen.query(QueueForm)))
        await until(pilot, lambda: not pilot.app.screen.query(".group.-later"))
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(pilot.app.focused, Menu))
        pilot.app.screen.add_class("-started")  # as once it runs; a narrow window has no room for both then
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: isinstance(pilot.app.focused, QueueTable))
