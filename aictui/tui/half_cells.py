"""Two pixels a terminal cell: the upper one in the foreground, the lower one in the background of a ``▀``.

A picture has thousands of cells and each would be a segment with a style of its own, which costs a tenth of a second.
So what the terminal gets is put together by NumPy, and segments are made only where something asks for them: where a
notice covers a part of the picture, and for an export.
"""

from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.strip import Strip

from aictui.tui.strips import LazyStrip
from aictui.tui.terminal import TRUE_COLOURS

Pixels = NDArray[np.uint8]

_BLOCK, _RESET = "▀".encode(), "\x1b[0m"
_CUBE = (0, 95, 135, 175, 215, 255)
_GREYS = range(8, 248, 10)
_SQUARE = 4
_DITHERS = Image.Dither.FLOYDSTEINBERG, Image.Dither.NONE


def half_cells(pixels: Pixels, colours: int = TRUE_COLOURS) -> list[Strip]:
    """(height, width, 3) pixels as lines of cells for a terminal of this many ``colours``.

    The last row of an odd number is doubled. Where colours are few, they are dithered.
    """
    if len(pixels) % 2:
        pixels = np.concatenate([pixels, pixels[-1:]])
    codes = _exact_codes(pixels) if colours >= TRUE_COLOURS else _palette_codes(pixels, colours)
    codes[:, 1:][(codes[:, 1:] == codes[:, :-1]).all(axis=2)] = 0  # cells of the same colours share their codes
    block = np.broadcast_to(np.frombuffer(_BLOCK, np.uint8), (*codes.shape[:2], len(_BLOCK)))
    text = np.concatenate([codes, block], axis=2)
    cells = np.concatenate([pixels[0::2], pixels[1::2]], axis=2)
    return [
        LazyStrip(cells.shape[1], partial(_segments, line), str(sent[sent != 0].tobytes(), "utf-8") + _RESET)
        for line, sent in zip(cells, text, strict=True)
    ]


def backdrop(pixels: Pixels) -> list[Strip]:
    """The lines of `half_cells` in squares of one colour: what is seen behind a dialog, at a sixteenth of the cost."""
    height, width = pixels.shape[:2]
    whole = np.pad(pixels, ((0, -height % _SQUARE), (0, -width % _SQUARE), (0, 0)), "edge")
    squares = whole.reshape(len(whole) // _SQUARE, _SQUARE, -1, _SQUARE, 3).mean(axis=(1, 3)).astype(np.uint8)
    lines = range((height + 1) // 2)
    return [LazyStrip(width, partial(_squares, squares[2 * line // _SQUARE], width)) for line in lines]


def _squares(colours: Pixels, width: int) -> list[Segment]:
    """A line of ``width`` cells through squares of (n, 3) colours."""
    return [
        Segment(" " * min(_SQUARE, width - number * _SQUARE), Style.from_color(None, _color(*colour)))
        for number, colour in enumerate(colours.tolist())
    ]


def _segments(cells: Pixels) -> list[Segment]:
    """The segments of (width, 6) red, green, blue above and below."""
    return [Segment("▀", Style.from_color(_color(*cell[:3]), _color(*cell[3:]))) for cell in cells.tolist()]


@lru_cache(maxsize=8192)
def _color(red: int, green: int, blue: int) -> Color:
    return Color.from_triplet(ColorTriplet(red, green, blue))


def _exact_codes(pixels: Pixels) -> Pixels:
    """(rows, width, n) escape codes, with zeros where nothing is sent."""
    number = _texts("{};")
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    above = [_texts("\x1b[38;2;{};")[red[0::2]], number[green[0::2]], number[blue[0::2]]]
    below = [_texts("48;2;{};")[red[1::2]], number[green[1::2]], _texts("{}m")[blue[1::2]]]
    return np.concatenate([*above, *below], axis=2)


def _palette_codes(pixels: Pixels, colours: int) -> Pixels:
    """The same for a terminal with a palette, of which 256 colours are known and 16 are guessed."""
    image, palette = Image.fromarray(pixels), _palette(colours)
    dithered, plain = (np.asarray(image.quantize(palette=palette, dither=kind)) for kind in _DITHERS)
    index = np.where(_flat(pixels), plain, dithered)  # dithering would carry the errors of a picture over its margin
    if colours >= 256:
        index = index + np.uint8(16)  # the first 16 are those of the terminal's theme
        return np.concatenate([_texts("\x1b[38;5;{};")[index[0::2]], _texts("48;5;{}m")[index[1::2]]], axis=2)
    code = np.where(index < 8, index + np.uint8(30), index + np.uint8(82))
    return np.concatenate([_texts("\x1b[{};")[code[0::2]], _texts("{}m")[code[1::2] + np.uint8(10)]], axis=2)


def _flat(pixels: Pixels) -> NDArray[np.bool_]:
    """(height, width): where a pixel is like those on both sides of it."""
    same = np.pad((pixels[:, 1:] == pixels[:, :-1]).all(axis=2), ((0, 0), (1, 1)), constant_values=True)
    flat: NDArray[np.bool_] = same[:, 1:] & same[:, :-1]
    return flat


@lru_cache(8)
def _texts(form: str) -> Pixels:
    """(256, n): every number in a form, filled up with zeros."""
    texts = [form.format(number).encode() for number in range(256)]
    length = max(map(len, texts))
    return np.frombuffer(b"".join(text.ljust(length, b"\0") for text in texts), np.uint8).reshape(256, length)


@lru_cache(2)
def _palette(colours: int) -> Image.Image:
    """An image with the palette of a terminal of 16 or 256 colours, without the theme's 16 in the latter."""
    if colours >= 256:
        known = [(red, green, blue) for red in _CUBE for green in _CUBE for blue in _CUBE]
        known += [(grey, grey, grey) for grey in _GREYS]
    else:
        known = [DEFAULT_TERMINAL_THEME.ansi_colors[index] for index in range(16)]
    image = Image.new("P", (1, 1))
    image.putpalette([value for color in known for value in color])
    return image
