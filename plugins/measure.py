"""Measures plugins against the built-ins that they replace, for the figures in their READMEs.

    python plugins/measure.py coders FOLDER [MODEL]
    python plugins/measure.py quantizers FOLDER [MODEL]
    python plugins/measure.py chunkers FOLDER
    python plugins/measure.py original FOLDER

FOLDER holds images. Install the plugins first. Coders: bytes of the same symbols. Quantizers and chunkers: PSNR
and bytes at a few levels, and from them how many bytes equal quality takes against the first row. Original:
chunkers where each chunk keeps its first few latents, a byte each, and how much steeper errors are across borders.
"""

import sys
import time
from pathlib import Path

import numpy as np

from aictui.chunkers.base import CHUNK
from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.image import read_image
from aictui.codec.settings import Settings, Target
from aictui.metrics import bd_rate, psnr
from aictui.network import store

CODERS = ("deflate", "zstd", "adaptive", "range", "cm")
QUANTIZERS = ("round", "deadzone", "rdo")
CHUNKERS = ("planes16", "lapped16")
KEPT = (2, 8, 32)
"""Latents of a chunk."""

SHARES = {"photo": (0.3, 0.5, 0.7, 0.9), "classic": (0.4, 0.6, 0.8)}
"""Of a model's levels, for ratios from about 80 to 2."""


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
    for share in SHARES[model]:
        rows = {name: measure(folder, "coder", name, int(share * levels), {"model": model}) for name in CODERS}
        for name, found in rows.items():
            size, seconds = sum(row[0] for row in found), sum(row[2] for row in found)
            print(f"{model} level {int(share * levels)} {name:9} {size:9,} bytes, {seconds:6.1f} s", flush=True)


def curves(folder: Path, kind: str, names: tuple[str, ...], settings: dict[str, str]) -> None:
    """Prints the rates of each component and its BD-rate against the first."""
    levels = store.find(settings["model"]).levels
    points = {
        name: [measure(folder, kind, name, int(share * levels), settings) for share in SHARES[settings["model"]]]
        for name in names
    }
    for name, found in points.items():
        rates = []
        for image in range(len(found[0])):
            sides = [[(row[image][0], row[image][1]) for row in points[each]] for each in (names[0], name)]
            rates.append(bd_rate(*sides))
        told = ", ".join(f"{sum(r[0] for r in row):,} B {np.mean([r[1] for r in row]):.2f} dB" for row in found)
        print(f"{name:9} {np.mean(rates):+.2f} % bytes at equal PSNR; {told}", flush=True)


def original(folder: Path) -> None:
    """Prints bytes, PSNR and edges by chunker and number of latents kept, one byte each, as in the original method."""
    for kept in KEPT:
        for name in CHUNKERS:
            found = []
            for file in sorted(folder.iterdir()):
                source = read_image(file)
                pipeline = {"model": "classic", "chunker": name, "quantizer": "int8", "coder": "raw"}
                data = encode(source, Settings(target=Target("ratio", 256 / kept), latents=kept, **pipeline)).data
                image = np.asarray(decode(data).image.convert("RGB"))
                steep = np.abs(np.diff(image.astype(float) - source.pixels, axis=1)).mean((0, 2))
                border = np.arange(len(steep)) % CHUNK == CHUNK - 1
                found.append((len(data), psnr(source.pixels, image), steep[border].mean() / steep[~border].mean()))
            size, quality, edges = np.mean(found, 0)
            print(f"{kept:3} latents, {name:9} {size:9,.0f} bytes, {quality:.2f} dB, edges {edges:.2f}", flush=True)


def main(what: str, folder: str, model: str = "photo") -> None:
    """Runs one of the comparisons."""
    if what == "coders":
        coders(Path(folder), model)
    elif what == "quantizers":
        tune = {"tune": "psnr"} if store.find(model).tunes else {}
        curves(Path(folder), "quantizer", QUANTIZERS, {"model": model, **tune})
    elif what == "chunkers":
        curves(Path(folder), "chunker", CHUNKERS, {"model": "classic"})
    else:
        original(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
