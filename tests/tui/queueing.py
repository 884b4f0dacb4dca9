"""The queue screen, opened for a test."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from aictui.tui.app import AictuiApp
from aictui.tui.screens.queue import QueueScreen
from aictui.tui.widgets.queue_table import QueueTable

Play = Callable[["Pilot[None]", QueueScreen], Any]
SIZES = [(80, 24), (120, 40), (200, 60)]
NAMES = ("coast.jpg", "harbour at night.png", "more/a gull.jpg", "more/waves.jpg")


async def settled(pilot: "Pilot[None]", screen: QueueScreen) -> None:
    """Waits until form and list are there and no batch is at work."""
    for _ in range(400):
        await pilot.pause(0.02)
        listed = screen.rows and screen.query_one(QueueTable).rows
        if listed and not screen.running and not screen.query(".-later"):
            return
    raise AssertionError("the queue did not settle")


async def until(pilot: "Pilot[None]", condition: Callable[[], bool]) -> None:
    for _ in range(400):
        await pilot.pause(0.02)
        if condition():
            return
    raise AssertionError(
        f"waited in vain: {pilot.app.screen} {[(r.state, r.detail) for r in getattr(pilot.app.screen, 'rows', [])]}"
    )


async def open_queue(folder: Path, tmp_path: Path, play: Play, size: tuple[int, int] = (120, 40)) -> None:
    app = AictuiApp(folder)
    async with app.run_test(size=size) as pilot:
        screen = QueueScreen([folder], ledger=tmp_path / "ledger.sqlite")
        await app.push_screen(screen)
        await settled(pilot, screen)
        await play(pilot, screen)


def states(screen: QueueScreen) -> dict[str, str]:
    return {row.name: row.state for row in screen.rows}
