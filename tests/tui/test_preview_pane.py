import threading
from pathlib import Path

import pytest
from PIL import Image

from aictui.errors import Cancelled
from aictui.tui import previews
from aictui.tui.app import AictuiApp
from aictui.tui.widgets.facts import Facts
from aictui.tui.widgets.picture import Picture
from aictui.tui.widgets.preview_pane import PreviewPane
from tests.tui.browsing import listed, make_pictures, previewed, table_of, until

SIZE = (120, 40)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_pictures(tmp_path / "pictures")


async def test_the_preview_follows_the_cursor(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await previewed(pilot)
        picture = pilot.app.screen.query_one(PreviewPane).query_one(Picture)
        before = picture._image
        await pilot.press("j", "j")
        await until(pilot, lambda: picture._image is not None and picture._image is not before)
        assert picture._image.getpixel((5, 5)) == (40, 90, 160)
        assert ("Pixels", "400 × 200  colour") in pilot.app.screen.query_one(Facts)._facts


async def test_a_preview_that_is_overtaken_is_never_shown(folder: Path, monkeypatch) -> None:
    shown = []
    real = Picture.show
    monkeypatch.setattr(Picture, "show", lambda self, image, note="": (shown.append(image), real(self, image, note)))
    asked = []
    gate = threading.Event()

    def load(file, size, progress):
        asked.append(file.name)
        gate.wait(20)
        return previews.Preview(Image.new("RGB", (8, 8), (len(file.name), 0, 0)))

    monkeypatch.setattr(previews, "load", load)
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        await until(pilot, lambda: bool(asked))
        await pilot.press(*"jjjj")
        gate.set()
        await until(pilot, lambda: asked[-1] == "torn.jpg" and shown[-1:] != [None])
        assert [name for name in asked if not name.endswith(".aic")] == ["beach.jpg", "torn.jpg"]
        assert [image.getpixel((0, 0)) for image in shown if image] == [(len("torn.jpg"), 0, 0)]


async def test_an_image_does_not_wait_for_the_decoding_of_another(folder: Path, monkeypatch) -> None:
    decoding, gate, ended = threading.Event(), threading.Event(), []

    def load_compressed(file, size, progress):
        decoding.set()
        gate.wait(20)
        try:
            progress(0.5, "synthesis")
        except Cancelled:
            ended.append(file.name)
            raise

    monkeypatch.setattr(previews, "_load_compressed", load_compressed)
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        table_of(pilot).highlight_path(str(folder / "harbour.aic"))
        await until(pilot, decoding.is_set)
        table_of(pilot).highlight_path(str(folder / "harbour.png"))
        picture = pilot.app.screen.query_one(PreviewPane).query_one(Picture)
        await until(pilot, lambda: picture._image is not None and picture._image.getpixel((5, 5)) == (40, 90, 160))
        gate.set()
        await until(pilot, lambda: ended == ["harbour.aic"])
        await pilot.pause(0.05)
        assert picture._image.getpixel((5, 5)) == (40, 90, 160)


async def test_where_pictures_are_off_facts_are_read_alone_until_they_are_on(folder: Path, monkeypatch) -> None:
    sizes = []
    real = previews.load
    monkeypatch.setattr(
        previews, "load", lambda file, size, progress: (sizes.append(size), real(file, size, progress))[1]
    )
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        pilot.app.user_config.tui["images"] = "off"
        await listed(pilot)
        picture = pilot.app.screen.query_one(PreviewPane).query_one(Picture)
        await until(pilot, lambda: picture.note == "pictures are off (settings)")
        assert ("Pixels", "300 × 200  colour") in pilot.app.screen.query_one(Facts)._facts
        assert set(sizes) == {None}
        pilot.app.user_config.tui["images"] = "half-cell"
        pilot.app.pictures_changed()
        await until(pilot, lambda: picture._drawing is not None)


@pytest.mark.parametrize("name", ["torn.jpg", "harbour.aic"])
async def test_a_broken_image_says_why_there_is_no_preview(folder: Path, name: str) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        table_of(pilot).highlight_path(str(folder / name))
        picture = pilot.app.screen.query_one(PreviewPane).query_one(Picture)
        await until(pilot, lambda: picture.note.startswith("✗"))


async def test_an_image_whose_date_no_calendar_has_is_shown_all_the_same(folder: Path) -> None:
    async with AictuiApp(folder).run_test(size=SIZE) as pilot:
        await listed(pilot)
        table = table_of(pilot)
        file = table.items[1]
        file.modified = 1e17
        table.highlight_path(file.path)
        facts = pilot.app.screen.query_one(Facts)
        await until(pilot, lambda: ("Name", file.name) in facts._facts)
        assert ("Changed", "unknown") in facts._facts
