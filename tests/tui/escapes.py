"""What a terminal with graphics would make of the bytes that reach it."""

import re
from base64 import b64decode
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PLACEHOLDER = "\U0010eeee"

_KITTY = re.compile(r"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\")
_SIXEL = re.compile(r"\x1b\[(\d+);(\d+)H\x1bP([\d;]*)q(.*?)\x1b\\", re.DOTALL)
_TOKEN = re.compile(r'#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|"([\d;]+)|([?-~])|([$-])')
_COLOURED = re.compile(rf"\x1b\[([\d;]*)m((?:{PLACEHOLDER}..)+)")


@dataclass(frozen=True)
class KittyPicture:
    """A transmitted picture: its number, the cells that it covers, and its pixels."""

    identifier: int
    columns: int
    rows: int
    image: Image.Image


def kitty_pictures(output: str) -> list[KittyPicture]:
    """The pictures that kitty's protocol transmits, their chunks put together."""
    pictures = []
    keys: dict[str, str] = {}
    payload = ""
    for head, chunk in _KITTY.findall(output):
        found = dict(word.split("=") for word in head.split(","))
        if found.get("a") in {"q", "d"}:
            continue
        keys, payload = (found, chunk) if "a" in found else (keys, payload + chunk)
        if found["m"] == "0":
            assert keys["a"] == "T"
            assert keys["U"] == "1"
            image = Image.open(BytesIO(b64decode(payload)))
            pictures.append(KittyPicture(int(keys["i"]), int(keys["c"]), int(keys["r"]), image))
    return pictures


def placeholders(output: str, marks: tuple[str, ...]) -> dict[int, set[tuple[int, int]]]:
    """The (row, column) cells that are painted of each picture, which the colour of the cells numbers."""
    cells: dict[int, set[tuple[int, int]]] = {}
    for style, text in _COLOURED.findall(output):
        if number := _number(style):
            for at in range(0, len(text) - 2, 3):  # the last cell may have come in part
                place = (marks.index(text[at + 1]), marks.index(text[at + 2]))
                cells.setdefault(number, set()).add(place)
    return cells


def _number(style: str) -> int | None:
    if found := re.search(r"38;2;(\d+);(\d+);(\d+)", style):
        red, green, blue = map(int, found.groups())
        return red << 16 | green << 8 | blue
    found = re.search(r"38;5;(\d+)", style)
    return int(found[1]) if found else None


def sixel_pictures(output: str) -> list[tuple[int, int, NDArray[np.uint8]]]:
    """Row and column (from 1) of the cell of each sixel picture, and its (height, width, 3) pixels."""
    return [(int(row), int(column), _pixels(data)) for row, column, _, data in _SIXEL.findall(output)]


def _pixels(data: str) -> NDArray[np.uint8]:
    palette: dict[int, tuple[int, ...]] = {}
    size = next(raster for *_, raster, _, _ in _TOKEN.findall(data) if raster).split(";")
    width, height = int(size[2]), int(size[3])
    pixels = np.zeros((-(-height // 6) * 6, width, 3), np.uint8)
    x = y = colour = 0
    for select, red, green, blue, times, repeated, raster, single, control in _TOKEN.findall(data):
        if select:
            colour = int(select)
            if red:
                palette[colour] = tuple(round(int(part) * 255 / 100) for part in (red, green, blue))
        elif control:
            x, y = 0, y + 6 * (control == "-")
        elif not raster:
            bits, run = ord(repeated or single) - 63, int(times or 1)
            for bit in range(6):
                if bits >> bit & 1:
                    pixels[y + bit, x : x + run] = palette[colour]
            x += run
    return pixels[:height]
