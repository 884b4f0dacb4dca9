import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from rich.style import Style
from rich.text import Text
from textual.widgets import Input, Label, Tree

import aictui
from aictui.tui.app import AictuiApp
from aictui.tui.columns import COLUMNS
from aictui.tui.screens.browser import BrowserScreen
from aictui.tui.screens.dialogs import ConfirmDialog
from aictui.tui.text import size_text
from aictui.tui.widgets.facts import Facts
from aictui.tui.widgets.folder_tree import FolderTree
from aictui.tui.widgets.top_bar import TopBar
from tests.tui.browsing import WHEN, listed, make_pictures, names, table_of, until

SIZE = (120, 40)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures")


def noting(asked: list) -> Callable[..., Awaitable[None]]:
    """Stands for opening a screen, and notes for what."""

    async def note(app: AictuiApp, wanted: object, like: Path | None = None) -> None:
        asked.append((wanted, like) if like else wanted)

    return note


async def test_the_images_of_a_folder_are_listed_with_what_their_headers_say(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        assert names(pilot) == ["beach.jpg", "harbour.aic", "harbour.png", "meadow 2.png", "torn.jpg"]
        harbour = table_of(pilot).rows[2]
        assert (harbour.width, harbour.height, harbour.format) == (400, 200, "PNG")
        assert harbour.ratio == 3 * 400 * 200 / harbour.compressed_bytes
        assert table_of(pilot).rows[4].error


async def test_an_aic_that_cannot_be_read_is_no_result_and_marked_without_colour(folder: Path) -> None:
    (folder / "beach.aic").write_bytes(b"broken")
    async with AictuiApp(folder).run_test(size=(80, 24)) as pilot:
        await listed(pilot, 6)
        rows = {file.name: file for file in table_of(pilot).rows}
        assert rows["beach.aic"].error
        assert rows["beach.jpg"].ratio is None
        assert rows["harbour.png"].ratio
        lines = [strip.text for strip in table_of(pilot).render_lines(table_of(pilot).size.region)]
        assert [line.split()[:2] for line in lines if "✗" in line] == [["✗", "beach.aic"], ["✗", "torn.jpg"]]
        await pilot.press("f5")
        await pilot.pause(0.2)
        assert {file.name: file for file in table_of(pilot).rows}["beach.jpg"].ratio is None


async def test_a_folder_whose_only_aic_is_broken_has_no_columns_for_results(folder: Path) -> None:
    (folder / "harbour.aic").write_bytes(b"broken")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        shown = [column.key for column, _ in table_of(pilot).column_layout.columns]
        assert shown == ["name", "size", "pixels", "format"]


async def test_a_file_that_is_cut_has_no_ratio_and_says_how_much_of_it_is_there(folder: Path) -> None:
    path = folder / "harbour.aic"
    path.write_bytes(path.read_bytes()[:525])
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        table = table_of(pilot)
        rows = {file.name: file for file in table.rows}
        await until(pilot, lambda: rows["harbour.png"].is_cut)
        ratio = next(column for column in COLUMNS if column.key == "ratio")
        assert [ratio.text(rows[name]) for name in ("harbour.aic", "harbour.png")] == ["cut", "cut"]
        table.highlight_path(str(path))
        facts = pilot.app.screen.query_one(Facts)
        await until(pilot, lambda: any(label == "Cut to" for label, _ in facts._facts))
        whole = rows["harbour.aic"].whole_bytes
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: facts.size.width < 30)
        lines = [facts.render_line(y).text.strip() for y in range(facts.size.height)]
        assert f"Cut to   {525 / whole:.0%} of {size_text(whole)}" in lines


async def test_an_image_as_argument_is_highlighted_in_its_folder(folder: Path, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(AictuiApp, "compare", noting(opened))
    async with AictuiApp(folder / "meadow 2.png").run_test(size=SIZE) as pilot:
        await listed(pilot)
        await until(pilot, lambda: table_of(pilot).highlighted.name == "meadow 2.png")
        assert opened == [folder / "meadow 2.png"]


async def test_marked_images_go_to_the_queue(folder: Path, monkeypatch) -> None:
    queued = []
    monkeypatch.setattr(AictuiApp, "queue", noting(queued))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("space", "j", "space")
        assert "2 marked" in pilot.app.screen.query_one(TopBar).figures
        await pilot.press("c")
        assert queued == [[folder / "beach.jpg", folder / "harbour.png"]]


async def test_marked_aic_files_are_left_out_and_told(folder: Path, monkeypatch) -> None:
    queued = []
    monkeypatch.setattr(AictuiApp, "queue", noting(queued))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("j", "c")
        assert not queued
        assert [notice.message for notice in pilot.app._notifications] == [
            "1 .aic file is compressed already; in the browser, x decompresses the highlighted one."
        ]
        await pilot.press("a", "c")
        assert len(queued[0]) == 4
        assert [notice.title for notice in pilot.app._notifications] == ["Nothing to compress", "Left out"]


async def test_marks_stay_while_another_folder_is_shown(folder: Path, monkeypatch) -> None:
    queued = []
    monkeypatch.setattr(AictuiApp, "queue", noting(queued))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("space")
        browser = pilot.app.screen
        browser.show_folder(folder / "more")
        await listed(pilot, 1)
        assert "● 1 marked, 1 elsewhere, " in browser.query_one(TopBar).figures
        await pilot.press("space", "c")
        assert queued == [[folder / "beach.jpg", folder / "more" / "snow.png"]]
        browser.show_folder(folder)
        await listed(pilot)
        assert table_of(pilot).marked == {str(folder / "beach.jpg")}
        await pilot.press("u")
        assert "marked" not in browser.query_one(TopBar).figures


async def test_without_marks_the_highlighted_image_goes_to_the_queue(folder: Path, monkeypatch) -> None:
    queued = []
    monkeypatch.setattr(AictuiApp, "queue", noting(queued))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("c")
        assert queued == [[folder / "beach.jpg"]]


async def test_enter_compares_an_image_and_finds_the_source_of_an_aic(folder: Path, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(AictuiApp, "compare", noting(opened))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter", "j", "enter")
        assert opened == [folder / "beach.jpg", (folder / "harbour.png", folder / "harbour.aic")]


async def test_enter_on_an_aic_without_its_source_says_so(folder: Path, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(AictuiApp, "compare", noting(opened))
    (folder / "harbour.png").unlink()
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot, 4)
        table_of(pilot).highlight_path(str(folder / "harbour.aic"))
        await pilot.press("enter")
        await until(pilot, lambda: bool(pilot.app._notifications))
        assert [notice.title for notice in pilot.app._notifications] == ["harbour.aic is compressed already"]
        assert "is not here to compare with" in next(iter(pilot.app._notifications)).message
        assert opened == []


async def test_a_picture_that_was_made_from_an_aic_is_not_taken_for_its_original(folder: Path, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr(AictuiApp, "compare", noting(opened))
    os.utime(folder / "harbour.png", (WHEN + 60, WHEN + 60))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        table_of(pilot).highlight_path(str(folder / "harbour.aic"))
        await pilot.press("enter")
        await until(pilot, lambda: bool(pilot.app._notifications))
        assert "a newer one does not count" in next(iter(pilot.app._notifications)).message
        assert opened == []
        assert {file.name: file for file in table_of(pilot).rows}["harbour.png"].ratio is None


async def test_subfolders_are_shown_when_asked_for(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("r")
        await until(pilot, lambda: len(names(pilot)) == 6)
        assert str(Path("more") / "snow.png") in names(pilot)


async def test_a_folder_chosen_in_the_tree_is_listed(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        tree = pilot.app.screen.query_one(FolderTree)
        await until(pilot, lambda: any(str(node.label) == "more" for node in tree._tree_nodes.values()))
        node = next(node for node in tree._tree_nodes.values() if str(node.label) == "more")
        tree.post_message(Tree.NodeSelected(node))
        await listed(pilot, 1)
        assert names(pilot) == ["snow.png"]
        await pilot.press("backspace")
        await listed(pilot)


async def test_a_link_that_leads_back_to_itself_does_not_hide_the_folders(folder: Path) -> None:
    (folder / "more" / "deep").mkdir()
    for place in (folder.parent, folder, folder / "more"):
        (place / "again").symlink_to("again")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        tree = pilot.app.screen.query_one(FolderTree)
        await until(pilot, lambda: any(str(node.label) == "more" for node in tree._tree_nodes.values()))
        node = next(node for node in tree._tree_nodes.values() if str(node.label) == "more")
        assert node.allow_expand


async def tree_at(pilot, folder: Path) -> FolderTree:
    """The tree, once the images are listed and its cursor is on the folder."""
    await listed(pilot)
    tree = pilot.app.screen.query_one(FolderTree)
    await until(pilot, lambda: tree.cursor_node is not None and tree.cursor_node.data == folder)
    return tree


async def test_a_folder_of_the_tree_goes_to_the_queue(folder: Path, monkeypatch) -> None:
    queued = []
    monkeypatch.setattr(AictuiApp, "queue", noting(queued))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        tree = await tree_at(pilot, folder)
        tree.focus()
        await pilot.press("c")
        await until(pilot, lambda: queued == [[folder]])


async def test_marked_folders_and_images_go_to_the_queue_together(folder: Path, monkeypatch) -> None:
    queued = []
    monkeypatch.setattr(AictuiApp, "queue", noting(queued))
    (folder / "other").mkdir()
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        tree = await tree_at(pilot, folder)
        browser = pilot.app.screen
        await until(pilot, lambda: len(tree.cursor_node.children) == 2)
        await pilot.press("space")
        tree.focus()
        await pilot.press("down", "space", "space")
        assert tree.marked == {folder / "more", folder / "other"}
        assert "● more" in "".join(segment.text for y in range(6) for segment in tree.render_line(y))
        assert "● 2 folders and 1 image marked" in browser.query_one(TopBar).figures
        await pilot.press("c")
        assert queued == [[folder / "more", folder / "other", folder / "beach.jpg"]]
        await pilot.press("u", "c")
        assert "marked" not in browser.query_one(TopBar).figures
        assert queued[1:] == [[folder / "other"]]


async def test_marks_of_folders_stay_when_another_folder_is_shown(folder: Path, monkeypatch) -> None:
    queued = []
    monkeypatch.setattr(AictuiApp, "queue", noting(queued))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        tree = await tree_at(pilot, folder)
        tree.mark({folder / "more"})
        await pilot.press("backspace")
        await until(pilot, lambda: tree.root.data == folder.parent.parent)
        await pilot.press("c")
        assert queued == [[folder / "more"]]


async def test_in_a_narrow_window_the_tree_takes_the_place_of_the_preview(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        preview, tree = pilot.app.screen.query_one("#preview"), pilot.app.screen.query_one("#folders")
        assert preview.region.area
        assert not tree.region.area
        await pilot.press("t")
        await until(pilot, lambda: bool(tree.region.area) and not preview.region.area)
        assert len(table_of(pilot).column_layout.columns) > 1
        await pilot.press("t")
        await until(pilot, lambda: bool(preview.region.area) and not tree.region.area)


async def test_a_folder_that_vanishes_leaves_a_line_and_no_crash(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        folder.rename(folder.with_name("gone"))
        await pilot.press("f5")
        await until(pilot, lambda: "cannot be read" in table_of(pilot).note)
        assert names(pilot) == []
        await pilot.press("j", "space", "enter", "c")
        assert isinstance(pilot.app.screen, BrowserScreen)


async def test_the_name_of_a_folder_that_vanished_never_reaches_the_terminal_raw(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "e\x1b[31mvil")
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        folder.rename(tmp_path / "gone")
        await pilot.press("f5")
        await until(pilot, lambda: "cannot be read" in table_of(pilot).note)
        assert r"e\x1b[31mvil cannot be read" in table_of(pilot).note


async def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    async with AictuiApp(tmp_path).run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "No images here. Press r to look into subfolders" in table_of(pilot).note)
        await pilot.press("r")
        await until(pilot, lambda: "No images here, nor in subfolders" in table_of(pilot).note)


async def test_files_that_appear_are_found_and_marks_stay(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("space")
        Image.new("RGB", (5, 5)).save(folder / "new.png")
        await pilot.press("f5")
        await listed(pilot, 6)
        assert table_of(pilot).marked == {str(folder / "beach.jpg")}


@pytest.mark.parametrize("place", ["/no/such [folder]", "/" + 300 * "x", "~nobody-of-this-name"])
async def test_a_place_that_does_not_exist_is_told_and_can_be_typed_again(folder: Path, place: str) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("o")
        await pilot.pause()
        dialog = pilot.app.screen
        dialog.query_one(Input).value = place
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen is dialog
        assert place in str(dialog.query_one("#problem", Label).content)
        dialog.query_one(Input).value = str(folder / "more")
        await pilot.press("enter")
        await listed(pilot, 1)
        assert pilot.app.screen.folder == folder / "more"


async def test_a_decompressed_image_keeps_its_metadata_and_what_was_missing_is_told(folder: Path, linear) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    source = Image.new("RGB", (64, 48), (90, 120, 30))
    source.info["exif"] = exif.tobytes()
    (folder / "lake.aic").write_bytes(aictui.compress(source, model="linear", keep={"exif"}))
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot, 6)
        table_of(pilot).highlight_path(str(folder / "lake.aic"))
        await pilot.press("x")
        await until(pilot, (folder / "lake.png").is_file)
        with Image.open(folder / "lake.png") as picture:
            assert picture.getexif()[0x010F] == "Canon"
        (folder / "lake.aic").write_bytes((folder / "lake.aic").read_bytes()[:-40])
        await pilot.press("x")
        await until(pilot, (folder / "lake-2.png").is_file)
        await until(pilot, lambda: any(notice.severity == "warning" for notice in pilot.app._notifications))


async def test_an_image_that_is_being_decompressed_is_waited_for_and_not_made_twice(folder: Path, monkeypatch) -> None:
    gate = threading.Event()

    def export(data: bytes, suffix: str) -> SimpleNamespace:
        gate.wait(10)
        return SimpleNamespace(data=b"a picture", notices=())

    monkeypatch.setattr("aictui.codec.export.export_picture", export)
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        table_of(pilot).highlight_path(str(folder / "harbour.aic"))
        await pilot.press("x", "x", "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        assert "harbour.aic: not decompressed yet" in pilot.app.screen.question
        await pilot.press("escape")
        gate.set()
        await until(pilot, (folder / "harbour-2.png").is_file)
        await until(pilot, lambda: pilot.app.screen.work_in_progress is None)
        assert not (folder / "harbour-3.png").exists()


async def test_marks_within_subfolders_stay_while_those_are_not_shown(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("r")
        await until(pilot, lambda: any(file.name.endswith("snow.png") for file in table_of(pilot).items))
        table_of(pilot).highlight_path(str(folder / "more" / "snow.png"))
        await pilot.press("space", "r")
        await until(pilot, lambda: not any(file.name.endswith("snow.png") for file in table_of(pilot).items))
        assert "● 1 marked, 1 elsewhere" in pilot.app.screen.query_one(TopBar).figures


async def test_in_a_wide_window_names_get_more_room_than_the_preview(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=(200, 60)) as pilot:
        await listed(pilot)
        screen = pilot.app.screen
        assert screen.query_one("#images").region.width > screen.query_one("#preview").region.width


async def test_the_tree_shows_new_folders_when_it_is_read_again_and_underlines_the_open_one(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        tree = pilot.app.screen.query_one(FolderTree)

        def shown() -> dict[str, Text]:
            nodes = [*tree.root.children, *(child for node in tree.root.children for child in node.children)]
            return {str(node.label): tree.render_label(node, Style(), Style()) for node in nodes}

        await until(pilot, lambda: {"pictures", "more"} <= set(shown()))
        (folder / "new").mkdir()
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "new" in shown())
        assert any("underline" in str(span.style) for span in shown()["pictures"].spans)
        await pilot.press("shift+tab")
        tree.move_cursor(next(node for node in tree.root.children[0].children if str(node.label) == "more"))
        await pilot.press("enter")
        await until(pilot, lambda: any("underline" in str(span.style) for span in shown()["more"].spans))
        assert not any("underline" in str(span.style) for span in shown()["pictures"].spans)
