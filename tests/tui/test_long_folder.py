"""A folder of ten thousand images: names at once, keys that do not stall, memory that stays small."""

import asyncio
import resource
import shutil
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from aictui.tui.app import AictuiApp
from tests.tui.browsing import table_of, until

COUNT = 10_000
LONGEST_STALL = 0.05
MOST_MEMORY = 400 * 2**20


@pytest.fixture(scope="module")
def long_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    first = folder / "IMG_00000.jpg"
    Image.new("RGB", (320, 240), (90, 90, 90)).save(first)
    for number in range(1, COUNT):
        path = folder / f"IMG_{number:05d}.jpg"
        try:
            path.hardlink_to(first)
        except OSError:
            shutil.copyfile(first, path)
    return folder


class Probe:
    """Notes how much processor time the interface takes between two turns of its event loop.

    Processor time of the thread, not the clock: a machine busy with other things would fail the clock.
    """

    def __init__(self) -> None:
        self.stalls: list[float] = []
        self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            self.stalls.append(now - last)
            last = now

    def stop(self) -> float:
        self._task.cancel()
        # One in a thousand may be a hiccup of the machine.
        return sorted(self.stalls)[-1 - len(self.stalls) // 1000]


def most_memory() -> int:
    """The most bytes that this process has had, other tests included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


async def test_scrolling_ten_thousand_images_never_stalls(long_folder: Path) -> None:
    before = most_memory()
    async with AictuiApp(long_folder).run_test(size=(120, 40)) as pilot:
        table = table_of(pilot)
        await until(pilot, lambda: len(table.files) == COUNT)
        probe = Probe()
        for key in [
            *"jjjjjjjjjjjjjjjjjjjj",
            *["pagedown"] * 20,
            "G",
            *["pageup"] * 5,
            *"kkkkk",
            "g",
            "space",
            "s",
            "S",
        ]:
            await pilot.press(key)
        assert probe.stop() < LONGEST_STALL
        assert most_memory() - before < MOST_MEMORY


async def test_only_headers_that_somebody_looks_at_are_read_first(long_folder: Path) -> None:
    async with AictuiApp(long_folder).run_test(size=(120, 40)) as pilot:
        table = table_of(pilot)
        await until(pilot, lambda: len(table.files) == COUNT)
        await pilot.press("G")
        await until(pilot, lambda: not table.rows[-1].is_unread)
        assert sum(not file.is_unread for file in table.files) < COUNT / 2
