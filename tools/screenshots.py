"""Render the pictures of ``docs/`` from the application itself, as a terminal with kitty graphics shows it.

    python tools/screenshots.py              every picture, from the photograph in ``examples``
    python tools/screenshots.py compare      only those of this name

Needs a monospaced TrueType font with box drawing; DejaVu Sans Mono is looked for, ``--font`` names another.
"""

import argparse
import asyncio
import os
import re
import shutil
import tempfile
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len
from rich.style import Style
from textual.pilot import Pilot
from textual.screen import Screen

from aictui import config
from aictui.tui.app import AictuiApp
from aictui.tui.screens.browser import BrowserScreen
from aictui.tui.terminal import Terminal
from aictui.tui.widgets.image_table import ImageTable
from aictui.tui.widgets.picture import Picture
from aictui.tui.widgets.summary import Summary

ROOT = Path(__file__).parent.parent
EXAMPLE = "singapore.png"
CELL = (10, 20)
FONT = "DejaVuSansMono.ttf"
Scene = Callable[[Pilot], Awaitable[None]]


class Painter:
    """Paints the cells of a screen, and over them the pictures that kitty would paint."""

    def __init__(self, font: str) -> None:
        size = 8.0
        while ImageFont.truetype(font, size + 0.05).getlength("M") <= CELL[0]:
            size += 0.05
        self.plain = ImageFont.truetype(font, size)
        bold = Path(font).with_name(Path(font).name.replace(".ttf", "-Bold.ttf"))
        try:
            self.bold = ImageFont.truetype(str(bold), size)
        except OSError:
            self.bold = self.plain

    def paint(self, app: AictuiApp) -> Image.Image:
        """The whole screen."""
        width, height = app.size
        image = Image.new("RGB", (width * CELL[0], height * CELL[1]))
        draw = ImageDraw.Draw(image)
        for y, strip in enumerate(app.screen._compositor.render_strips(app.size)):
            x = 0
            for text, style, control in strip:
                if control:
                    continue
                for character in text:
                    cells = cell_len(character)
                    self._cell(draw, x, y, cells, character, style or Style())
                    x += cells
        self._pictures(image, app.screen)
        return image

    def _cell(self, draw: ImageDraw.ImageDraw, x: int, y: int, cells: int, character: str, style: Style) -> None:
        left, top = x * CELL[0], y * CELL[1]
        color, background = _rgb(style.color, (230, 225, 216)), _rgb(style.bgcolor, (0, 0, 0))
        if style.reverse:
            color, background = background, color
        if style.dim:
            color = tuple((a + b) // 2 for a, b in zip(color, background, strict=True))
        box = (left, top, left + CELL[0] * max(cells, 1) - 1, top + CELL[1] - 1)
        if cells:
            draw.rectangle(box, background)
        if character == "▀":
            draw.rectangle((*box[:3], top + CELL[1] // 2 - 1), color)
        elif character == "█":
            draw.rectangle(box, color)
        elif character.strip() and cells:
            # Lines of a box have to meet, so they are stretched to the height of the cell.
            font = self.bold if style.bold else self.plain
            if "─" <= character <= "╿":
                self._line(draw, left, top, character, color, font)
            else:
                draw.text((left, top + CELL[1] * 0.78), character, color, font, anchor="ls")

    def _line(self, draw: ImageDraw.ImageDraw, left: int, top: int, character: str, color: tuple, font: object) -> None:
        tile = Image.new("L", (CELL[0] * 3, CELL[1] * 3))
        ImageDraw.Draw(tile).text((CELL[0], CELL[1] * 1.5), character, 255, font, anchor="lm")
        edges = tile.getbbox() or (0, 0, 1, 1)
        if edges[3] - edges[1] > CELL[1] * 0.8:
            middle = tile.crop((CELL[0], edges[1], CELL[0] * 2, edges[3])).resize((CELL[0], CELL[1]))
        else:
            middle = tile.crop((CELL[0], CELL[1], CELL[0] * 2, CELL[1] * 2))
        draw.bitmap((left, top), middle, color)

    def _pictures(self, image: Image.Image, screen: Screen) -> None:
        for picture in screen.query(Picture):
            drawing = picture._drawing
            if drawing is None or not drawing.prologue or not picture.region.area:
                continue
            payload = "".join(re.findall(r"\x1b_G[^;]*;([^\x1b]*)\x1b", drawing.prologue))
            pixels = Image.open(BytesIO(b64decode(payload))).convert("RGBA")
            region = picture.content_region
            x = region.x + (region.width - drawing.width) // 2
            y = region.y + (region.height - len(drawing.strips)) // 2
            ground = Image.new("RGBA", pixels.size, image.getpixel((region.x * CELL[0], (y - 1) * CELL[1])))
            image.paste(Image.alpha_composite(ground, pixels).convert("RGB"), (x * CELL[0], y * CELL[1]))


def _rgb(color: object, default: tuple[int, int, int]) -> tuple[int, ...]:
    return default if color is None or color.is_default else tuple(color.get_truecolor())


def make_album(folder: Path) -> Path:
    """A folder of pictures: the example and views of it."""
    album = folder / "pictures" / "album"
    (album / "2024").mkdir(parents=True)
    (album / "2025").mkdir()
    source = ROOT / "examples" / EXAMPLE
    shutil.copyfile(source, album / EXAMPLE)
    with Image.open(source) as photo:
        width, height = photo.size
        views = {
            "bridge.png": (width * 3 // 4, height // 4, width, height),
            "clouds.webp": (0, 0, width, height // 2),
            "harbour.jpg": (0, height // 3, width // 2, height),
            "night lights.jpg": (width // 3, height // 6, width, height * 2 // 3),
            "reflections.png": (0, height // 2, width, height),
            "2024/towers.jpg": (width // 4, height // 4, width, height),
            "2025/evening.jpg": (0, 0, width, height * 2 // 3),
        }
        for name, box in views.items():
            photo.crop(box).save(album / name, quality=95)
    for path in album.rglob("*.*"):
        os.utime(path, (1_750_000_000, 1_750_000_000))
    return album


def make_plugins(folder: Path) -> None:
    """A plugin that works and one that does not, in one file each."""
    place = folder / "plugins"
    place.mkdir()
    (place / "halves.py").write_text(
        "import aictui\nfrom aictui.quantizers.round import Round\n\n"
        "class Halves(Round):\n    id = 'halves'\n\n"
        "@aictui.hookimpl\ndef register_quantizers(register):\n    register(Halves)\n"
    )
    (place / "fractal.py").write_text("import fractals_from_the_nineties\n")


def compress_some(album: Path) -> None:
    """Results beside two of the pictures."""
    import aictui

    for name, ratio in ((EXAMPLE, 32), ("bridge.png", 48)):
        (album / name).with_suffix(".aic").write_bytes(aictui.compress(album / name, ratio=ratio))


async def until(pilot: Pilot, condition: Callable[[], bool], seconds: float = 300) -> None:
    """Let the application run until ``condition`` holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the application never came to rest")
        await pilot.pause(0.05)
    await pilot.pause(0.3)


async def browse(pilot: Pilot) -> None:
    """The browser with its list, its preview and the folder's name."""
    await until(pilot, lambda: isinstance(pilot.app.screen, BrowserScreen) and bool(pilot.app.screen.query(ImageTable)))
    table = pilot.app.screen.query_one(ImageTable)
    await until(pilot, lambda: table.items and not any(file.is_unread for file in table.items))
    table.highlight_path(next(file.path for file in table.items if file.name == EXAMPLE))
    await _drawn(pilot)


async def mark(pilot: Pilot) -> None:
    """Marked pictures."""
    await browse(pilot)
    table = pilot.app.screen.query_one(ImageTable)
    for name in ("clouds.webp", "harbour.jpg", "night lights.jpg", "reflections.png"):
        table.highlight_path(next(file.path for file in table.items if file.name == name))
        await pilot.press("space")
    table.highlight_path(next(file.path for file in table.items if file.name == "night lights.jpg"))
    await _drawn(pilot)


async def compare(pilot: Pilot) -> None:
    """The compare view when everything is measured; the first file's times are mostly those of compilers."""
    await browse(pilot)
    await pilot.press("enter")
    for _ in range(2):
        await until(pilot, lambda: pilot.app.screen.query_one(Summary).state == "✓ exact")
        await pilot.press("greater_than_sign")
        await pilot.pause(0.1)
    await until(pilot, lambda: pilot.app.screen.query_one(Summary).state == "✓ exact")
    with suppress(TimeoutError):
        await until(pilot, lambda: not any(" …" in line for line in _lines(pilot)), seconds=120)


async def difference(pilot: Pilot) -> None:
    """Where the pictures differ."""
    await compare(pilot)
    await pilot.press("d")
    await pilot.pause(1)


async def queue(pilot: Pilot) -> None:
    """The queue with results."""
    await mark(pilot)
    await pilot.press("c")
    await pilot.pause(1)
    await pilot.press("r")
    await until(pilot, lambda: {row.state for row in pilot.app.screen.rows} <= {"done", "skipped", "kept", "failed"})


async def plugins(pilot: Pilot) -> None:
    """The plugins, one of which is broken."""
    await browse(pilot)
    await pilot.press("f2")
    await until(pilot, lambda: bool(pilot.app.screen.rows))
    await pilot.press("j")
    await pilot.pause(0.5)


async def settings(pilot: Pilot) -> None:
    """The settings."""
    await browse(pilot)
    await pilot.press("f4")
    await pilot.pause(1)


async def help_(pilot: Pilot) -> None:
    """The help."""
    await browse(pilot)
    await pilot.press("f1")
    await pilot.pause(1)


def _lines(pilot: Pilot) -> list[str]:
    return [strip.text for strip in pilot.app.screen._compositor.render_strips(pilot.app.size)]


async def _drawn(pilot: Pilot) -> None:
    picture = pilot.app.screen.query_one("#preview").query_one(Picture)
    await pilot.pause(1)
    await until(pilot, lambda: picture._drawing is not None and not picture._busy)


SCENES: dict[str, tuple[Scene, tuple[int, int]]] = {
    "browser": (browse, (120, 34)),
    "compare": (compare, (140, 44)),
    "difference": (difference, (140, 44)),
    "queue": (queue, (120, 34)),
    "plugins": (plugins, (120, 30)),
    "settings": (settings, (100, 28)),
    "help": (help_, (120, 40)),
    "small": (mark, (80, 24)),
}

PHOTOGRAPHIC = frozenset({"browser", "compare"})
"""Scenes that keep all their colours: a palette would show bands that no codec has made."""


async def photograph(name: str, album: Path, painter: Painter, out: Path) -> None:
    """Play a scene and keep its picture."""
    scene, size = SCENES[name]
    protocol = "half-cell" if name == "small" else "kitty"
    app = AictuiApp(album, Terminal(protocol, *CELL))
    async with app.run_test(size=size) as pilot:
        await scene(pilot)
        app.clear_notifications()
        await pilot.pause(0.5)
        image = painter.paint(app)
    out.mkdir(parents=True, exist_ok=True)
    if name not in PHOTOGRAPHIC:
        image = image.quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
    image.save(out / f"{name}.png", optimize=True)
    print(out / f"{name}.png")


def main() -> None:
    """Render the pictures that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"of {', '.join(SCENES)}; all without one")
    parser.add_argument("--font", default=FONT, help="a monospaced TrueType font")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures", help="where the pictures go")
    arguments = parser.parse_args()
    unknown = set(arguments.scenes) - SCENES.keys()
    if unknown:
        parser.error(f"there is no scene {', '.join(sorted(unknown))}")
    painter = Painter(arguments.font)
    for name in arguments.scenes or SCENES:
        with tempfile.TemporaryDirectory() as folder:
            os.environ[config.VARIABLE] = str(Path(folder) / "config.toml")
            os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
            os.environ["HOME"] = folder
            os.environ["AICTUI_PLUGINS_DIR"] = str(Path(folder) / "plugins") if name == "plugins" else ""
            os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")
            album = make_album(Path(folder))
            make_plugins(Path(folder))
            compress_some(album)
            asyncio.run(photograph(name, album, painter, arguments.out))


if __name__ == "__main__":
    main()
