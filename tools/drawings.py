"""Draws pictures at random for training: pixel art, patterns, text, shapes, screens, maps, gradients and noise.

    python tools/drawings.py FOLDER --count 2000 --fonts /usr/share/fonts

Photos teach a network nothing of hard edges and flat, strong colours. Mixed with photos, such drawings do.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SIZE = 256
"""The side of a drawing, in pixels."""
SQUARES = (1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 10, 12, 14, 16, 16, 16, 16, 20, 24, 32, 32, 48, 64)
"""Sides of the squares of pixel art and patterns, in pixels; often such that they fill a chunk of 16 or half of it."""
WORDS = """
the of and a to in is you that it he was for on are as with his they I at be this have from or one had by word but not
what all were we when your can said there use an each which she do how their if will up other about out many def return
import int void const 2026 17 3.14 100% € ( ) [ ] { } = + - * / ; :
""".split()  # noqa: SIM905 - a list of so many strings could not be read
BLURRED = 0.05
"""Share of drawings that are blurred a little."""

Colour = tuple[int, int, int]
Drawing = NDArray[np.uint8]
"""(SIZE, SIZE, 3) pixels."""


@dataclass(frozen=True)
class Artist:
    """Draws from a stream of random numbers, with some fonts."""

    random: np.random.Generator
    fonts: Sequence[Path]

    def drawing(self) -> Drawing:
        """A drawing of any kind."""
        kinds: tuple[tuple[Callable[[], Drawing], float], ...] = (
            (self.pixel_art, 0.22),
            (self.pattern, 0.17),
            (self.text, 0.17),
            (self.shapes, 0.13),
            (self.screen, 0.13),
            (self.map, 0.09),
            (self.gradient, 0.06),
            (self.noise, 0.03),
        )
        draw = kinds[self.random.choice(len(kinds), p=[share for _, share in kinds])][0]
        found = draw()
        if self.random.random() < BLURRED:
            blur = ImageFilter.GaussianBlur(self.random.uniform(0.4, 2))
            found = np.asarray(Image.fromarray(found).filter(blur))
        return found

    def pixel_art(self) -> Drawing:
        """Squares of a few colours: at random, as symmetric sprites, or as rectangles."""
        side, colours = self._square(), self._palette()
        count = -(-SIZE // side) + 1
        kind = self.random.random()
        if kind < 0.35:
            return self._enlarged(colours[self.random.integers(0, len(colours), (count, count))], side)
        grid = np.zeros((count, count), int)
        for _ in range(int(self.random.integers(3, 30))):
            top, left = self.random.integers(0, count, 2)
            if kind < 0.7:
                half = self.random.integers(1, len(colours)) * (self.random.random((10, 5)) < 0.5)
                stamp = np.concatenate([half, half[:, ::-1]], axis=1)[: count - top, : count - left]
            else:
                height, width = self.random.integers(1, max(2, count // 2), 2)
                stamp = np.full(
                    (min(height, count - top), min(width, count - left)), self.random.integers(len(colours))
                )
            part = grid[top : top + stamp.shape[0], left : left + stamp.shape[1]]
            np.copyto(part, stamp, where=stamp > 0)
        return self._enlarged(colours[grid], side)

    def pattern(self) -> Drawing:
        """A checkerboard, stripes, a grid, or two colours at random."""
        side = self._square()
        row, col = np.indices((-(-SIZE // side) + 1,) * 2)
        second = (
            (row + col) % 2,
            col % 2,
            row % 2,
            row * col % 2,
            self.random.random(row.shape) < self.random.uniform(0.1, 0.9),
        )[self.random.integers(5)]
        strongest = self.random.random() < 0.4
        colours = np.array([(0, 0, 0), (255, 255, 255)] if strongest else [self._colour(), self._colour()], np.uint8)
        return self._enlarged(colours[second.astype(int)], side)

    def text(self) -> Drawing:
        """A page, mostly black on white."""
        usual = self.random.random() < 0.5
        image = Image.new("RGB", (SIZE, SIZE), (255, 255, 255) if usual else self._colour())
        draw, ink, top = ImageDraw.Draw(image), (0, 0, 0) if usual else self._colour(), -8.0
        draw.fontmode = "1" if self.random.random() < 0.15 else "L"
        font, leading = self._font(8, 48), self.random.uniform(1.05, 1.7)
        while top < SIZE:
            odd = self.random.random() < 0.07
            draw.text((int(self.random.integers(-60, 10)), top), self._words(14), self._colour() if odd else ink, font)
            top += font.size * leading
        return np.asarray(image)

    def shapes(self, image: Image.Image | None = None, most: int = 25) -> Drawing:
        """Rectangles, ellipses, polygons, lines and arcs, mostly with soft edges."""
        scale = 1 if self.random.random() < 0.3 else 3
        side = SIZE * scale
        image = Image.new("RGB", (side, side), self._colour()) if image is None else image.resize((side, side))
        draw = ImageDraw.Draw(image)
        for _ in range(int(self.random.integers(1, most))):
            fill, width = self._colour(), int(self.random.integers(1, 12)) * scale
            points = self.random.integers(-side // 6, side + side // 6, (5, 2))
            box = [*map(int, points[:2].min(0)), *map(int, points[:2].max(0))]
            path = [(int(x), int(y)) for x, y in points[: self.random.integers(3, 6)]]
            kind = self.random.integers(6)
            if kind == 0:
                draw.rectangle(box, fill)
            elif kind == 1:
                draw.ellipse(box, fill, self._colour(), width)
            elif kind == 2:
                draw.polygon(path, fill)
            elif kind == 3:
                draw.line(path, fill, width)
            elif kind == 4:
                draw.rounded_rectangle(box, int(self.random.integers(1, 40)) * scale, fill, self._colour(), width)
            else:
                start, end = map(int, self.random.integers(0, 360, 2))
                draw.arc(box, start, end, fill, width)
        return np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BOX))

    def screen(self) -> Drawing:
        """Boxes with borders and lines of small text."""
        image = Image.new("RGB", (SIZE, SIZE), self._colour(0.7))
        draw, font = ImageDraw.Draw(image), self._font(8, 18)
        for _ in range(int(self.random.integers(3, 14))):
            left, top = map(int, self.random.integers(-20, SIZE - 20, 2))
            width, height = int(self.random.integers(20, 200)), int(self.random.integers(12, 120))
            draw.rectangle((left, top, left + width, top + height), self._colour(0.6), self._colour(0.6))
            for line in range(top + 2, top + height - int(font.size), int(font.size * 1.4) + 1):
                draw.text((left + 4, line), self._words(1 + width // 50), self._colour(0.7), font)
        return np.asarray(image)

    def map(self) -> Drawing:
        """Areas with wavy borders, roads and names."""
        centres, colours = self.random.uniform(0, SIZE, (self.random.integers(4, 30), 2)), self._palette()
        y, x = np.indices((SIZE, SIZE))
        wavy_x, wavy_y = (
            place + 8 * self.random.random() * wave(other / self.random.uniform(5, 30))
            for place, other, wave in ((x, y, np.sin), (y, x, np.cos))
        )
        nearest = np.hypot(wavy_x[..., None] - centres[:, 0], wavy_y[..., None] - centres[:, 1]).argmin(-1)
        pixels = colours[self.random.integers(0, len(colours), len(centres))[nearest]]
        if self.random.random() < 0.7:
            pixels[(nearest != np.roll(nearest, 1, 0)) | (nearest != np.roll(nearest, 1, 1))] = self._colour()
        image = Image.fromarray(pixels)
        draw, font = ImageDraw.Draw(image), self._font(8, 20)
        for _ in range(int(self.random.integers(0, 6))):
            road = [(int(x), int(y)) for x, y in self.random.integers(0, SIZE, (4, 2))]
            draw.line(road, self._colour(), int(self.random.integers(1, 8)))
            draw.text(road[0], self._words(1), self._colour(0.8), font)
        return np.asarray(image)

    def gradient(self) -> Drawing:
        """From one colour to another, along a line or around a point, at times with shapes on it."""
        y, x = np.indices((SIZE, SIZE)) / SIZE
        if self.random.random() < 0.6:
            place = x * self.random.normal() + y * self.random.normal() + self.random.random()
        else:
            place = np.hypot(x - self.random.random(), y - self.random.random()) * self.random.uniform(0.5, 3)
        first, last = (np.array(self._colour(), float) for _ in range(2))
        pixels = (first + (last - first) * np.clip(place, 0, 1)[..., None]).astype(np.uint8)
        return self.shapes(Image.fromarray(pixels), 6) if self.random.random() < 0.5 else pixels

    def noise(self) -> Drawing:
        """Uniform noise, or a colour with Gaussian noise, in colours or grey."""
        if self.random.random() < 0.4:
            return self.random.integers(0, 256, (SIZE, SIZE, 3), np.uint8)
        channels = 3 if self.random.random() < 0.5 else 1
        noisy = self._colour() + self.random.normal(0, self.random.uniform(5, 90), (SIZE, SIZE, channels))
        return np.clip(noisy, 0, 255).astype(np.uint8)

    def _square(self) -> int:
        return int(self.random.choice(SQUARES))

    def _enlarged(self, pixels: Drawing, side: int) -> Drawing:
        """Pixels as squares; in half of the drawings the first ones are whole."""
        top, left = (0, 0) if self.random.random() < 0.5 else self.random.integers(0, side, 2)
        return pixels.repeat(side, 0).repeat(side, 1)[top : top + SIZE, left : left + SIZE]

    def _colour(self, grey: float = 0.25) -> Colour:
        """Any colour, often an extreme one; with probability ``grey`` a grey."""
        kind = self.random.random()
        if kind < grey:
            value = int(self.random.choice([0, 255, int(self.random.integers(0, 256))]))
            return value, value, value
        extreme = kind < max(grey, 0.6)
        red, green, blue = self.random.choice([0, 128, 255], 3) if extreme else self.random.integers(0, 256, 3)
        return int(red), int(green), int(blue)

    def _palette(self) -> Drawing:
        """(n, 3) colours."""
        count = self.random.integers(2, 9) if self.random.random() < 0.7 else self.random.integers(9, 33)
        return np.array([self._colour() for _ in range(count)], np.uint8)

    def _font(self, least: int, most: int) -> ImageFont.FreeTypeFont:
        size = int(np.exp(self.random.uniform(np.log(least), np.log(most))))
        return ImageFont.truetype(self.fonts[int(self.random.integers(len(self.fonts)))], size)

    def _words(self, count: int) -> str:
        return " ".join(self.random.choice(WORDS, count))


def main() -> None:
    """Fills a folder."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"), help="a folder with TrueType fonts")
    args = parser.parse_args()
    fonts = sorted(args.fonts.rglob("*.ttf"))
    if not fonts:
        parser.error(f"{args.fonts} holds no TrueType fonts (*.ttf); name a folder that does with --fonts")
    args.folder.mkdir(parents=True)
    artist = Artist(np.random.default_rng(args.seed), fonts)
    for number in range(args.count):
        Image.fromarray(artist.drawing()).save(args.folder / f"drawing-{number:05}.png")


if __name__ == "__main__":
    main()
