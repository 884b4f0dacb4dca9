import re

import numpy as np
import pytest
from rich.color import Color, ColorSystem
from rich.console import Console
from textual.strip import Strip

from aictui.tui.half_cells import backdrop, half_cells

NOISE = np.random.default_rng(0).integers(0, 256, (6, 9, 3)).astype(np.uint8)
CONSOLE = Console(color_system="truecolor", force_terminal=True)


def sent(strip):
    """The codes and characters that a terminal gets, without resets."""
    return strip.render(CONSOLE).replace("\x1b[0m", "")


def test_a_terminal_gets_what_the_segments_say():
    for strip in half_cells(NOISE):
        assert sent(strip) == sent(Strip(list(strip)))
        assert strip.cell_length == 9


def test_an_odd_last_row_is_doubled():
    strips = half_cells(NOISE[:5])
    assert len(strips) == 3
    assert all(segment.style.color == segment.style.bgcolor for segment in strips[2])


def test_equal_neighbours_share_their_codes():
    (strip,) = half_cells(np.full((2, 5, 3), 7, np.uint8))
    assert strip.render(CONSOLE) == "\x1b[38;2;7;7;7;48;2;7;7;7m▀▀▀▀▀\x1b[0m"


@pytest.mark.parametrize(
    ("colours", "colour", "code"),
    [
        (256, (0, 0, 0), "\x1b[38;5;16;48;5;16m▀\x1b[0m"),
        (256, (255, 0, 95), "\x1b[38;5;197;48;5;197m▀\x1b[0m"),
        (256, (128, 128, 128), "\x1b[38;5;244;48;5;244m▀\x1b[0m"),
        (16, (0, 0, 0), "\x1b[30;40m▀\x1b[0m"),
        (16, (255, 255, 255), "\x1b[97;107m▀\x1b[0m"),
    ],
)
def test_a_terminal_of_few_colours_gets_the_nearest(colours, colour, code):
    (strip,) = half_cells(np.full((2, 1, 3), colour, np.uint8), colours)
    assert strip.render(CONSOLE) == code


def test_the_numbers_of_a_palette_are_those_of_the_terminal():
    numbers = {int(number) for strip in half_cells(NOISE, 256) for number in re.findall(r"8;5;(\d+)", sent(strip))}
    assert min(numbers) >= 16
    known = [Color.from_ansi(number).get_truecolor() for number in numbers]
    assert Color.from_rgb(*known[0]).downgrade(ColorSystem.EIGHT_BIT).number in numbers


def test_the_margin_of_a_dithered_picture_stays_of_one_colour():
    pixels = np.full((12, 40, 3), (18, 18, 24), np.uint8)
    pixels[:6, 10:30] = np.random.default_rng(1).integers(60, 200, (6, 20, 3))
    below = half_cells(pixels, 256)[3:]
    assert {sent(strip) for strip in below} == {sent(half_cells(pixels[6:8] * 0 + pixels[-1], 256)[0])}


def test_a_line_can_be_cut_where_something_covers_it():
    (strip, *_) = half_cells(NOISE)
    left, right = strip.divide([4, 9])
    assert [left.cell_length, right.cell_length] == [4, 5]
    assert sent(left) + sent(right) == sent(strip)
    assert sent(strip.crop(2, 4)) == sent(Strip(list(strip)[2:4]))


@pytest.mark.parametrize("size", [(6, 9), (5, 4), (1, 1), (8, 8)])
def test_a_backdrop_has_the_lines_of_the_picture_in_few_pieces(size):
    pixels = np.full((*size, 3), 90, np.uint8)
    strips = backdrop(pixels)
    assert len(strips) == len(half_cells(pixels))
    assert all(sum(segment.cell_length for segment in strip) == size[1] == strip.cell_length for strip in strips)
    assert all(len(list(strip)) == -(-size[1] // 4) for strip in strips)
    assert {segment.style.bgcolor.triplet for strip in strips for segment in strip} == {(90, 90, 90)}
