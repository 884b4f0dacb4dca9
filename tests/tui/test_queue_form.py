import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from aictui import config, presets
from aictui.codec.settings import Settings, Target
from aictui.tui.catalog import Catalog
from aictui.tui.screens.dialogs import ConfirmDialog, ErrorDialog
from aictui.tui.screens.queue import QueueScreen
from aictui.tui.widgets.menu import Menu
from aictui.tui.widgets.queue_form import QueueForm
from tests.linear_model import linear_info
from tests.tui.components import CATALOG
from tests.tui.queueing import open_queue, states, until

UsePreset = Callable[["Pilot[None]", QueueScreen], Awaitable[tuple[Menu, Input]]]


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UsePreset:
    """Chooses a preset of 40x that is called web; gives the fields of preset and target."""
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "config.toml"))
    presets.save("web", Settings(target=Target("ratio", 40)))

    async def use(pilot: "Pilot[None]", screen: QueueScreen) -> tuple[Menu, Input]:
        menu, target = screen.query_one("#preset", Menu), screen.query_one("#target", Input)
        menu._choose("web")
        await until(pilot, lambda: target.value == "40x")
        return menu, target

    return use


async def test_replacing_originals_asks_first(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        screen.query_one("#place", Menu).chosen = "replace"
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        await pilot.press("escape")
        assert set(states(screen).values()) == {"waiting"}
        assert not screen.running

    await open_queue(folder, tmp_path, play)


async def test_results_can_go_to_a_tree_of_their_own(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        screen.query_one("#place", Menu)._choose("mirror")
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        await pilot.press("escape")
        screen.query_one("#folder", Input).value = "out"
        await pilot.press("r")
        await until(pilot, lambda: set(states(screen).values()) == {"done"})
        assert (tmp_path / "out" / "more" / "a gull.aic").is_file()

    await open_queue(folder, tmp_path, play)


async def test_what_no_file_can_be_compressed_with_is_told_once(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        form = screen.query_one(QueueForm)
        form.use(replace(form.settings, chunker="planes16"), "")
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        assert "model photo was trained on the chunks of rgb16" in pilot.app.screen.cause
        assert set(states(screen).values()) == {"waiting"}

    await open_queue(folder, tmp_path, play)


@pytest.mark.parametrize(
    ("text", "says"), [("200", "200 %; write a percentage from 0 to below 100"), ("much", "not a saving")]
)
async def test_a_saving_that_makes_no_sense_is_told_in_percent(
    folder: Path, tmp_path: Path, gate: threading.Event, text: str, says: str
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        screen.query_one("#saving", Input).value = text
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        dialog = pilot.app.screen
        assert says in f"{dialog.cause}; {dialog.remedy[:1].lower()}{dialog.remedy[1:]}"

    await open_queue(folder, tmp_path, play)


async def test_a_tune_is_the_models_own_until_one_is_chosen(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        form, menu = screen.query_one(QueueForm), screen.query_one("#tune", Menu)
        await until(pilot, lambda: menu.display)
        assert form.settings.tune is None
        menu._choose("visual")
        await pilot.pause()
        assert form.settings.tune == "visual"

    await open_queue(folder, tmp_path, play)


async def test_components_are_the_usual_ones_until_others_are_chosen(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        form, menu = screen.query_one(QueueForm), screen.query_one("#coder", Menu)
        form.offer(CATALOG)
        chosen = menu.chosen
        menu._choose("raw")
        screen.query_one("#planes", Menu)._choose("2")
        await pilot.pause()
        assert (form.settings.coder, form.settings.planes) == ("raw", 2)
        menu._choose(chosen)
        screen.query_one("#planes", Menu)._choose("auto")
        await pilot.pause()
        assert (form.settings.coder, form.settings.planes) == (chosen, None)

    await open_queue(folder, tmp_path, play)


async def test_what_only_the_model_before_had_goes_with_it(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        form, menu = screen.query_one(QueueForm), screen.query_one("#model", Menu)
        plain = replace(linear_info(), config={**linear_info().config, "max_planes": 0})
        form.offer(Catalog({"photo": linear_info(), "classic": plain}, {}, {}, {}))
        form.use(replace(form.settings, planes=2, latents=400), "")
        assert (form.settings.planes, form.settings.latents) == (2, 400)
        menu._choose("classic")
        await pilot.pause()
        assert form.settings.model == "classic"
        assert (form.settings.planes, form.settings.latents) == (None, None)

    await open_queue(folder, tmp_path, play)


async def test_patterns_choose_the_files(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        field = screen.query_one("#include", Input)
        field.focus()
        field.value = "*.png"
        await pilot.press("enter")
        await until(pilot, lambda: list(states(screen)) == ["harbour at night.png"])

    await open_queue(folder, tmp_path, play)


async def test_a_folder_of_an_unknown_user_is_told_before_anything_runs(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        screen.query_one("#place", Menu).chosen = "mirror"
        screen.query_one("#folder", Input).value = "~nobody-of-this-name"
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        assert "there is no user" in pilot.app.screen.cause
        assert not screen.running

    await open_queue(folder, tmp_path, play)


async def test_a_preset_that_is_changed_says_so(
    folder: Path, tmp_path: Path, gate: threading.Event, web: UsePreset
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        menu, target = await web(pilot, screen)
        assert menu.chosen == "web"
        target.value = "9x"
        await until(pilot, lambda: menu.chosen == "web, changed")
        target.value = "40x"
        await until(pilot, lambda: menu.chosen == "web")

    await open_queue(folder, tmp_path, play)


async def test_nothing_runs_before_the_list_is_the_one_that_was_asked_for(
    folder: Path, tmp_path: Path, gate: threading.Event, search: threading.Event
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        search.clear()
        field = screen.query_one("#include", Input)
        field.focus()
        field.value = "*.png"
        await pilot.press("enter")
        await pilot.pause()
        screen.action_start()
        assert not screen.running
        search.set()
        await until(pilot, lambda: list(states(screen)) == ["harbour at night.png"])
        screen.action_start()
        await until(pilot, lambda: set(states(screen).values()) == {"done"})
        assert len(list(folder.rglob("*.aic"))) == 1

    await open_queue(folder, tmp_path, play)


async def test_other_files_cannot_be_chosen_during_a_run(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        gate.clear()
        await pilot.press("r")
        await until(pilot, lambda: screen.running)
        fields = [screen.query_one(f"#{name}") for name in ("include", "exclude", "recursive")]
        assert all(field.disabled for field in fields)
        gate.set()
        await until(pilot, lambda: set(states(screen).values()) == {"done"} and not screen.running)
        assert not any(field.disabled for field in fields)

    await open_queue(folder, tmp_path, play)


async def test_a_preset_that_was_saved_anew_is_not_changed_any_more(
    folder: Path, tmp_path: Path, gate: threading.Event, web: UsePreset
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        menu, target = await web(pilot, screen)
        target.value = "9x"
        await until(pilot, lambda: menu.chosen == "web, changed")
        presets.save("web", screen.current_settings)
        await pilot.press("f1")
        await pilot.pause()
        await pilot.press("escape")
        await until(pilot, lambda: menu.chosen == "web")

    await open_queue(folder, tmp_path, play)
