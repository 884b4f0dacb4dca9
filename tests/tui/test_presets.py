from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Label, OptionList

from aictui import config, presets
from aictui.codec.settings import Settings, Target
from aictui.tui.app import AictuiApp
from aictui.tui.catalog import Catalog
from aictui.tui.screens.dialogs import ConfirmDialog, PromptDialog
from aictui.tui.screens.presets import PresetsDialog
from aictui.tui.screens.queue import QueueScreen
from aictui.tui.screens.settings import SettingsScreen
from aictui.tui.widgets.queue_form import QueueForm
from tests.linear_model import linear_info
from tests.tui.browsing import make_pictures, until
from tests.tui.fakes import comparing, make_photo

SIZE = (120, 40)


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "config.toml"))
    monkeypatch.setattr(
        "aictui.tui.widgets.queue_form.load_catalog", lambda: Catalog({"photo": linear_info()}, {}, {}, {})
    )


async def save_as(pilot: "Pilot[None]", name: str) -> None:
    await pilot.press("P", "s")
    await pilot.press(*(key if key != " " else "space" for key in name), "enter")
    await pilot.pause()


async def open_queue(pilot: "Pilot[None]", folder: Path) -> QueueScreen:
    screen = QueueScreen([folder], ledger=folder.parent / "ledger.sqlite")
    await pilot.app.push_screen(screen)
    await until(pilot, lambda: bool(screen.rows))
    return screen


async def test_the_settings_of_the_queue_are_saved_under_a_name_and_used_again(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "pictures")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        screen = await open_queue(pilot, folder)
        target = screen.query_one("#target", Input)
        target.value = "q60"
        await save_as(pilot, "for the web")
        assert config.load().presets["for the web"]["target"] == "q60"
        await pilot.press("escape")
        target.value = "8x"
        await pilot.press("P", "enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        await until(pilot, lambda: target.value == "q60")
        assert screen.query_one(QueueForm).settings.target == Target("quality", 60)


async def test_the_settings_of_the_compare_view_are_saved_and_used_again(tmp_path: Path) -> None:
    async with comparing(make_photo(tmp_path / "harbour.png")) as view:
        await view.exact()
        await save_as(view.pilot, "usual")
        await view.press("escape", "greater_than_sign")
        await view.exact()
        assert view.ratio == pytest.approx(19, rel=0.01)
        await view.press("P", "enter")
        await view.exact()
        assert view.ratio == pytest.approx(16, rel=0.01)


async def test_a_preset_is_replaced_only_after_a_question(tmp_path: Path) -> None:
    presets.save("web", Settings(target=Target("ratio", 4)))
    folder = make_pictures(tmp_path / "pictures")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await open_queue(pilot, folder)
        await save_as(pilot, "web")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        await pilot.press("escape")
        assert config.load().presets["web"]["target"] == "4x"
        await pilot.press("s", *"web", "enter")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()
        assert config.load().presets["web"]["target"] == "16x"


async def test_a_preset_that_another_process_has_saved_is_not_replaced_without_a_question(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "pictures")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await open_queue(pilot, folder)
        presets.save("web", Settings(target=Target("ratio", 4)))
        await save_as(pilot, "web")
        assert isinstance(pilot.app.screen, ConfirmDialog)
        assert config.load().presets["web"]["target"] == "4x"


async def test_a_preset_is_deleted_from_the_settings_after_a_question(tmp_path: Path) -> None:
    presets.save("web", Settings())
    presets.save("print", Settings(target=Target("quality", 90)))
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await pilot.press("f4", "P")
        await until(pilot, lambda: isinstance(pilot.app.screen, PresetsDialog))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, PresetsDialog)
        await pilot.press("delete", "y")
        await pilot.pause()
        assert set(config.load().presets) == {"print"}
        assert pilot.app.screen.query_one(OptionList).option_count == 1
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        assert "web" not in str(pilot.app.screen.query_one("#presets").render())


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_person_sees_what_the_presets_say(
    snap_compare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    presets.save("web", Settings(target=Target("quality", 60), keep=frozenset({"icc"})))
    archive = Settings(Target("ratio", 8), quantizer="deadzone", options={"quantizer": {"zone": 0.1}}, effort=3)
    presets.save("for the archive", archive)
    monkeypatch.chdir(tmp_path)
    make_pictures(tmp_path / "pictures")

    async def before(pilot: "Pilot[None]") -> None:
        await open_queue(pilot, Path("pictures"))
        await pilot.press("P")
        await until(pilot, lambda: isinstance(pilot.app.screen, PresetsDialog))

    assert snap_compare(AictuiApp(Path("pictures")), run_before=before, terminal_size=size)


async def test_a_name_that_cannot_be_is_told_and_can_be_mended(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "pictures")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await open_queue(pilot, folder)
        await save_as(pilot, "a/b")
        dialog = pilot.app.screen
        assert isinstance(dialog, PromptDialog)
        assert "'a/b' is not a name for a preset" in str(dialog.query_one("#problem", Label).content)
        assert (dialog.query_one(Input).value, config.load().presets) == ("a/b", {})
        await pilot.press("backspace", "backspace", "enter")
        await pilot.pause()
        assert set(config.load().presets) == {"a"}


async def test_the_menu_of_the_queue_offers_the_presets_and_the_defaults(tmp_path: Path) -> None:
    presets.save("web", Settings(target=Target("ratio", 4), effort=3))
    folder = make_pictures(tmp_path / "pictures")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        screen = await open_queue(pilot, folder)
        form = screen.query_one(QueueForm)
        await pilot.pause()
        screen.query_one("#preset")._choose("web")
        await pilot.pause()
        assert (form.settings.target, form.settings.effort) == (Target("ratio", 4), 3)
        screen.query_one("#preset")._choose("(none)")
        await pilot.pause()
        assert form.settings.target == presets.default_settings().target
