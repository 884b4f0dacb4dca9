"""The table of images: moving through it, its filter, its order and its columns."""

from pathlib import Path

import pytest
from PIL import Image

from aictui.tui.app import AictuiApp
from aictui.tui.columns import COLUMNS
from aictui.tui.text import size_text
from aictui.tui.widgets.filter_bar import FilterBar
from tests.tui.browsing import listed, make_pictures, names, table_of, until

SIZE = (120, 40)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures")


async def test_vim_keys_and_arrows_move_the_cursor(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("j", "down", "k")
        assert table_of(pilot).cursor == 1
        await pilot.press("G")
        assert table_of(pilot).highlighted.name == "torn.jpg"
        await pilot.press("g")
        assert table_of(pilot).cursor == 0


async def test_typing_after_a_slash_filters_and_escape_shows_all(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("slash", *"png")
        assert names(pilot) == ["harbour.png", "meadow 2.png"]
        await pilot.press("enter", "j")
        assert table_of(pilot).highlighted.name == "meadow 2.png"
        await pilot.press("escape")
        assert len(names(pilot)) == 5
        assert table_of(pilot).highlighted.name == "meadow 2.png"


@pytest.mark.parametrize(("words", "found"), [("ME 2", ["meadow 2.png"]), ("h*.a?c", ["harbour.aic"]), ("zz", [])])
async def test_every_word_of_the_filter_must_match(folder: Path, words: str, found: list[str]) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        pilot.app.screen.query_one(FilterBar).open()
        pilot.app.screen.query_one(FilterBar).value = words
        await pilot.pause()
        assert names(pilot) == found


async def test_sorting_goes_through_the_columns_and_turns_round(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("s")
        sizes = [file.bytes for file in table_of(pilot).rows]
        assert sizes == sorted(sizes)
        await pilot.press("S")
        assert [file.bytes for file in table_of(pilot).rows] == sorted(sizes, reverse=True)
        table_of(pilot).sort_by("pixels", reverse=True)
        assert [name for name in names(pilot) if name != "harbour.aic"][:3] == [
            "meadow 2.png",
            "harbour.png",
            "beach.jpg",
        ]


async def test_where_space_is_short_size_and_ratio_stay_and_so_does_what_one_sorts_by(folder: Path) -> None:
    def columns() -> list[str]:
        return [column.key for column, _ in table_of(pilot).column_layout.columns]

    (folder / "a name that is longer than most.jpg").write_bytes((folder / "beach.jpg").read_bytes())
    async with AictuiApp(folder).run_test(size=(80, 24)) as pilot:
        await listed(pilot, 6)
        assert columns() == ["name", "size", "ratio"]
        await pilot.press("s", "s")
        assert "pixels" in columns()
        await pilot.press("p")
        await until(pilot, lambda: columns() == ["name", "size", "pixels", "format", "compressed", "ratio"])


@pytest.mark.parametrize("count", [1, 60])
async def test_at_120_cells_every_column_is_shown_with_its_order(folder: Path, count: int) -> None:
    for number in range(count):
        Image.new("RGB", (8, 8)).save(folder / f"IMG_2025_{number:03}.jpg")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot, 5 + count)
        table = table_of(pilot)
        assert [column.key for column, _ in table.column_layout.columns] == [column.key for column in COLUMNS]
        table.sort_by("format", reverse=False)
        heading, *lines = (strip.text for strip in table.render_lines(table.size.region))
        assert heading.split() == ["Name", "Size", "Pixels", "Form", "▲", ".aic", "Ratio"]
        assert lines[0].split()[:4] == ["harbour.aic", *size_text(table.rows[0].bytes).split(), "400×200"]
        await pilot.click(table, offset=(heading.index("Ratio"), 0))
        assert table.sort_key == "ratio"


async def test_where_names_are_short_more_columns_fit(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        shown = [column.key for column, _ in table_of(pilot).column_layout.columns]
        assert shown == ["name", "size", "pixels", "ratio"]


async def test_a_click_on_a_heading_sorts_by_it(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.click(table_of(pilot), offset=(3, 0))
        assert table_of(pilot).sort_reverse
        assert names(pilot)[0] == "torn.jpg"
