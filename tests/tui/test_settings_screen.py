from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Select

from aictui import config
from aictui.tui.app import AictuiApp
from aictui.tui.screens.dialogs import ErrorDialog, TextDialog
from aictui.tui.screens.settings import SettingsScreen
from tests.tui.browsing import until

SIZE = (120, 40)


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv(config.VARIABLE, str(path))
    return path


@pytest.mark.parametrize(
    ("field", "value", "section", "key"),
    [("theme", "nord", "tui", "theme"), ("images", "off", "tui", "images")],
)
async def test_a_choice_takes_effect_and_is_kept(
    tmp_path: Path, field: str, value: str, section: str, key: str
) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        pilot.app.screen.query_one(f"#{field}", Select).value = value
        await pilot.pause()
        assert getattr(config.load(), section)[key] == value
        if field == "theme":
            assert pilot.app.theme == "nord"
        else:
            assert pilot.app.terminal.protocol == "off"


async def test_the_policy_for_files_that_exist_is_kept(tmp_path: Path) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        pilot.app.screen.query_one("#overwrite", Select).value = "skip"
        await pilot.pause()
        assert config.load().tui["output"] == {"overwrite": "skip"}


@pytest.mark.parametrize(("text", "kept"), [("100kB", {"target": "100kB"}), ("fast please", {}), ("", {})])
async def test_only_a_target_that_makes_sense_is_kept(tmp_path: Path, text: str, kept: dict[str, str]) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        field = pilot.app.screen.query_one("#target", Input)
        field.focus()
        field.value = text
        await pilot.press("enter")
        await pilot.pause()
        assert config.load().defaults == kept


async def test_nothing_is_written_unless_something_changes(tmp_path: Path, own_config: Path) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SettingsScreen)
        await pilot.press("tab", "tab", "tab", "escape")
        assert not own_config.exists()


async def test_the_config_file_can_be_read_in_the_application(tmp_path: Path, own_config: Path) -> None:
    own_config.write_text('[tui]\ntheme = "lightbox" # [mine]\n')
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4", "e")
        assert isinstance(pilot.app.screen, TextDialog)
        assert "[mine]" in pilot.app.screen.text


async def test_models_that_cannot_be_listed_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("no models")

    monkeypatch.setattr("aictui.network.store.available", fail)
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        assert "no models" in pilot.app.screen.cause


async def test_a_config_file_that_is_no_text_is_shown_without_harm(tmp_path: Path, own_config: Path) -> None:
    own_config.write_bytes(b"# caf\xe9 \x1b[2J\n")
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        await pilot.press("escape", "f4", "e")
        assert isinstance(pilot.app.screen, TextDialog)
        assert pilot.app.screen.text == "# caf\N{REPLACEMENT CHARACTER} \\x1b[2J"


async def left_with_target(pilot: "Pilot[None]", text: str) -> Screen[object]:
    """The settings, after a target was typed there and escape pressed."""
    await pilot.press("f4")
    screen = pilot.app.screen
    screen.query_one("#target", Input).focus()
    await pilot.press(*text, "escape")
    await pilot.pause()
    return screen


async def test_a_target_that_was_typed_is_kept_when_one_leaves(tmp_path: Path) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        screen = await left_with_target(pilot, "64x")
        assert pilot.app.screen is not screen
        assert config.load().defaults == {"target": "64x"}


async def test_a_target_that_is_none_is_told_before_one_leaves(tmp_path: Path) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        screen = await left_with_target(pilot, "64y")
        assert pilot.app.screen is screen
        assert any("'64y' is not a target" in toast.message for toast in pilot.app._notifications)
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not screen
        assert config.load().defaults == {}


async def test_a_theme_that_is_chosen_by_its_key_is_the_one_in_the_field(tmp_path: Path) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4", "ctrl+t")
        await pilot.pause()
        assert pilot.app.theme == "lightbox"
        assert pilot.app.screen.query_one("#theme", Select).value == "lightbox"


@pytest.mark.parametrize(("field", "value"), [("theme", "nord"), ("images", "off"), ("overwrite", "skip")])
async def test_a_choice_that_cannot_be_kept_is_not_in_force_and_not_shown(
    tmp_path: Path, own_config: Path, field: str, value: str
) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        select = pilot.app.screen.query_one(f"#{field}", Select)
        before, theme = select.value, pilot.app.theme
        own_config.mkdir()
        select.value = value
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        await pilot.press("escape")
        assert (select.value, pilot.app.theme) == (before, theme)


@pytest.mark.parametrize("key", ["f2", "ctrl+q"])
async def test_a_target_is_kept_however_one_leaves(tmp_path: Path, key: str) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        pilot.app.screen.query_one("#target", Input).focus()
        await pilot.press(*"24x", key)
        await until(pilot, lambda: not isinstance(pilot.app.screen, SettingsScreen) or pilot.app._exit)
    assert config.load().defaults == {"target": "24x"}
