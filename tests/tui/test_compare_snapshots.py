from pathlib import Path

import pytest

import aictui.tui.app
from aictui import config
from aictui.tui.app import AictuiApp
from aictui.tui.screens.compare import CompareScreen
from tests.tui.fakes import FakeWorkshop, Stage, make_photo

SIZES = [(80, 24), (120, 40), (200, 60)]


class ComparingApp(AictuiApp):
    """Opens on the compare view, without peers, whose bytes depend on what Pillow is built with."""

    CSS_PATH = Path(aictui.tui.app.__file__).with_name("aictui.tcss")

    def __init__(self, path):
        super().__init__(path.parent)
        self.image_path = path

    def on_mount(self):
        self.push_screen(CompareScreen(self.image_path, FakeWorkshop(known_peers=())))


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv(config.VARIABLE, str(tmp_path / "config.toml"))
    return ComparingApp(make_photo(tmp_path / "harbour.png"))


def after(*keys):
    """Waits for the exact file, presses ``keys``, waits for the picture."""

    async def run(pilot):
        view = Stage(pilot, pilot.app.screen)
        await view.exact()
        await view.until(lambda: len(view.screen.comparison.samples) == 14)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await view.drawn()
        await pilot.pause(0.3)

    return run


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_person_sees_the_original_beside_the_compressed_picture_with_its_figures(snap_compare, app, size):
    assert snap_compare(app, run_before=after(), terminal_size=size)


def test_a_person_sees_where_the_pictures_differ(snap_compare, app):
    assert snap_compare(app, run_before=after("d"), terminal_size=SIZES[1])


def test_a_person_sees_single_pixels_when_zoomed_in(snap_compare, app):
    assert snap_compare(app, run_before=after("1", "plus", "plus", "plus"), terminal_size=SIZES[1])


def test_a_person_sees_why_a_chunker_does_not_fit(snap_compare, app):
    assert snap_compare(app, run_before=after("m", "down", "enter"), terminal_size=SIZES[1])


def test_a_person_sees_the_curve_of_the_image_with_the_present_point(snap_compare, app):
    keys = ["right_square_bracket"] * 3
    assert snap_compare(app, run_before=after(*keys), terminal_size=SIZES[0])


def test_a_person_sees_where_the_file_will_go(snap_compare, app):
    async def save(pilot):
        await after("s")(pilot)
        pilot.app.screen.query_one("#name").cursor_blink = False
        await pilot.pause()

    assert snap_compare(app, run_before=save, terminal_size=SIZES[0])
