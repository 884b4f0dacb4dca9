import re
import threading

from PIL import Image
from textual.app import App, ComposeResult
from textual.screen import ModalScreen

from aictui.tui import pictures
from aictui.tui.terminal import Terminal
from aictui.tui.widgets.picture import Picture
from tests.tui.browsing import until


class Frame(App[None]):
    terminal = Terminal()

    def compose(self) -> ComposeResult:
        yield Picture(note="nothing yet")


def screen_text(app: App[None]) -> str:
    update = app.screen._compositor.render_update(full=True)
    return update.render_segments(app.console)


def corner(picture: Picture) -> tuple[int, int, int]:
    """The colour of the pixel in the upper left corner."""
    segment = next(segment for segment in picture.render_line(0) if segment.text == "▀")
    return tuple(segment.style.color.triplet)


async def test_a_note_stands_where_there_is_no_picture() -> None:
    async with Frame().run_test(size=(40, 6)) as pilot:
        assert "nothing yet" in screen_text(pilot.app)


async def test_a_picture_appears_once_it_is_drawn() -> None:
    async with Frame().run_test(size=(40, 6)) as pilot:
        picture = pilot.app.query_one(Picture)
        picture.show(Image.new("RGB", (40, 12), (1, 2, 3)))
        await until(pilot, lambda: picture._drawing is not None)
        assert corner(picture) == (1, 2, 3)


async def test_only_the_latest_of_many_pictures_is_drawn(monkeypatch) -> None:
    drawn = []
    gate = threading.Event()

    def slow(image, *rest):
        gate.wait(10)
        drawn.append(image.info["number"])
        return real(image, *rest)

    real = pictures.draw
    monkeypatch.setattr(pictures, "draw", slow)
    async with Frame().run_test(size=(40, 6)) as pilot:
        picture = pilot.app.query_one(Picture)
        for number in range(20):
            image = Image.new("RGB", (40, 12), (number, 0, 0))
            image.info["number"] = number
            picture.show(image)
            await pilot.pause()
        gate.set()
        await until(pilot, lambda: drawn[-1:] == [19] and not picture._busy)
        await pilot.pause()
        assert drawn == [0, 19]
        assert corner(picture) == (19, 0, 0)


def sent_by(picture):
    """A list that gets what the picture will send to the terminal beside its cells."""
    sent, lines = [], picture.render_lines

    def spy(crop):
        strips = lines(crop)
        sent.extend(text for strip in strips for text, _, control in strip if control)
        return strips

    picture.render_lines = spy
    return sent


async def test_a_kitty_picture_is_sent_to_the_terminal_once() -> None:
    app = Frame()
    app.terminal = Terminal("kitty", 10, 20)
    async with app.run_test(size=(40, 6)) as pilot:
        picture = app.query_one(Picture)
        sent = sent_by(picture)
        picture.show(Image.new("RGB", (400, 120), (1, 2, 3)))
        await until(pilot, lambda: picture._drawing is not None)
        await pilot.pause()
        picture.refresh()
        await pilot.pause()
        assert len(sent) == 1
        assert sent[0].startswith("\x1b_Ga=T,U=1")
        assert "\U0010eeee" in screen_text(app)


async def test_kitty_forgets_pictures_that_are_gone_from_the_screen() -> None:
    app = Frame()
    app.terminal = Terminal("kitty", 10, 20)
    async with app.run_test(size=(40, 6)) as pilot:
        picture = app.query_one(Picture)
        sent = sent_by(picture)
        for number in range(4):
            picture.show(Image.new("RGB", (400, 120), (number, 2, 3)))
            await until(pilot, lambda count=number + 1: len(sent) == count)
    shown = [re.search(r"a=T,U=1,i=(\d+)", text)[1] for text in sent]
    gone = [re.findall(r"a=d,d=I,i=(\d+)", text) for text in sent]
    assert gone == [[], [], [shown[0]], [shown[1]]]


async def test_a_kitty_picture_makes_way_for_a_dialog_and_comes_back() -> None:
    app = Frame()
    app.terminal = Terminal("kitty", 10, 20)
    async with app.run_test(size=(40, 6)) as pilot:
        picture = app.query_one(Picture)
        picture.show(Image.new("RGB", (400, 120), (1, 2, 3)))
        await until(pilot, lambda: picture._drawing is not None)
        await app.push_screen(ModalScreen())
        await pilot.pause()
        assert "\U0010eeee" not in screen_text(app)
        app.pop_screen()
        await pilot.pause()
        assert "\U0010eeee" in screen_text(app)


async def test_a_picture_is_coarse_behind_a_dialog_and_comes_back() -> None:
    async with Frame().run_test(size=(40, 6)) as pilot:
        picture = pilot.app.query_one(Picture)
        picture.show(Image.effect_noise((40, 12), 90))
        await until(pilot, lambda: picture._drawing is not None)
        assert len(list(picture.render_line(0))) == 40
        await pilot.app.push_screen(ModalScreen())
        await pilot.pause()
        assert len(list(picture.render_line(0))) == 10
        pilot.app.pop_screen()
        await pilot.pause()
        assert len(list(picture.render_line(0))) == 40


async def test_pictures_can_be_switched_off() -> None:
    app = Frame()
    app.terminal = Terminal("off")
    async with app.run_test(size=(40, 6)) as pilot:
        app.query_one(Picture).show(Image.new("RGB", (40, 12)))
        await pilot.pause()
        assert "pictures are off" in screen_text(app)


async def test_a_picture_that_cannot_be_drawn_says_so_and_the_next_one_is_drawn(monkeypatch) -> None:
    def fail(*arguments):
        raise MemoryError

    async with Frame().run_test(size=(40, 6)) as pilot:
        picture = pilot.app.query_one(Picture)
        with monkeypatch.context() as patched:
            patched.setattr(pictures, "draw", fail)
            picture.show(Image.new("RGB", (40, 12), (1, 2, 3)))
            await until(pilot, lambda: "cannot be drawn" in screen_text(pilot.app))
        picture.show(Image.new("RGB", (40, 12), (4, 5, 6)))
        await until(pilot, lambda: picture._drawing is not None)
        assert corner(picture) == (4, 5, 6)
