import base64
import re
from io import BytesIO

import pytest
from PIL import Image

from aictui.tui.pictures import draw, fitted, pixel_size, rows_needed
from aictui.tui.terminal import Terminal

HALF_CELLS = Terminal("half-cell", 10, 20)
KITTY = Terminal("kitty", 10, 20)
SIXEL = Terminal("sixel", 10, 20)


@pytest.mark.parametrize(
    ("size", "area", "result"),
    [((400, 200), (100, 100), (100, 50)), ((1, 5000), (80, 40), (1, 40)), ((5000, 1), (80, 40), (80, 1))],
)
def test_proportions_are_kept_and_nothing_vanishes(
    size: tuple[int, int], area: tuple[int, int], result: tuple[int, int]
) -> None:
    assert fitted(size, area) == result


def test_a_half_cell_holds_two_pixels_one_above_the_other() -> None:
    image = Image.new("RGB", (2, 2), (255, 0, 0))
    image.putpixel((0, 1), (0, 0, 255))
    strip = draw(image, 2, 1, HALF_CELLS).strips[0]
    first, second = list(strip)
    assert first.text == "▀"
    assert first.style.color.triplet == (255, 0, 0)
    assert first.style.bgcolor.triplet == (0, 0, 255)
    assert second.style.bgcolor.triplet == (255, 0, 0)


def test_an_odd_row_of_pixels_is_doubled() -> None:
    assert len(draw(Image.new("RGB", (4, 3)), 4, 2, HALF_CELLS).strips) == 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_can_be_drawn(mode: str) -> None:
    assert draw(Image.new(mode, (8, 8)), 4, 4, HALF_CELLS).width == 4


def test_kitty_gets_the_pixels_once_and_placeholders_for_every_cell() -> None:
    image = Image.effect_noise((200, 200), 60).convert("RGB")
    drawing = draw(image, 20, 10, KITTY)
    assert len(drawing.strips) == 10
    assert all(strip.text.count("\U0010eeee") == 20 for strip in drawing.strips)
    chunks = re.findall(r"\x1b_G[^;]*;([^\x1b]*)\x1b\\", drawing.prologue)
    assert all(len(chunk) <= 4096 for chunk in chunks)
    sent = Image.open(BytesIO(base64.b64decode("".join(chunks))))
    assert sent.size == (200, 200)
    assert sent.convert("RGB").tobytes() == image.tobytes()


def test_sixels_cover_whole_cells() -> None:
    drawing = draw(Image.new("RGB", (200, 190), (9, 99, 199)), 20, 10, SIXEL)
    assert drawing.sixels.startswith("\x1bP")
    assert (drawing.width, len(drawing.strips)) == (20, 10)


def test_real_pixels_are_not_enlarged() -> None:
    assert draw(Image.new("RGB", (30, 20)), 20, 10, KITTY).width == 3


def test_a_picture_says_how_many_rows_it_takes() -> None:
    assert rows_needed((400, 200), 40, 30, HALF_CELLS) == 10
    assert rows_needed((200, 4000), 40, 30, HALF_CELLS) == 30
    assert pixel_size(40, 30, KITTY) == (400, 600)
