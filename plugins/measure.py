"""Measures plugins against the built-ins that they replace, for the figures in their READMEs.

    python plugins/measure.py coders FOLDER [MODEL]
    python plugins/measure.py quantizers FOLDER [MODEL]
    python plugins/measure.py chunkers FOLDER [MODEL]
    python plugins/measure.py transform FOLDER

FOLDER holds images. Install the plugins first. Coders: bytes of the same symbols. Quantizers and chunkers: PSNR
and bytes at a few levels, and from them how many bytes equal quality takes against the first row. Transform: PSNR
of chunkers where each chunk keeps its first few DCT coefficients, and how much steeper errors are across borders.
"""

import sys
import time
from pathlib import Path

import numpy as np

from aictui.chunkers.base import CHUNK, ChunkGrid
from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.image import read_image
from aictui.codec.settings import Settings, Target
from aictui.metrics import bd_rate, psnr
from aictui.network import store
from aictui.plugins import registry

CODERS = ("deflate", "zstd", "adaptive", "range", "cm")
QUANTIZERS = ("round", "deadzone", "rdo")
CHUNKERS = ("planes16", "lapped16")
KEPT = (2, 8, 32, 128)
"""DCT coefficients of a chunk."""

SHARES = (0.3, 0.5, 0.7, 0.9)
"""Of the model's levels."""


def measure(folder: Path, kind: str, name: str, level: int, settings: dict[str, str]) -> list[tuple[int, float, float]]:
    """Bytes, PSNR and seconds of every image of a folder."""
    found = []
    for file in sorted(folder.iterdir()):
        source = read_image(file)
        start = time.perf_counter()
        data = encode(source, Settings(target=Target("level", level), **{kind: name}, **settings)).data
        image = np.asarray(decode(data).image.convert("RGB"))
        seconds = time.perf_counter() - start
        pixels = np.broadcast_to(source.pixels, image.shape)
        found.append((len(data), psnr(pixels, image), seconds))
    return found


def coders(folder: Path, model: str) -> None:
    """Prints the bytes of all images by coder and level."""
    levels = store.find(model).levels
    for share in SHARES:
        rows = {name: measure(folder, "coder", name, int(share * levels), {"model": model}) for name in CODERS}
        for name, found in rows.items():
            size, seconds = sum(row[0] for row in found), sum(row[2] for row in found)
            print(f"{model} level {int(share * levels)} {name:9} {size:9,} bytes, {seconds:6.1f} s", flush=True)


def curves(folder: Path, kind: str, names: tuple[str, ...], settings: dict[str, str]) -> None:
    """Prints the rates of each component and its BD-rate against the first."""
    levels = store.find(settings["model"]).levels
    points = {name: [measure(folder, kind, name, int(share * levels), settings) for share in SHARES] for name in names}
    for name, found in points.items():
        rates = []
        for image in range(len(found[0])):
            sides = [[(row[image][0], row[image][1]) for row in points[each]] for each in (names[0], name)]
            rates.append(bd_rate(*sides))
        told = ", ".join(f"{sum(r[0] for r in row):,} B {np.mean([r[1] for r in row]):.2f} dB" for row in found)
        print(f"{name:9} {np.mean(rates):+.2f} % bytes at equal PSNR; {told}", flush=True)


def transform(folder: Path) -> None:
    """Prints PSNR and edges by chunker and number of coefficients kept."""
    registered = registry().chunkers
    cosines = np.cos(np.pi * np.arange(CHUNK)[:, None] * (2 * np.arange(CHUNK) + 1) / (2 * CHUNK))
    cosines *= np.where(np.arange(CHUNK) == 0, 1, np.sqrt(2))[:, None] / np.sqrt(CHUNK)
    order = (np.arange(CHUNK)[:, None] ** 2 + np.arange(CHUNK) ** 2).ravel().argsort(kind="stable").argsort()
    for kept in KEPT:
        for name in CHUNKERS:
            chunker, qualities, edges = registered[name](), [], []
            for file in sorted(folder.iterdir()):
                pixels = read_image(file).pixels
                grid = chunker.split(pixels)
                blocks = grid.values.reshape(*grid.values.shape[:2], CHUNK, CHUNK)
                coefficients = cosines @ blocks @ cosines.T * (order.reshape(CHUNK, CHUNK) < kept)
                values = (cosines.T @ coefficients @ cosines).reshape(grid.values.shape).astype(np.float32)
                image = chunker.join(ChunkGrid(values, grid.shape))
                steep = np.abs(np.diff(image.astype(float) - pixels, axis=1)).mean((0, 2))
                border = np.arange(len(steep)) % CHUNK == CHUNK - 1
                qualities.append(psnr(pixels, image))
                edges.append(steep[border].mean() / steep[~border].mean())
            print(f"{kept:3} of 256, {name:9} {np.mean(qualities):.2f} dB, edges {np.mean(edges):.2f}", flush=True)


def main(what: str, folder: str, model: str = "photo") -> None:
    """Runs one of the comparisons."""
    if what == "coders":
        coders(Path(folder), model)
    elif what == "quantizers":
        tune = {"tune": "psnr"} if store.find(model).tunes else {}
        curves(Path(folder), "quantizer", QUANTIZERS, {"model": model, **tune})
    elif what == "chunkers":
        curves(Path(folder), "chunker", CHUNKERS, {"model": "classic" if model == "photo" else model})
    else:
        transform(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
