import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partialmethod
from pathlib import Path
from typing import ClassVar

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input, OptionList, RichLog

from aictui import config
from aictui.errors import InputError
from aictui.tui.app import AictuiApp, run
from aictui.tui.commands import available_commands
from aictui.tui.screens.browser import BrowserScreen
from aictui.tui.screens.compare import CompareScreen
from aictui.tui.screens.dialogs import ConfirmDialog, ErrorDialog
from aictui.tui.screens.help import HelpScreen
from aictui.tui.screens.log import LogScreen
from aictui.tui.screens.palette import Palette
from aictui.tui.screens.too_small import TooSmallScreen
from aictui.tui.widgets.image_table import ImageTable
from aictui.tui.widgets.key_bar import KeyBar
from tests.tui.browsing import listed, make_pictures, table_of, until

SIZE = (120, 40)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures")


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv(config.VARIABLE, str(path))
    return path


async def test_f1_shows_help_on_the_focused_pane_with_the_keys_that_work_there(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("f1")
        screen = pilot.app.screen
        assert isinstance(screen, HelpScreen)
        assert screen.text == ImageTable.HELP
        assert {"images: compare", "browser: filter", "app: quit"} <= {command.label for command in screen.commands}
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, BrowserScreen)


async def test_help_groups_keys_by_area_and_explains_them_beside_their_names_where_there_is_room(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        screen = pilot.app.screen
        areas = [command.area for command in screen.commands]
        assert sorted(set(areas), key=areas.index) == ["images", "browser", "app", "everywhere"]
        assert areas == sorted(areas, key=["images", "browser", "app", "everywhere"].index)
        displayed = {key for command in screen.commands for key in command.keys}
        assert {"F1", "F2", "F12"} <= displayed
        assert "f2" not in displayed

        def shown() -> list[str]:
            keys = screen.query_one("#keys")
            return [strip.text for strip in keys.render_lines(keys.size.region)]

        await until(pilot, lambda: any(line.strip() == "Take every mark away" for line in shown()))
        await pilot.resize_terminal(140, 40)
        await until(pilot, lambda: any("Unmark all  " in line and "Take every mark away" in line for line in shown()))


async def test_the_help_of_the_tree_is_that_of_folders(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("shift+tab", "f1")
        assert pilot.app.screen.text.startswith("# Folders")


async def test_every_action_has_a_name_in_the_palette_and_runs_from_there(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        labels = {command.label for command in available_commands(pilot.app.screen)}
        wanted = {"images: mark", "browser: subfolders", "app: settings", "app: plugins", "app: log", "app: next theme"}
        assert wanted <= labels
        await pilot.press("ctrl+p", *"mark all")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert len(table_of(pilot).marked) == 5


async def test_enters_in_one_burst_run_a_command_of_the_palette_once(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("ctrl+p", *"mark all")
        palette = pilot.app.screen
        await until(pilot, lambda: palette.query_one(OptionList).option_count > 0)
        await pilot.pause(0.1)
        for _ in range(4):
            pilot.app.post_message(events.Key("enter", "\r"))
        await until(pilot, lambda: len(table_of(pilot).marked) == 5)
        await pilot.pause(0.1)
        assert isinstance(pilot.app.screen, BrowserScreen)
        assert len(table_of(pilot).marked) == 5  # a second time would take the marks away


@pytest.mark.parametrize("key", ["pagedown", "pageup"])
async def test_the_key_of_a_page_in_one_burst_with_that_of_the_palette_does_nothing(folder: Path, key: str) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        for typed in ("ctrl+p", key):
            pilot.app.post_message(events.Key(typed, None))
        await until(pilot, lambda: isinstance(pilot.app.screen, Palette))
        await until(pilot, lambda: pilot.app.screen.query_one(OptionList).option_count > 0)
        await pilot.pause(0.1)
        options = pilot.app.screen.query_one(OptionList)
        before = options.highlighted
        await pilot.press("pagedown")
        assert options.highlighted not in (None, before)


async def test_the_palette_opens_anew_while_the_one_before_it_is_closing(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("ctrl+p")
        first = pilot.app.screen
        first.dismiss()
        pilot.app.action_command_palette()
        await until(pilot, lambda: not first.is_running)
        assert isinstance(pilot.app.screen, Palette)
        assert pilot.app.screen is not first


async def test_a_dialog_that_is_dismissed_twice_leaves_the_screen_below_it(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("f2")
        plugins = pilot.app.screen
        dialog = ConfirmDialog("Really?", "It is a question.")
        await pilot.app.push_screen(dialog)
        dialog.dismiss(True)
        dialog.dismiss(True)
        await pilot.pause()
        assert pilot.app.screen is plugins


async def test_settings_and_plugins_take_the_place_of_each_other(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        for key, name in [
            ("f2", "plugins"),
            ("f2", "plugins"),
            ("f4", "settings"),
            ("f4", "settings"),
            ("f2", "plugins"),
        ]:
            await pilot.press(key)
            await until(pilot, lambda name=name: getattr(pilot.app.screen, "AREA", "") == name)
            labels = {command.label for command in available_commands(pilot.app.screen)}
            assert ({"app: plugins", "app: settings"} - labels) == {f"app: {name}"}
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowserScreen))


async def test_keys_can_be_remapped_in_the_config(folder: Path, own_config: Path) -> None:
    own_config.write_text('[keys]\n"images.mark" = "m"\n')
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("space")
        assert not table_of(pilot).marked
        await pilot.press("m")
        assert table_of(pilot).marked


async def test_a_theme_is_kept_for_the_next_time(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        assert pilot.app.theme == "darkroom"
        await pilot.press("ctrl+t")
        assert pilot.app.theme == "lightbox"
    assert AictuiApp(folder).theme == "lightbox"


@pytest.mark.parametrize(
    ("text", "cause", "remedy"),
    [
        ('[tui]\ntheme = "nrod"', "tui.theme 'nrod' does not exist", "lightbox"),
        ('[tui]\nimages = "sixl"', "tui.images 'sixl' does not exist", "sixel"),
        ('[keys]\n"images.makr" = "m"', "no key binding has the id 'images.makr'", "Take one of images.compare"),
        ('[keys]\n"images.mark" = "c"', "images.mark and browser.compress are both on the key c", "Give one of them"),
        ('[keys]\n"queue.run" = "x"', "queue.run and queue.cancel are both on the key x", "Give one of them"),
        ('[keys]\n"mark" = "m"\n"a.b" = "x"', "no key binding has the id 'mark', 'a.b'", "Ids begin with app, browser"),
    ],
)
async def test_a_name_in_the_config_that_does_not_exist_is_told(
    folder: Path, own_config: Path, text: str, cause: str, remedy: str
) -> None:
    own_config.write_text(text)
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        assert pilot.app.screen.heading == "The configuration cannot be used"
        assert pilot.app.screen.cause == f"{own_config}: {cause}"
        assert remedy in pilot.app.screen.remedy
        await pilot.press("escape")
        await listed(pilot)


async def test_the_key_of_a_screen_that_was_not_shown_yet_is_no_error(folder: Path, own_config: Path) -> None:
    own_config.write_text('[tui]\ntheme = "nord"\nimages = "off"\n[keys]\n"queue.run" = "z"\n"compare.save" = "w"\n')
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert not isinstance(pilot.app.screen, ErrorDialog)


async def test_a_default_that_makes_no_sense_is_told_with_the_name_of_its_file(folder: Path, own_config: Path) -> None:
    own_config.write_text('[defaults]\ntarget = "banana"\n')
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        assert str(own_config) in pilot.app.screen.cause
        assert "banana" in pilot.app.screen.cause
        await pilot.press("escape", "f4")
        await until(pilot, lambda: bool(pilot.app.screen.query("#target.-invalid")))


async def test_a_broken_config_is_told_and_the_defaults_are_used(folder: Path, own_config: Path) -> None:
    own_config.write_text("[tui\ntheme = 1")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert isinstance(pilot.app.screen, ErrorDialog)
        assert "not valid TOML" in pilot.app.screen.cause
        assert pilot.app.theme == "darkroom"
        await pilot.press("escape")
        await listed(pilot)


async def test_an_error_shows_title_cause_and_remedy_as_they_are_written(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        pilot.app.show_error(InputError("[bold]x.png[/] is cut short; get the file again"))
        await pilot.pause()
        dialog = pilot.app.screen
        assert (dialog.heading, dialog.remedy) == (InputError.title, "Get the file again")
        cause = dialog.query_one(".cause")
        text = "".join(strip.text for strip in cause.render_lines(cause.size.region))
        assert "[bold]x.png[/] is cut short" in text


async def test_what_an_error_quotes_never_reaches_the_terminal_raw(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        pilot.app.show_error(InputError("e\x1b[31m.png is cut short"))
        await pilot.pause()
        assert pilot.app.screen.cause == r"e\x1b[31m.png is cut short"
        assert "\x1b" not in "".join(pilot.app.logbook.lines)


async def test_the_log_is_one_key_away_and_holds_errors(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        logging.getLogger("aictui.test").warning("a plugin [broke]")
        await pilot.press("f12")
        assert isinstance(pilot.app.screen, LogScreen)
        assert any("a plugin [broke]" in line for line in pilot.app.logbook.lines)
        follow = pilot.app.logbook.listener
        logging.getLogger("aictui.test").warning("and another")
        await until(pilot, lambda: "and another" in pilot.app.screen.query_one(RichLog).lines[-1].text)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, BrowserScreen)
        with ThreadPoolExecutor() as pool:  # a thread may be about to tell of a line while the log is closed
            await asyncio.wrap_future(pool.submit(follow, "too late"))


class Worker(Screen[None]):
    AREA: ClassVar[str] = "work"
    work_in_progress: str | None = "Two files are being compressed."


async def test_ctrl_c_says_once_which_key_leaves(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("ctrl+c", "ctrl+c")
        assert [notice.message for notice in pilot.app._notifications] == [
            "Press q to leave aictui, or ctrl+q where you type."
        ]


async def test_quit_asks_only_while_work_runs(folder: Path) -> None:
    app = AictuiApp(folder)
    async with app.run_test(size=SIZE) as pilot:
        worker = Worker()
        await app.push_screen(worker)
        await pilot.press("q")
        assert isinstance(app.screen, ConfirmDialog)
        assert "Two files" in app.screen.question
        await pilot.press("enter")
        assert app.screen is worker
        assert app.is_running
        worker.work_in_progress = None
        await pilot.press("q")
    assert app.return_code == 0


async def test_a_terminal_that_is_too_small_gets_a_notice_until_it_grows(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert isinstance(pilot.app.screen, TooSmallScreen)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(pilot.app.screen, BrowserScreen)
        await listed(pilot)


async def test_an_image_that_opens_in_a_terminal_that_is_too_small_waits_behind_the_notice(folder: Path) -> None:
    async with AictuiApp(folder / "torn.jpg").run_test(size=(40, 12)) as pilot:
        await until(pilot, lambda: len(pilot.app.screen_stack) == 4)  # browser, notice, image, notice
        assert isinstance(pilot.app.screen, TooSmallScreen)
        await until(pilot, lambda: pilot.app.screen.query_one("#notice").region.height == 5)
        notice = pilot.app.screen.query_one("#notice")
        assert notice.region.width <= 40  # it wraps, rather than be cut
        await pilot.resize_terminal(*SIZE)
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowserScreen))


async def test_the_notice_goes_where_the_terminal_grew_behind_another_screen(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.resize_terminal(70, 20)
        await until(pilot, lambda: isinstance(pilot.app.screen, TooSmallScreen))
        await pilot.press("f1", "f4", "f12", "ctrl+p")
        await pilot.pause()
        assert isinstance(pilot.app.screen, TooSmallScreen)
        await pilot.app.push_screen(ErrorDialog("Of a thread", "It came meanwhile."))
        await pilot.resize_terminal(*SIZE)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowserScreen))
        await pilot.press("j")
        assert table_of(pilot).cursor == 1


@pytest.mark.parametrize("width", [80, 100, 120, 200])
async def test_the_key_bar_never_cuts_a_key_and_keeps_help_and_quit(folder: Path, width: int) -> None:
    async with AictuiApp(folder).run_test(size=(width, 30)) as pilot:
        await listed(pilot)
        keys = pilot.app.screen.query_one(KeyBar).shown()
        assert {"Help", "Quit", "Compare"} <= {key.label for key in keys}
        assert all(key.x + key.width <= width for key in keys)


async def test_a_wide_key_bar_shows_keys_that_are_hidden_otherwise(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(80, 30)) as pilot:
        await listed(pilot)
        bar = pilot.app.screen.query_one(KeyBar)
        assert not {"Unmark all", "Decompress", "Settings"} & {key.label for key in bar.shown()}
        await pilot.resize_terminal(260, 30)
        await pilot.pause()
        keys = [key.label for key in bar.shown()]
        assert {"Unmark all", "Decompress", "Go to folder", "Plugins", "Settings", "Presets", "Log"} <= set(keys)
        assert keys[:3] == ["Compare", "Mark", "Compress"]
        assert len(keys) == len(set(keys))


async def test_a_high_window_has_a_second_line_of_keys(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        bar = pilot.app.screen.query_one(KeyBar)
        assert bar.size.height == 2
        keys = {key.label: key for key in bar.shown()}
        assert (keys["Quit"].y, keys["Mark"].y, keys["Decompress"].y) == (0, 0, 1)
        assert "Decompress" in bar.render_line(1).text
        await pilot.click(bar, offset=(keys["Settings"].x + 2, 1))
        await until(pilot, lambda: type(pilot.app.screen).__name__ == "SettingsScreen")


@pytest.mark.parametrize("width", [120, 170, 200, 240])
async def test_a_key_bar_of_a_large_window_leaves_out_none_of_the_other_screens(folder: Path, width: int) -> None:
    async with AictuiApp(folder).run_test(size=(width, 60)) as pilot:
        await listed(pilot)
        keys = {key.label for key in pilot.app.screen.query_one(KeyBar).shown()}
        assert {"Plugins", "Queue", "Settings", "Presets"} <= keys


async def test_a_click_in_the_key_bar_is_as_good_as_the_key(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        bar = pilot.app.screen.query_one(KeyBar)
        mark = next(key for key in bar.shown() if key.label == "Mark")
        await pilot.click(bar, offset=(mark.x + 2, 0))
        assert table_of(pilot).marked


async def test_without_colour_everything_is_still_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("space", "j")
        lines = [strip.text for strip in table_of(pilot).render_lines(table_of(pilot).size.region)]
        assert any("● beach.jpg" in line for line in lines)
        assert any("unreadable" in line for line in lines)


def test_a_crash_ends_with_an_exit_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(app: AictuiApp) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(AictuiApp, "run", partialmethod(AictuiApp.run, headless=True))
    monkeypatch.setattr("aictui.tui.app.detect", lambda: None)
    monkeypatch.setattr(AictuiApp, "on_mount", lambda app: app.exit())
    assert run(folder) == 0
    monkeypatch.setattr(AictuiApp, "on_mount", crash)
    assert run(folder) == 1


async def test_where_one_types_only_keys_that_do_not_type_are_shown(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        bar = pilot.app.screen.query_one(KeyBar)
        assert {"/", "q"} <= {key.key for key in bar.shown()}
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        keys = {key.key for key in bar.shown()}
        assert "^q" in keys
        assert not [key for key in keys if len(key) == 1 and key.isascii()]
        commands = {command.label: command.keys for command in available_commands(pilot.app.screen)}
        assert commands["browser: filter"] == ()
        assert commands["app: quit"] == ("^q",)
