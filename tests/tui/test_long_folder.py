"""A folder of ten thousand images: names at once, keys that do not stall, memory that stays small."""

import resource
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image

from aictui.tui.app import AictuiApp
from tests.tui.browsing import table_of, until
from tests.tui.probe import LONGEST_STALL, Probe

COUNT = 10_000
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


def most_memory() -> int:
    """The most bytes that this process has had, other tests included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


async def test_scrolling_ten_thousand_images_never_stalls(long_folder: Path) -> None:
    before = most_memory()
    async with AictuiApp(long_folder).run_test(size=(120, 40)) as pilot:
        table = table_of(pilot)
        await until(pilot, lambda: len(table.items) == COUNT)
        probe = Probe()
        for key in [
            *"jjjjjjjj",
            *["pagedown"] * 8,
            "G",
            *["pageup"] * 3,
            *"kk",
            "g",
            "space",
            "s",
            "S",
        ]:
            await pilot.press(key)
        assert probe.stop() < LONGEST_STALL
        assert most_memory() - before < MOST_MEMORY


async def test_a_long_folder_opens_at_its_first_image(long_folder: Path) -> None:
    async with AictuiApp(long_folder).run_test(size=(120, 40)) as pilot:
        table = table_of(pilot)
        await until(pilot, lambda: len(table.items) == COUNT)
        assert (table.cursor, table.scroll_offset.y) == (0, 0)
        await pilot.press("j")
        chosen = table.highlighted
        table.add(table.items[-3:])
        assert table.highlighted is chosen


async def test_only_headers_that_somebody_looks_at_are_read_first(long_folder: Path) -> None:
    async with AictuiApp(long_folder).run_test(size=(120, 40)) as pilot:
        table = table_of(pilot)
        await until(pilot, lambda: len(table.items) == COUNT)
        await pilot.press("G")
        await until(pilot, lambda: not table.rows[-1].is_unread)
        assert sum(not file.is_unread for file in table.items) < COUNT / 2
