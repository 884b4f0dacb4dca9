import time
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from aictui import config
from aictui.errors import InputError
from aictui.tui.app import AictuiApp
from tests.tui.browsing import listed, make_pictures, previewed, until

SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("TERM", "xterm-256color")
    time.tzset()
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "config.toml"))
    return make_pictures(tmp_path / "pictures" / "holiday")


async def ready(pilot: "Pilot[None]") -> None:
    await listed(pilot)
    await previewed(pilot)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_person_sees_folders_images_and_a_preview(snap_compare: Any, folder: Path, size: tuple[int, int]) -> None:
    assert snap_compare(AictuiApp(folder), run_before=ready, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_person_sees_which_images_are_marked_and_how_they_are_sorted(
    snap_compare: Any, folder: Path, size: tuple[int, int]
) -> None:
    async def mark(pilot: "Pilot[None]") -> None:
        await ready(pilot)
        await pilot.press("space", "j", "space", "s", "S")
        await pilot.pause(0.2)
        await previewed(pilot)

    assert snap_compare(AictuiApp(folder), run_before=mark, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_person_sees_help_on_the_images(snap_compare: Any, folder: Path, size: tuple[int, int]) -> None:
    async def ask(pilot: "Pilot[None]") -> None:
        await ready(pilot)
        await pilot.press("f1")
        await pilot.pause(0.3)

    assert snap_compare(AictuiApp(folder), run_before=ask, terminal_size=size)


def test_a_person_sees_what_went_wrong_and_what_to_do(snap_compare: Any, folder: Path) -> None:
    async def fail(pilot: "Pilot[None]") -> None:
        await ready(pilot)
        pilot.app.show_error(InputError("torn.jpg ends in the middle of the picture; get the file again"))  # type: ignore[attr-defined]
        await pilot.pause()

    assert snap_compare(AictuiApp(folder), run_before=fail, terminal_size=SIZES[0])


def test_a_person_sees_that_the_terminal_is_too_small(snap_compare: Any, folder: Path) -> None:
    assert snap_compare(AictuiApp(folder), terminal_size=(70, 20))


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_a_person_sees_the_settings(snap_compare: Any, folder: Path, size: tuple[int, int]) -> None:
    async def open_settings(pilot: "Pilot[None]") -> None:
        await ready(pilot)
        await pilot.press("f4")
        await pilot.pause(0.3)

    assert snap_compare(AictuiApp(folder), run_before=open_settings, terminal_size=size)


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_a_person_sees_the_light_theme(snap_compare: Any, folder: Path, size: tuple[int, int]) -> None:
    async def lighten(pilot: "Pilot[None]") -> None:
        await ready(pilot)
        await pilot.press("ctrl+t")
        pilot.app.clear_notifications()
        await until(pilot, lambda: pilot.app.theme == "lightbox")
        await pilot.pause(0.2)

    assert snap_compare(AictuiApp(folder), run_before=lighten, terminal_size=size)
