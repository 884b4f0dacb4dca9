"""The table of the `classic` model: PSNR and bytes of real files by number of latents, beside principal components.

    python tools/classic_table.py FOLDER [--model classic] [--every 1]

For every n it writes, with planes16 and int8, a file with `raw` (n bytes a chunk and channel) and one with `range`,
and decodes the first. The principal components are those of the model's own training chunks, cut at n and not
quantized. All figures are means over the images of FOLDER; PSNR is over RGB.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import aictui
from aictui.chunkers.base import ChunkGrid
from aictui.chunkers.planes16 import Planes16
from aictui.metrics.psnr import psnr
from aictui.network import store

COUNTS = (256, 128, 64, 32, 16, 8, 4, 2, 1)
MOST_PSNR = 99.0
"""Counts for a picture that comes back unchanged."""


class PrincipalComponents:
    """The linear transform that a model started from, cut at any number of components."""

    def __init__(self, model: str) -> None:
        _, tensors = store.read(store.find(model).path)
        self.mean, self.basis = tensors["network/mean"], tensors["network/basis"]

    def pictures(self, pixels: NDArray[np.uint8]) -> dict[int, NDArray[np.uint8]]:
        """The picture from the first n components of every chunk, by n."""
        grid = Planes16().split(pixels)
        components = (grid.values - self.mean) @ self.basis
        return {
            n: Planes16().join(ChunkGrid(components[..., :n] @ self.basis[:, :n].T + self.mean, grid.shape))
            for n in COUNTS
        }


def measure(pixels: NDArray[np.uint8], model: str, components: PrincipalComponents) -> dict[tuple[int, str], float]:
    """Every figure of an image by n and column."""
    figures: dict[tuple[int, str], float] = {}
    for n, picture in components.pictures(pixels).items():
        figures[n, "PCA"] = min(psnr(pixels, picture), MOST_PSNR)
    last = store.find(model).levels - 1
    for n in COUNTS:
        options = {"model": model, "quantizer": "int8", "level": last, "latents": n}
        raw = aictui.compress(pixels, coder="raw", **options)
        figures[n, "raw"] = len(raw)
        figures[n, "range"] = len(aictui.compress(pixels, coder="range", **options))
        figures[n, "ours"] = min(psnr(pixels, np.asarray(aictui.decompress(raw))), MOST_PSNR)
    return figures


def main() -> None:
    """Prints the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="classic")
    parser.add_argument("--every", type=int, default=1, help="take only every Nth image")
    args = parser.parse_args()
    components = PrincipalComponents(args.model)
    paths = sorted(path for path in args.folder.iterdir() if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".webp"})
    table: dict[tuple[int, str], list[float]] = defaultdict(list)
    for path in paths[:: args.every]:
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
        for key, figure in measure(pixels, args.model, components).items():
            table[key].append(figure)
    print(f"{len(paths[:: args.every])} images, {store.find(args.model).reference}\n")
    print("| ratio | latents | PSNR, dB | PCA, dB | bytes `raw` | bytes `range` | saved |")
    print("|---|---|---|---|---|---|---|")
    for n in COUNTS:
        ours, pca, raw, coded = (float(np.mean(table[n, column])) for column in ("ours", "PCA", "raw", "range"))
        saved = 100 * (1 - coded / raw)
        print(f"| {256 // n}x | {n} | {ours:.2f} | {pca:.2f} | {raw:,.0f} | {coded:,.0f} | {saved:.0f} % |", flush=True)


if __name__ == "__main__":
    main()
