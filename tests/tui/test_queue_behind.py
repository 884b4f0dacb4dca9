"""The queue at work while one does something else."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image
from textual.pilot import Pilot
from textual.widgets import Input

from aictui.tui.app import AictuiApp
from aictui.tui.screens.browser import BrowserScreen
from aictui.tui.screens.dialogs import ConfirmDialog
from aictui.tui.screens.queue import QueueScreen
from aictui.tui.widgets.image_table import ImageTable
from aictui.tui.widgets.menu import Menu
from aictui.tui.widgets.top_bar import TopBar
from tests.tui.queueing import settled, states, until


@asynccontextmanager
async def at_work(folder: Path, gate: threading.Event) -> AsyncIterator[tuple["Pilot[None]", QueueScreen]]:
    """A queue that halts at the first files, behind the browser of their folder."""
    gate.clear()
    app = AictuiApp(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(app.screen.query_one(ImageTable).rows) == 2)
        await app.queue([folder])
        screen = app.screen
        assert isinstance(screen, QueueScreen)
        await settled(pilot, screen)
        await pilot.press("r")
        await until(pilot, lambda: "working" in states(screen).values())
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, BrowserScreen))
        yield pilot, screen


@pytest.fixture
def late(folder: Path) -> Path:
    """One more picture, outside the folder."""
    path = folder.parent / "late.png"
    Image.new("RGB", (64, 64)).save(path)
    return path


async def test_one_browses_while_the_queue_goes_on_and_sees_its_results(folder: Path, gate: threading.Event) -> None:
    async with at_work(folder, gate) as (pilot, queue):
        bar, table = pilot.app.screen.query_one(TopBar), pilot.app.screen.query_one(ImageTable)
        await until(pilot, lambda: "queue 0 of 4" in bar.background_work)
        gate.set()
        await until(pilot, lambda: set(states(queue).values()) == {"done"})
        await until(pilot, lambda: not bar.background_work)
        await until(pilot, lambda: any(file.is_compressed for file in table.items))
        await pilot.press("f3")
        assert pilot.app.screen is queue


async def test_what_is_compressed_next_comes_after_the_rest(folder: Path, late: Path, gate: threading.Event) -> None:
    async with at_work(folder, gate) as (pilot, queue):
        await pilot.app.queue([late])
        assert pilot.app.screen is queue
        await until(pilot, lambda: states(queue).get("late.png") == "waiting")
        gate.set()
        await until(pilot, lambda: set(states(queue).values()) == {"done"})
        assert late.with_suffix(".aic").is_file()


async def test_the_next_queue_is_a_fresh_one_once_this_one_is_done(folder: Path, gate: threading.Event) -> None:
    async with at_work(folder, gate) as (pilot, queue):
        gate.set()
        await until(pilot, lambda: not queue.running)
        await pilot.app.queue([folder / "coast.jpg"])
        fresh = pilot.app.screen
        assert isinstance(fresh, QueueScreen)
        await settled(pilot, fresh)
        assert states(fresh) == {"coast.jpg": "waiting"}
        assert not queue.is_running


async def test_leaving_the_application_asks_for_a_queue_that_nobody_sees(folder: Path, gate: threading.Event) -> None:
    async with at_work(folder, gate) as (pilot, _):
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        assert "The queue is at 0 of 4 files" in pilot.app.screen.question
        await pilot.press("y")
    assert not list(folder.rglob("*.aic"))


async def test_what_was_added_does_not_run_after_a_run_that_was_cancelled(
    folder: Path, late: Path, gate: threading.Event
) -> None:
    async with at_work(folder, gate) as (pilot, queue):
        await pilot.app.queue([late])
        await until(pilot, lambda: states(queue).get("late.png") == "waiting")
        await pilot.press("x")
        await until(pilot, lambda: not queue.running)
        await pilot.pause(0.1)
        assert states(queue)["late.png"] == "waiting"
        assert not late.with_suffix(".aic").exists()


async def test_what_is_listed_only_after_the_run_comes_after_it_all_the_same(
    folder: Path, late: Path, gate: threading.Event, search: threading.Event
) -> None:
    async with at_work(folder, gate) as (pilot, queue):
        search.clear()
        await pilot.app.queue([late])
        gate.set()
        await until(pilot, lambda: not queue.running)
        search.set()
        await until(pilot, lambda: states(queue).get("late.png") == "done")


async def test_what_was_added_is_made_as_the_run_that_it_follows_makes_its_files(
    folder: Path, late: Path, gate: threading.Event
) -> None:
    async with at_work(folder, gate) as (pilot, queue):
        await pilot.app.queue([late])
        queue.query_one("#target", Input).value = "32x"
        field = queue.query_one("#include", Input)
        field.focus()
        await pilot.press("tab")  # through a field that stays as it is
        gate.set()
        await until(pilot, lambda: states(queue).get("late.png") == "done")
        assert {row.result.ratio for row in queue.rows if row.result} == {16}


async def test_a_queue_that_is_not_done_takes_in_what_is_compressed_next(folder: Path, late: Path) -> None:
    app = AictuiApp(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(app.screen.query_one(ImageTable).rows) == 2)
        await app.queue([folder])
        await settled(pilot, app.screen)
        await pilot.press("escape")
        await app.queue([late])
        await until(pilot, lambda: states(app.screen).get("late.png") == "waiting")
        assert len(states(app.screen)) == 5


async def test_a_queue_that_is_not_listed_yet_takes_in_what_is_compressed_next(
    folder: Path, late: Path, search: threading.Event
) -> None:
    app = AictuiApp(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        search.clear()
        await app.queue([folder])
        queue = app.screen
        await pilot.press("escape")
        await app.queue([late])
        assert app.screen is queue
        search.set()
        await until(pilot, lambda: len(states(queue)) == 5)


async def test_a_dialog_before_the_browser_hides_nothing_of_the_queue(folder: Path, gate: threading.Event) -> None:
    async with at_work(folder, gate) as (pilot, _):
        bar = pilot.app.screen.query_one(TopBar)
        await until(pilot, lambda: "queue 0 of 4" in bar.background_work)
        await pilot.press("f1")
        await pilot.pause(0.3)
        assert "queue 0 of 4" in bar.background_work


async def test_from_a_screen_above_the_queue_one_sees_how_far_it_is(folder: Path, gate: threading.Event) -> None:
    async with at_work(folder, gate) as (pilot, queue):
        await pilot.press("f3", "f4")
        await until(pilot, lambda: pilot.app.screen is not queue)
        assert "queue 0 of 4" in pilot.app.screen.query_one(TopBar).background_work
        pilot.app.clear_notifications()
        await pilot.press("f3")
        await until(pilot, lambda: any("esc goes back" in notice.message for notice in pilot.app._notifications))


async def test_what_is_left_out_is_counted_over_all_that_was_named(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    async with at_work(folder, gate) as (pilot, queue):
        for name in ("nothing.png", "broken.jpg"):
            await pilot.app.queue([tmp_path / name])
            await pilot.press("escape")
        await until(pilot, lambda: "2 left out" in queue.query_one(TopBar).figures)


async def test_originals_of_what_was_added_are_never_replaced_without_a_word(
    folder: Path, late: Path, gate: threading.Event
) -> None:
    gate.clear()
    app = AictuiApp(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(app.screen.query_one(ImageTable).rows) == 2)
        await app.queue([folder / "coast.jpg"])
        queue = app.screen
        await settled(pilot, queue)
        queue.query_one("#place", Menu).chosen = "replace"
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await pilot.press("y")
        await until(pilot, lambda: "working" in states(queue).values())
        await pilot.press("escape")
        await app.queue([late])
        await pilot.press("escape")
        gate.set()
        await until(pilot, lambda: not queue.running)
        await until(pilot, lambda: any("r in the queue runs" in notice.message for notice in app._notifications))
        assert isinstance(app.screen, BrowserScreen)
        assert states(queue)["late.png"] == "waiting"
        assert late.is_file()
