"""Pictures as terminals draw them: half-cells of colour, kitty's graphics protocol, or sixels.

Making a `Drawing` takes tens of milliseconds, so it belongs in a worker; showing one takes none.
"""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import count
from random import randint
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from aictui.tui.terminal import TRUE_COLOURS, Terminal

if TYPE_CHECKING:
    from PIL.Image import Image

_KITTY_CHUNK = 4096
_PLACEHOLDER = "\U0010eeee"
_LARGEST_KITTY_CELLS = 297
_DIACRITICS = (
    "305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 "
    "5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d "
    "73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 951 953-954 f82-f83 f86-f87 "
    "135d-135f 17dd 193a 1a17 1a75-1a7c 1b6b 1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc "
    "1dd1-1de6 1dfe 20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7 20e9 20f0 2cef-2cf1 2de0-2dff a66f a67c-a67d "
    "a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26 10a0f 10a38 1d185-1d189 1d1aa-1d1ad "
    "1d242-1d244"
)
"""The combining marks that stand for 0, 1, 2 … in kitty's protocol, as ranges of code points."""
_identifiers = count(randint(1, 2**23))


@dataclass(frozen=True)
class Drawing:
    """A picture made ready for one size and protocol.

    ``strips`` holds a line of cells each, all ``width`` cells wide; ``backdrop`` is what is seen behind a dialog.
    ``prologue`` has to reach the terminal once before them (kitty), and ``epilogue`` lets it forget the picture once it
    is gone from the screen; ``sixels`` is painted over their upper left corner.
    """

    width: int
    strips: tuple[Strip, ...]
    backdrop: tuple[Strip, ...] = ()
    prologue: str = ""
    epilogue: str = ""
    sixels: str = ""


def draw(image: "Image", columns: int, rows: int, terminal: Terminal) -> Drawing:
    """``image`` within ``columns`` × ``rows`` cells, its proportions kept.

    An image of exactly `pixel_size` is not resampled, and no pixel is enlarged where the terminal has real ones.
    """
    width, height = fitted(image.size, pixel_size(columns, rows, terminal), enlarge=terminal.protocol == "half-cell")
    rgb = image.convert("RGB")
    if rgb.size != (width, height):
        rgb = rgb.resize((width, height), _resampling(rgb.size, (width, height)), reducing_gap=2.0)
    if terminal.protocol == "kitty":
        return _kitty(rgb, terminal)
    if terminal.protocol == "sixel":
        return _sixel(rgb, terminal)
    return _half_cells(rgb, terminal)


def pixel_size(columns: int, rows: int, terminal: Terminal) -> tuple[int, int]:
    """Width and height in pixels of an area of cells; a half-cell is one pixel."""
    if terminal.protocol in {"kitty", "sixel"}:
        return columns * terminal.cell_width, rows * terminal.cell_height
    return columns, rows * 2


def rows_needed(size: tuple[int, int], columns: int, rows: int, terminal: Terminal) -> int:
    """The rows of cells that an image of ``size`` covers when it is drawn within ``columns`` × ``rows``."""
    height = fitted(size, pixel_size(columns, rows, terminal), enlarge=terminal.protocol == "half-cell")[1]
    cell = pixel_size(1, 1, terminal)[1]
    return min(rows, -(-height // cell))


def fitted(size: tuple[int, int], area: tuple[int, int], *, enlarge: bool = True) -> tuple[int, int]:
    """The largest size of the proportions of ``size`` within ``area``, at least one pixel."""
    scale = min(area[0] / size[0], area[1] / size[1])
    if not enlarge:
        scale = min(scale, 1.0)
    return max(1, min(area[0], round(size[0] * scale))), max(1, min(area[1], round(size[1] * scale)))


def _resampling(before: tuple[int, int], after: tuple[int, int]) -> int:
    from PIL.Image import Resampling

    # Enlarged pixels stay visible as pixels; what shrinks is averaged.
    return Resampling.NEAREST if after[0] >= before[0] * 2 else Resampling.LANCZOS


def _half_cells(image: "Image", terminal: Terminal) -> Drawing:
    import numpy as np

    from aictui.tui.half_cells import backdrop, half_cells

    pixels = np.asarray(image)
    return Drawing(image.width, tuple(half_cells(pixels, terminal.colours)), tuple(backdrop(pixels)))


def _cells(image: "Image", terminal: Terminal) -> tuple[int, int]:
    """Columns and rows that ``image`` covers."""
    return -(-image.width // terminal.cell_width), -(-image.height // terminal.cell_height)


def _kitty(image: "Image", terminal: Terminal) -> Drawing:
    """Kitty's graphics protocol with Unicode placeholders: https://sw.kovidgoyal.net/kitty/graphics-protocol/."""
    columns, rows = (min(cells, _LARGEST_KITTY_CELLS) for cells in _cells(image, terminal))
    identifier, color = _kitty_identifier(terminal.colours)
    file = BytesIO()
    _padded(image, terminal).save(file, "png", compress_level=1)
    payload = b64encode(file.getvalue()).decode("ascii")
    chunks = [payload[start : start + _KITTY_CHUNK] for start in range(0, len(payload), _KITTY_CHUNK)]
    messages = []
    for number, chunk in enumerate(chunks):
        more = int(number < len(chunks) - 1)
        head = f"a=T,U=1,i={identifier},f=100,t=d,c={columns},r={rows},q=2,m={more}" if number == 0 else f"m={more},q=2"
        messages.append(f"\x1b_G{head};{chunk}\x1b\\")
    style = Style.from_color(color)
    marks = _diacritics()
    strips = tuple(
        Strip(
            [Segment("".join(f"{_PLACEHOLDER}{marks[row]}{marks[column]}" for column in range(columns)), style)],
            columns,
        )
        for row in range(rows)
    )
    forget = f"\x1b_Ga=d,d=I,i={identifier},q=2\x1b\\"
    return Drawing(columns, strips, prologue="".join(messages), epilogue=forget)


def _kitty_identifier(colours: int) -> tuple[int, Color]:
    """The number of another picture, and the colour by which cells mean it: one that the terminal is really sent."""
    number = next(_identifiers)
    if colours < TRUE_COLOURS:
        identifier = 16 + number % 240
        return identifier, Color.from_ansi(identifier)
    identifier = number & 0xFFFFFF or 1
    return identifier, Color.from_rgb(identifier >> 16 & 255, identifier >> 8 & 255, identifier & 255)


def _sixel(image: "Image", terminal: Terminal) -> Drawing:
    """DEC sixels, 256 colours."""
    # What the package offers in public asks the terminal, which the application has to itself by now.
    from textual_image._sixel import image_to_sixels

    columns, rows = _cells(image, terminal)
    return Drawing(columns, (Strip.blank(columns),) * rows, sixels=image_to_sixels(image))


def _padded(image: "Image", terminal: Terminal) -> "Image":
    """``image`` on a transparent ground of whole cells, which kitty would otherwise stretch it to."""
    from PIL import Image

    columns, rows = _cells(image, terminal)
    whole = (columns * terminal.cell_width, rows * terminal.cell_height)
    if image.size == whole:
        return image
    ground = Image.new("RGBA", whole)
    ground.paste(image)
    return ground


@lru_cache(maxsize=1)
def _diacritics() -> tuple[str, ...]:
    """The marks for 0, 1, 2 …, one a row or column."""
    marks = []
    for word in _DIACRITICS.split():
        first, _, last = word.partition("-")
        marks += [chr(code) for code in range(int(first, 16), int(last or first, 16) + 1)]
    return tuple(marks)
