from contextlib import asynccontextmanager

import pytest
from textual.widgets import Input, Static

from aictui.errors import TargetError
from aictui.progress import silent
from aictui.tui.app import AictuiApp
from aictui.tui.screens.dialogs import ConfirmDialog
from aictui.tui.screens.save_dialog import SaveDialog
from tests.tui.browsing import listed
from tests.tui.fakes import FakeWorkshop, Stage, Stubborn, comparing, make_photo, save_as


@pytest.fixture
def photo(tmp_path, monkeypatch):
    monkeypatch.setenv("AICTUI_CONFIG", str(tmp_path / "config.toml"))
    return make_photo(tmp_path / "harbour.png")


@asynccontextmanager
async def held_up(photo, session=Stubborn):
    """The compare view while the file is not made, until `Stubborn.gate` is set."""
    Stubborn.gate.clear()
    async with comparing(photo, workshop=FakeWorkshop(session)) as view:
        await view.until(lambda: view.state.startswith("loading"))
        yield view


async def test_a_person_finds_an_image_compares_and_saves_it(photo, monkeypatch):
    monkeypatch.setattr("aictui.tui.screens.compare.Workshop", FakeWorkshop)
    app = AictuiApp(photo.parent)
    async with app.run_test(size=(120, 40)) as pilot:
        await listed(pilot, 1)
        await pilot.press("enter")
        await pilot.pause()
        view = Stage(pilot, app.screen)
        await view.exact()
        await view.press("greater_than_sign")
        await view.exact()
        await view.press("s")
        await pilot.pause()
        await view.press("enter")
        target = photo.with_suffix(".aic")
        await view.until(target.exists)
        await view.until(lambda: view.state == "✓ saved harbour.aic")
        assert target.stat().st_size == view.figures.bytes


async def test_what_is_saved_before_the_file_is_made_is_saved_when_it_is(photo):
    async with held_up(photo) as view:
        await view.press("s")
        await view.pilot.pause()
        await view.press("enter")
        await view.until(lambda: view.screen.work_in_progress)
        assert view.screen.work_in_progress == "harbour.aic is not saved yet"
        Stubborn.gate.set()
        await view.until(photo.with_suffix(".aic").exists)
        await view.until(lambda: view.screen.work_in_progress is None)


async def test_leaving_asks_while_a_file_waits_to_be_saved(photo):
    async with held_up(photo) as view:
        await save_as(view, "first.aic")
        await view.press("escape")
        await view.until(lambda: isinstance(view.pilot.app.screen, ConfirmDialog))
        assert "first.aic is not saved yet" in view.pilot.app.screen.question
        await view.press("n")
        await view.until(lambda: view.pilot.app.screen is view.screen)
        await view.press("escape", "y")
        await view.until(lambda: view.screen not in view.pilot.app.screen_stack)
        Stubborn.gate.set()


async def test_a_wrong_target_and_a_second_wish_leave_the_first_wish_to_save_as_it_is(photo):
    async with held_up(photo) as view:
        await save_as(view, "first.aic")
        await view.press("t", *"abc", "enter", "escape")
        await save_as(view, "second.aic")
        await save_as(view, "second.aic")
        assert view.screen.work_in_progress == "first.aic and second.aic are not saved yet"
        assert any("is to be saved already" in toast.message for toast in view.pilot.app._notifications)
        Stubborn.gate.set()
        await view.until(lambda: view.screen.work_in_progress is None)
        assert {path.name for path in photo.parent.glob("*.aic")} == {"first.aic", "second.aic"}


def told(view):
    return "; ".join(f"{toast.title}: {toast.message}" for toast in view.pilot.app._notifications)


async def test_what_waits_to_be_saved_is_not_saved_as_something_else(photo):
    async with held_up(photo) as view:
        await save_as(view, "first.aic")
        view.screen.action_ratio(1)
        Stubborn.gate.set()
        await view.exact()
        assert view.screen.work_in_progress is None
        assert "Not saved: first.aic: something else was asked for before the file was made." in told(view)
        assert not list(photo.parent.glob("*.aic"))


async def test_a_file_that_changed_since_it_was_read_is_told_when_it_is_saved(photo):
    async with comparing(photo) as view:
        await view.exact()
        photo.write_bytes(photo.read_bytes() + b"more")
        await save_as(view, "first.aic")
        await view.until((photo.parent / "first.aic").exists)
        await view.until(lambda: "harbour.png has changed meanwhile; this is what it was before." in told(view))


async def test_the_question_whether_to_leave_answers_itself_once_the_file_is_saved(photo):
    async with held_up(photo) as view:
        await save_as(view, "first.aic")
        await view.press("escape")
        await view.until(lambda: isinstance(view.pilot.app.screen, ConfirmDialog))
        Stubborn.gate.set()
        await view.until(lambda: view.screen not in view.pilot.app.screen_stack)
        assert (photo.parent / "first.aic").exists()


async def test_what_cannot_be_made_is_not_saved_now_or_later(photo):
    class Limited(Stubborn):
        def exact(self, target, progress=silent):
            if target.value > 100:
                raise TargetError("256x cannot be reached")
            return super().exact(target, progress)

    async with held_up(photo, Limited) as view:
        view.screen.action_ratio(4)
        await save_as(view, "first.aic")
        Stubborn.gate.set()
        await view.until(lambda: view.state.startswith("✗"))
        assert view.screen.work_in_progress is None
        assert "Not saved: first.aic: there is no such file." in told(view)
        await view.press("s")
        await view.pilot.pause()
        assert view.pilot.app.screen is view.screen
        assert "There is no file to save" in told(view)
        view.screen.action_ratio(-4)
        await view.exact()
        assert not list(photo.parent.glob("*.aic"))


async def test_the_save_dialog_foretells_where_the_file_goes(photo):
    taken = photo.with_suffix(".aic")
    taken.write_bytes(b"mine")
    async with comparing(photo) as view:
        await view.exact()
        await view.press("s")
        await view.pilot.pause()
        dialog = view.pilot.app.screen
        assert isinstance(dialog, SaveDialog)
        outcome = dialog.query_one("#outcome", Static)
        assert "harbour" in str(outcome.render())
        assert str(taken) not in str(outcome.render()).split()
        dialog.query_one("#policy").action_cycle(-1)
        await view.pilot.pause()
        assert "exists" in str(outcome.render())
        await view.press("enter")
        assert view.pilot.app.screen is dialog
        dialog.query_one("#folder", Input).value = str(photo.parent / "nowhere")
        await view.pilot.pause()
        assert "there is no folder" in str(outcome.render())
        await view.press("escape")
    assert taken.read_bytes() == b"mine"


async def test_a_file_that_cannot_be_written_is_told(photo, monkeypatch):
    from aictui.errors import OutputError

    class Full(FakeWorkshop):
        def write(self, path, data, overwrite, source):
            raise OutputError(f"{path} cannot be written: the disk is full")

    async with comparing(photo, workshop=Full()) as view:
        await view.exact()
        await view.press("s")
        await view.pilot.pause()
        await view.press("enter")
        await view.until(lambda: view.state == "✗ The result cannot be written")
        assert view.screen.work_in_progress is None
