"""Measures plugins against the built-ins that they replace, for the figures in their READMEs.

    python plugins/measure.py coders FOLDER [MODEL]
    python plugins/measure.py quantizers FOLDER [MODEL]
    python plugins/measure.py chunkers FOLDER

FOLDER holds images. Install the plugins first. Coders: bytes of the same symbols. Quantizers and chunkers: PSNR
and bytes at a few levels, and from them how many bytes equal quality takes against the first row.
"""

import sys
import time
from pathlib import Path

import numpy as np

from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.image import read_image
from aictui.codec.settings import Settings, Target
from aictui.metrics import bd_rate, psnr
from aictui.network import store

CODERS = ("deflate", "zstd", "adaptive", "range", "cm")
QUANTIZERS = ("round", "deadzone", "rdo")
CHUNKERS = ("planes16", "lapped16")
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


def main(what: str, folder: str, model: str = "photo") -> None:
    """Runs one of the comparisons."""
    if what == "coders":
        coders(Path(folder), model)
    elif what == "quantizers":
        tune = {"tune": "psnr"} if store.find(model).tunes else {}
        curves(Path(folder), "quantizer", QUANTIZERS, {"model": model, **tune})
    else:
        curves(Path(folder), "chunker", CHUNKERS, {"model": "classic"})


if __name__ == "__main__":
    main(*sys.argv[1:])
