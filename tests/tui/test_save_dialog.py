import sys
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from aictui.codec.files import Overwrite
from aictui.tui.app import AictuiApp
from aictui.tui.screens.save_dialog import Destination, SaveDialog
from aictui.tui.widgets.menu import Menu


async def opened(pilot: "Pilot[None]", path: Path, overwrite: Overwrite = "rename") -> list[Destination | None]:
    """What the dialog for ``path`` answers, once it has."""
    answers: list[Destination | None] = []
    pilot.app.push_screen(SaveDialog(path, overwrite, "photo · 12 kB"), answers.append)
    await pilot.pause()
    return answers


def outcome(pilot: "Pilot[None]") -> str:
    return str(pilot.app.screen.query_one("#outcome", Static).content)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes every name for a user's")
async def test_a_user_that_nobody_knows_is_a_problem_to_mend(tmp_path: Path) -> None:
    async with AictuiApp(tmp_path).run_test(size=(80, 24)) as pilot:
        answers = await opened(pilot, tmp_path / "a.aic")
        pilot.app.screen.query_one("#folder", Input).value = "~nobody-of-this-name"
        await pilot.press("enter")
        await pilot.pause()
        assert "✗ ~nobody-of-this-name: there is no user" in outcome(pilot)
        assert not answers
        pilot.app.screen.query_one("#folder", Input).value = str(tmp_path)
        await pilot.press("enter")
        assert answers == [Destination(tmp_path / "a.aic", "rename")]


async def test_the_image_itself_is_not_offered_to_be_replaced(tmp_path: Path) -> None:
    image = tmp_path / "a.aic"  # which is a PNG in truth
    image.touch()
    async with AictuiApp(tmp_path).run_test(size=(80, 24)) as pilot:
        answers: list[Destination | None] = []
        pilot.app.push_screen(SaveDialog(image, "overwrite", "", image), answers.append)
        await pilot.pause()
        assert "is the file that the result is made of" in outcome(pilot)
        await pilot.press("enter")
        assert not answers


async def test_leaving_files_alone_by_default_says_so_instead_of_saving_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.aic").touch()
    async with AictuiApp(tmp_path).run_test(size=(80, 24)) as pilot:
        answers = await opened(pilot, tmp_path / "a.aic", "skip")
        assert "a.aic exists; choose another name" in outcome(pilot)
        assert pilot.app.screen.query_one(Menu).chosen == "error"
        await pilot.press("enter")
        assert not answers
        await pilot.press("home", "b", "enter")
        assert answers == [Destination(tmp_path / "ba.aic", "error")]


async def test_a_name_of_another_format_is_refused_and_one_of_none_gets_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "victim.jpg").write_bytes(b"a photo")
    async with AictuiApp(tmp_path).run_test(size=(80, 24)) as pilot:
        answers = await opened(pilot, tmp_path / "a.aic", "overwrite")
        name = pilot.app.screen.query_one("#name", Input)
        name.value = "victim.jpg"
        await pilot.press("enter")
        await pilot.pause()
        assert "is the name of an image of another format" in outcome(pilot)
        assert not answers
        name.value = "trip 12.03"
        await pilot.pause()
        assert "trip 12.03.aic" in outcome(pilot)
        name.value = "harbour"
        await pilot.press("enter")
        assert answers == [Destination(tmp_path / "harbour.aic", "overwrite")]
