"""The queue at work while one does something else."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from textual.pilot import Pilot

from aictui.tui.app import AictuiApp
from aictui.tui.screens.browser import BrowserScreen
from aictui.tui.screens.dialogs import ConfirmDialog
from aictui.tui.screens.queue import QueueScreen
from aictui.tui.widgets.image_table import ImageTable
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


async def test_what_is_compressed_next_comes_after_the_rest(folder: Path, gate: threading.Event) -> None:
    late = folder.parent / "late.png"
    Image.new("RGB", (64, 64)).save(late)
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
