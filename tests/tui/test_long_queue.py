"""A queue of ten thousand files, from finding them to their results, without a stall."""

from pathlib import Path

import pytest
from PIL import Image
from textual.pilot import Pilot

from aictui.batch.runner import Compressed
from aictui.codec.settings import Settings
from aictui.progress import Progress
from aictui.tui.app import AictuiApp
from aictui.tui.catalog import Catalog
from aictui.tui.screens.dialogs import PromptDialog
from aictui.tui.screens.queue import QueueScreen
from aictui.tui.widgets.queue_table import QueueTable
from tests.linear_model import linear_info
from tests.tui.browsing import until
from tests.tui.probe import LONGEST_STALL, Probe

COUNT = 10_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    first = folder / "image 0.png"
    Image.new("RGB", (16, 12), (90, 90, 90)).save(first)
    data = first.read_bytes()
    for number in range(1, COUNT):
        # Bytes of their own, since the queue takes one file of several names for one image.
        (folder / f"image {number}.png").write_bytes(data + str(number).encode())
    return folder


@pytest.fixture(autouse=True)
def light_codec(monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(data: bytes, settings: Settings, progress: Progress) -> Compressed:
        progress(0.5, "coding")
        return Compressed(b"\x89AIC" + data[-8:], settings.target.value)

    monkeypatch.setattr("aictui.batch.runner.compress", encode)
    monkeypatch.setattr("aictui.batch.output.os.fsync", lambda _: None)
    monkeypatch.setattr(
        "aictui.tui.widgets.queue_form.load_catalog", lambda: Catalog({"photo": linear_info()}, {}, {}, {})
    )
    monkeypatch.setattr("aictui.batch.runner.settings_identity", lambda settings: str(settings.target))


async def test_ten_thousand_files_are_listed_tried_sorted_run_and_reported_without_a_stall(
    many: Path, tmp_path: Path
) -> None:
    async with AictuiApp(tmp_path).run_test(size=(120, 40)) as pilot:
        screen = QueueScreen([many], ledger=tmp_path / "ledger.sqlite")
        await pilot.app.push_screen(screen)
        await pilot.pause()
        stalls = {}
        probe = Probe()

        async def then(name: str) -> None:
            await pilot.pause(0.02)
            stalls[name] = round(probe.take(), 3)

        table = screen.query_one(QueueTable)
        await until(pilot, lambda: len(table.rows) == COUNT, 60)
        assert [row.name for row in table.rows[9:11]] == ["image 9.png", "image 10.png"]
        await then("list")
        await pilot.press(*"jjjj", *["pagedown"] * 5, "G", "g", *"sSs", "a", "a")
        await then("move, sort and mark")
        await pilot.press("d")
        await until(pilot, lambda: not screen.running, 60)
        assert screen.queue.totals.finished == 10_000
        await then("dry run")
        await pilot.press("r")
        await until(pilot, lambda: screen.queue.totals.finished > 500, 60)
        await pilot.press(*"jjs")
        await then("run")
        await pilot.press("x")
        await until(pilot, lambda: not screen.running, 60)
        await then("cancel")
        await report(pilot, tmp_path / "report.json")
        await then("report")
        await pilot.press("a", "delete")
        assert screen.rows == []
        await then("remove")
        assert max(stalls.values()) < 2 * LONGEST_STALL, stalls  # a busy machine takes twice the CPU time


async def report(pilot: "Pilot[None]", path: Path) -> None:
    await pilot.press("w")
    await until(pilot, lambda: isinstance(pilot.app.screen, PromptDialog))
    pilot.app.screen.query_one("Input").value = str(path)  # type: ignore[attr-defined]
    await pilot.press("enter")
    await until(pilot, path.is_file)
