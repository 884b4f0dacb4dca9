"""The bytes that reach a terminal with graphics, taken apart and compared with the picture."""

import fcntl
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from aictui.tui.pictures import _diacritics, draw
from aictui.tui.terminal import Terminal
from tests.tui.escapes import kitty_pictures, placeholders, sixel_pictures

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

COLUMNS, ROWS, CELL = 120, 40, (10, 20)
WIDTH, HEIGHT = 297, 200


def gradient() -> NDArray[np.uint8]:
    """A picture of which every pixel says where it is."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.stack([x * 255 // WIDTH, y * 255 // HEIGHT, 255 - x * 128 // WIDTH], axis=2).astype(np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.fromarray(gradient()).save(folder / "gradient.png")
    return folder


def output_of(folder: Path, protocol: str, complete: Callable[[str], bool], colours: str = "truecolor") -> str:
    """What the browser sends to a terminal of its own until it is ``complete``."""
    config = folder.parent / "config.toml"
    config.write_text(f'[tui]\nimages = "{protocol}"\n')
    environment = {
        key: value for key, value in os.environ.items() if key not in {"TMUX", "NO_COLOR", "COLUMNS", "LINES"}
    }
    environment |= {"AICTUI_CONFIG": str(config), "TERM": "xterm-256color", "COLORTERM": colours}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, COLUMNS * CELL[0], ROWS * CELL[1]))
    command = [sys.executable, "-m", "aictui", str(folder)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    data = b""
    deadline = time.monotonic() + 60
    try:
        while not complete(text := data.decode("utf-8", "ignore")):
            assert time.monotonic() < deadline, f"the picture never came; last: {text[-500:]!r}"
            if select.select([ours], [], [], 0.2)[0]:
                data += os.read(ours, 65536)
                if data.endswith(b"\x1b[c"):
                    os.write(ours, b"\x1b[?62;22c")
    finally:
        process.kill()
        process.wait(10)
        os.close(ours)
    return text


@pytest.mark.parametrize("colours", ["truecolor", ""], ids=["truecolor", "palette"])
def test_kitty_gets_the_pixels_of_the_preview_and_every_cell_of_it(folder: Path, colours: str) -> None:
    def complete(text: str) -> bool:
        pictures = kitty_pictures(text)
        return bool(pictures) and len(placeholders(text, _diacritics()).get(pictures[-1].identifier, ())) == 300

    text = output_of(folder, "kitty", complete, colours)
    picture = kitty_pictures(text)[-1]
    assert (picture.columns, picture.rows) == (30, 10)
    pixels = np.asarray(picture.image.convert("RGB"))[:HEIGHT, :WIDTH]
    assert np.array_equal(pixels, gradient())
    cells = placeholders(text, _diacritics())[picture.identifier]
    assert cells == {(row, column) for row in range(10) for column in range(30)}


def test_sixels_are_the_pixels_of_the_preview_where_the_preview_is(folder: Path) -> None:
    text = output_of(folder, "sixel", lambda text: bool(sixel_pictures(text)))
    row, column, pixels = sixel_pictures(text)[-1]
    assert row > 1
    assert column > COLUMNS // 2
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    # 256 colours, each in hundredths.
    assert np.abs(pixels.astype(int) - gradient()).mean() < 6


def test_kitty_knows_its_pictures_by_palette_colours_where_there_are_no_others() -> None:
    drawing = draw(Image.fromarray(gradient()), 30, 10, Terminal("kitty", *CELL, colours=256))
    picture = kitty_pictures(drawing.prologue)[0]
    color = next(iter(drawing.strips[0])).style.color
    assert color.number == picture.identifier
    assert 16 <= picture.identifier <= 255
