"""What the tests of the browser share: a folder of flat pictures, and waiting for events."""

import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image
from textual.pilot import Pilot

from aictui.codec.header import KINDS, Header, write_header
from aictui.codec.info import ComponentReference, ModelReference
from aictui.network.base import OperatingPoint
from aictui.tui.screens.browser import BrowserScreen
from aictui.tui.widgets.facts import Facts
from aictui.tui.widgets.image_table import ImageTable
from aictui.tui.widgets.picture import Picture

COLOURS = {"beach.jpg": (200, 180, 120), "harbour.png": (40, 90, 160), "meadow 2.png": (70, 140, 60)}
WHEN = 1_750_000_000


def make_pictures(folder: Path) -> Path:
    """Three pictures, one of which has an ``.aic`` beside it, a broken one, a note, and one in a subfolder."""
    (folder / "more").mkdir(parents=True)
    for number, (name, colour) in enumerate(COLOURS.items()):
        Image.new("RGB", (300 + 100 * number, 200), colour).save(folder / name)
    Image.new("RGB", (64, 64), (250, 250, 250)).save(folder / "more" / "snow.png")
    head = header_of(400, 200, 2000)
    (folder / "harbour.aic").write_bytes(head + b"c" * 2000)
    (folder / "torn.jpg").write_bytes(b"\xff\xd8\xff torn in the middle")
    (folder / "notes.txt").write_text("not an image")
    for path in folder.rglob("*"):
        os.utime(path, (WHEN, WHEN))
    return folder


def header_of(width: int, height: int, body_bytes: int = 9000) -> bytes:
    """The header of an ``.aic`` file of this size, by a model that nobody has."""
    kinds = zip(KINDS, ("rgb16", "deadzone", "range"), strict=True)
    chunker, quantizer, coder = (ComponentReference(kind, name, 1, "", {}) for kind, name in kinds)
    model, point = ModelReference("none", bytes(8)), OperatingPoint(3000, 320, 1)
    return write_header(Header(width, height, False, model, chunker, quantizer, coder, point, body_bytes=body_bytes))


async def until(pilot: "Pilot[None]", condition: Callable[[], bool], seconds: float = 20) -> None:
    """Let the application run until ``condition`` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this never came true"
        await pilot.pause(0.01)


def table_of(pilot: "Pilot[None]") -> ImageTable:
    """The table of the browser, wherever the application is now."""
    browser = next(screen for screen in pilot.app.screen_stack if isinstance(screen, BrowserScreen))
    return browser.query_one(ImageTable)


def names(pilot: "Pilot[None]") -> list[str]:
    """The names in the table."""
    return [file.name for file in table_of(pilot).rows]


async def listed(pilot: "Pilot[None]", count: int = 5) -> None:
    """Wait for the names and headers of a folder with ``count`` images."""
    await until(pilot, lambda: bool(pilot.app.screen.query(ImageTable)))
    await until(pilot, lambda: len(table_of(pilot).items) == count)
    await until(pilot, lambda: not any(file.is_unread for file in table_of(pilot).items))


async def previewed(pilot: "Pilot[None]") -> None:
    """Wait for the preview."""
    picture = table_of(pilot).screen.query_one("#preview").query_one(Picture)
    facts = table_of(pilot).screen.query_one(Facts)
    await until(pilot, lambda: picture._drawing is not None or picture.note.startswith("✗"))
    await until(pilot, lambda: picture._drawn_for is None or picture._drawn_for.size == picture.size)
    assert facts is not None
    await pilot.pause()


Before = Callable[["Pilot[None]"], Awaitable[None]]
