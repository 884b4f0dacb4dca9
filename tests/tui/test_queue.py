import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets._toast import Toast

from aictui.batch import Batch, FileResult
from aictui.codec.settings import Settings, Target
from aictui.tui.app import AictuiApp
from aictui.tui.queue_rows import QueueRow
from aictui.tui.screens.dialogs import ErrorDialog
from aictui.tui.screens.queue import QueueScreen
from aictui.tui.widgets.key_bar import KeyBar
from aictui.tui.widgets.menu import Menu
from aictui.tui.widgets.queue_form import QueueForm
from aictui.tui.widgets.queue_table import QueueTable
from aictui.tui.widgets.queue_totals import QueueTotals, duration_text
from aictui.tui.widgets.top_bar import TopBar
from tests.tui.queueing import NAMES, SIZES, open_queue, settled, states, until


async def test_marked_files_are_compressed_and_reported(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        assert list(states(screen)) == ["coast.jpg", "harbour at night.png", "more/a gull.jpg", "more/waves.jpg"]
        await pilot.press("r")
        await until(pilot, lambda: set(states(screen).values()) == {"done"})
        await settled(pilot, screen)
        assert (folder / "more" / "waves.aic").is_file()
        assert screen.query_one(QueueTotals).figures.startswith("finished · 4 of 4 files")
        await pilot.press("w", "enter")
        await until(pilot, (folder / "aictui-report.json").is_file)
        content = json.loads((folder / "aictui-report.json").read_text())
        assert content["states"] == {"done": 4}

    await open_queue(folder, tmp_path, play)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
async def test_a_name_that_is_no_utf8_is_reported_as_json_can_hold_it(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    name = os.fsdecode(b"stra\xdfe.png")
    Image.new("RGB", (20, 20)).save(folder / name)

    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        await until(pilot, lambda: set(states(screen).values()) == {"done"})
        await settled(pilot, screen)
        await pilot.press("w", "enter")
        await until(pilot, (folder / "aictui-report.json").is_file)
        content = json.loads((folder / "aictui-report.json").read_text())
        assert str(folder / name) in {result["source"] for result in content["results"]}

    await open_queue(folder, tmp_path, play)


async def test_a_report_that_goes_wrong_is_told(
    folder: Path, tmp_path: Path, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(results: object) -> None:
        raise ZeroDivisionError("no results")

    monkeypatch.setattr("aictui.batch.report", fail)

    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("d")
        await until(pilot, lambda: set(states(screen).values()) == {"planned"})
        await settled(pilot, screen)
        await pilot.press("w", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        assert "no results" in pilot.app.screen.cause

    await open_queue(folder, tmp_path, play)


async def test_the_key_bar_shows_the_keys_of_the_moment(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        def keys() -> set[str]:
            return {key.label for key in screen.query_one(KeyBar).shown()}

        assert {"Run", "Dry run"} <= keys()
        assert not keys() & {"Pause/resume", "Cancel", "Retry failed", "JSON report"}
        gate.clear()
        await pilot.press("r")
        await until(pilot, lambda: "Pause/resume" in keys())
        assert {"Pause/resume", "Cancel"} <= keys()
        assert "Run" not in keys()
        gate.set()
        await settled(pilot, screen)
        assert "JSON report" in keys()
        assert not keys() & {"Pause/resume", "Retry failed"}

    await open_queue(folder, tmp_path, play)


async def test_a_second_run_skips_what_is_done(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        await settled(pilot, screen)

    await open_queue(folder, tmp_path, play)

    async def again(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        await until(pilot, lambda: set(states(screen).values()) == {"skipped"})

    await open_queue(folder, tmp_path, again)


async def test_other_settings_run_again_what_is_done(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        await settled(pilot, screen)
        results = [row.result for row in screen.rows]
        await pilot.press("r")
        assert not screen.running
        screen.query_one("#target", Input).value = "8x"
        screen.query_one("#existing", Menu).chosen = "overwrite"
        await pilot.press("r")
        await settled(pilot, screen)
        assert set(states(screen).values()) == {"done"}
        assert all(now.result is not before for now, before in zip(screen.rows, results, strict=True))

    await open_queue(folder, tmp_path, play)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_no_notice_covers_the_line_about_the_highlighted_file(
    folder: Path, tmp_path: Path, gate: threading.Event, size: tuple[int, int]
) -> None:
    app = AictuiApp(folder)
    async with app.run_test(size=size, notifications=True) as pilot:
        screen = QueueScreen([folder], ledger=tmp_path / "ledger.sqlite")
        await app.push_screen(screen)
        await settled(pilot, screen)
        await pilot.press("x")
        await until(pilot, lambda: any(toast.region.area for toast in screen.query(Toast)))
        assert screen.query_one(Toast).region.bottom <= screen.query_one("#queue-detail").region.y


async def test_a_dry_run_writes_nothing(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("d")
        await until(pilot, lambda: set(states(screen).values()) == {"planned"})
        assert not list(folder.rglob("*.aic"))
        assert "coast.aic" in screen.rows[0].detail

    await open_queue(folder, tmp_path, play)


async def test_a_file_can_have_a_target_of_its_own(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("space", "space", "e")
        await pilot.press(*"8y", "enter")
        assert pilot.app.screen.query_one(Input).value == "8y"  # what is not a target can be mended
        await pilot.press("backspace", "x", "enter")
        assert [row.target for row in screen.rows] == [Target("ratio", 8), Target("ratio", 8), None, None]
        await pilot.press("r")
        await settled(pilot, screen)
        await until(pilot, lambda: set(states(screen).values()) == {"done"})
        assert [row.result.ratio for row in screen.rows if row.result] == [8, 8, 16, 16]

    await open_queue(folder, tmp_path, play)


async def test_pausing_holds_the_work_and_resuming_ends_it(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    gate.clear()

    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        await until(pilot, lambda: "working" in states(screen).values())
        await pilot.press("p")
        assert screen.query_one(QueueTotals).phase == "paused"
        assert "left" not in screen.query_one(QueueTotals).figures
        await pilot.press("e")  # which has to wait for the end of the run
        assert [notice.message for notice in pilot.app._notifications] == [
            "The queue is paused. p makes it go on, x cancels it."
        ]
        gate.set()
        await pilot.pause(0.2)
        assert "done" not in states(screen).values()
        await pilot.press("p")
        await until(pilot, lambda: set(states(screen).values()) == {"done"})

    await open_queue(folder, tmp_path, play)


async def test_cancelling_stops_without_a_trace_and_the_queue_can_run_again(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    gate.clear()

    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        await until(pilot, lambda: "working" in states(screen).values())
        assert "4 files" in str(screen.work_in_progress)
        await pilot.press("x")
        await settled(pilot, screen)
        assert set(states(screen).values()) == {"cancelled"}
        assert "0 of 4 files" in screen.query_one(QueueTotals).figures
        assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == sorted(
            [*(Path(name).name for name in NAMES), "notes.txt"]
        )
        gate.set()
        await pilot.press("f")
        await until(pilot, lambda: set(states(screen).values()) == {"done"})

    await open_queue(folder, tmp_path, play)


async def test_a_broken_image_fails_alone_and_says_why(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    path = folder / "coast.jpg"
    path.write_bytes(path.read_bytes() + b"broken")

    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        await settled(pilot, screen)
        await until(pilot, lambda: states(screen)["coast.jpg"] == "failed")
        assert sorted(states(screen).values()) == ["done", "done", "done", "failed"]
        assert "get the file again" in screen.rows[0].detail
        assert "✗ 1 failed" in screen.query_one(QueueTotals).figures

    await open_queue(folder, tmp_path, play)


async def test_files_leave_the_queue_and_stay_on_the_disk(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("delete")
        assert list(states(screen)) == ["harbour at night.png", "more/a gull.jpg", "more/waves.jpg"]
        assert (folder / "coast.jpg").is_file()

    await open_queue(folder, tmp_path, play)


async def test_the_table_sorts_by_each_column(folder: Path, tmp_path: Path, gate: threading.Event) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        table = screen.query_one(QueueTable)
        await pilot.press("s")
        assert table.sort_key == "size"
        assert [row.found.size for row in table.rows] == sorted(row.found.size for row in table.rows)
        await pilot.press("S")
        assert [row.found.size for row in table.rows] == sorted((row.found.size for row in table.rows), reverse=True)

    await open_queue(folder, tmp_path, play)


async def test_what_vanished_or_is_no_image_is_told_and_the_rest_stays(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    app = AictuiApp(folder)
    async with app.run_test() as pilot:
        screen = QueueScreen([tmp_path / "gone", folder / "notes.txt", folder / "coast.jpg"])
        await app.push_screen(screen)
        await settled(pilot, screen)
        assert list(states(screen)) == ["coast.jpg"]
        await until(pilot, lambda: screen.query_one(TopBar).figures == "1 image, 2 left out")
        (notice,) = app._notifications
        assert notice.message == "gone is not there\nnotes.txt is not an image that can be read"


@pytest.mark.parametrize(
    "step", ["queue_reports.find_rows", "widgets.queue_form.load_catalog"], ids=["a search", "a broken installation"]
)
async def test_what_goes_wrong_before_the_images_are_listed_is_told(
    folder: Path, gate: threading.Event, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("nothing to show")

    monkeypatch.setattr(f"aictui.tui.{step}", fail)
    app = AictuiApp(folder)
    async with app.run_test() as pilot:
        await app.push_screen(QueueScreen([folder]))
        await until(pilot, lambda: isinstance(app.screen, ErrorDialog))
        assert "nothing to show" in app.screen.cause


async def test_a_dry_run_that_is_cancelled_ends_without_an_error(
    folder: Path, tmp_path: Path, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = threading.Event()

    def content(batch: Batch, path: Path) -> tuple[str, bytes]:
        opened.wait(20)
        return path.name, b""

    monkeypatch.setattr(Batch, "_content", content)

    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("d", "x")
        opened.set()
        await settled(pilot, screen)
        assert pilot.app.screen is screen
        assert screen.query_one(QueueTotals).figures.startswith("cancelled")
        await pilot.press("d")
        await until(pilot, lambda: set(states(screen).values()) == {"planned"})

    await open_queue(folder, tmp_path, play)


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (42.4, "42 s"), (600, "10 min"), (3900, "1 h 05 min")])
def test_a_duration_reads_as_people_say_it(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def finished(row: QueueRow, state: str, ratio: float = 0, reason: str = "") -> None:
    settings = Settings()
    size = round(row.pixels * 3 / ratio) if ratio else 0
    output = row.found.path.with_suffix(".aic")
    from aictui.batch import Item

    item = Item(row.found.path, output, settings, row.pixels, row.found.size)
    row.take(FileResult(item, state, output, 8 * size or row.found.size, size, ratio, 0.4, reason))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_one_sees_settings_files_and_keys_before_the_run(
    snap_compare: Any, folder: Path, tmp_path: Path, gate: threading.Event, size: tuple[int, int]
) -> None:
    async def before(pilot: "Pilot[None]") -> None:
        screen = QueueScreen([folder], ledger=tmp_path / "ledger.sqlite")
        await pilot.app.push_screen(screen)
        await settled(pilot, screen)
        await until(pilot, lambda: screen.query_one(QueueForm).catalog is not None)

    assert snap_compare(AictuiApp(folder), run_before=before, terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_one_sees_bars_results_and_totals_during_the_run(
    snap_compare: Any, folder: Path, tmp_path: Path, gate: threading.Event, size: tuple[int, int]
) -> None:
    async def before(pilot: "Pilot[None]") -> None:
        screen = QueueScreen([folder], ledger=tmp_path / "ledger.sqlite")
        await pilot.app.push_screen(screen)
        await settled(pilot, screen)
        await until(pilot, lambda: screen.query_one(QueueForm).catalog is not None)
        first, second, third, fourth = screen.rows
        finished(first, "done", 16)
        finished(second, "failed", reason="the image is cut short; get the file again")
        third.state, third.fraction, third.phase = "working", 0.4, "coding"
        fourth.target = Target("ratio", 32)
        screen.add_class("-started")
        totals = screen.query_one(QueueTotals)
        totals.phase, totals.seconds_left = "running", 42
        screen.queue.replace(screen.rows)
        screen.files.show_list()
        totals.totals = screen.queue.totals
        await pilot.press("j")

    assert snap_compare(AictuiApp(folder), run_before=before, terminal_size=size)


async def test_keys_that_must_wait_for_the_end_of_a_run_say_so(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    gate.clear()

    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        for key in ("e", "delete", "r"):
            pilot.app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda: any("running" in notice.message for notice in pilot.app._notifications))
        await pilot.press("x", "p")
        await until(pilot, lambda: not screen.running)

    await open_queue(folder, tmp_path, play)


async def test_a_list_that_was_changed_says_no_more_how_the_run_before_ended(
    folder: Path, tmp_path: Path, gate: threading.Event
) -> None:
    async def play(pilot: "Pilot[None]", screen: QueueScreen) -> None:
        await pilot.press("r")
        await settled(pilot, screen)
        assert screen.query_one(QueueTotals).phase == "finished"
        await pilot.press("a", "delete")
        assert screen.query_one(QueueTotals).figures == "0 of 0 files"

    await open_queue(folder, tmp_path, play)
