"""What a cut of a progressive file costs, against a file in one piece that looks as good.

    python tools/prefix_cuts.py FOLDER --model photo --tune psnr --rates 0.6 1.2 2.0 --planes 1

For every rate, each image of the folder is compressed with planes of precision to about that many bits a pixel; the
file is cut to fractions of its bytes and decoded. The table gives, as the mean over the images, how many more bytes
the cut has than a file in one piece of the same PSNR (from a curve through several levels).
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from aictui.codec.components import for_settings
from aictui.codec.decode import decode
from aictui.codec.encode import encode
from aictui.codec.image import read_image
from aictui.codec.settings import Settings, Target
from aictui.codec.workbench import Workbench
from aictui.metrics.psnr import psnr

FRACTIONS = (1.0, 0.9, 0.75, 0.6, 0.5, 0.4, 1 / 3, 0.25)
CURVE = np.geomspace(0.05, 1.15, 12)
"""Rates of the files in one piece, as multiples of that of the progressive file."""


def excess(path: Path, settings: Settings, rate: float, planes: int) -> list[float]:
    """For each of `FRACTIONS`, the logarithm of bytes over those of a file in one piece of equal PSNR."""
    source = read_image(path)
    pixels = source.width * source.height
    whole = encode(source, replace(settings, target=Target("size", rate * pixels / 8), planes=planes)).data
    bench = Workbench(source, for_settings(settings), settings)
    sizes, qualities = [], []
    for share in CURVE:
        data = encode(source, replace(settings, target=Target("size", share * len(whole)))).data
        sizes.append(np.log(len(data)))
        qualities.append(bench.psnr(decode(data).pixels))
    found = []
    for fraction in FRACTIONS:
        cut = whole[: round(fraction * len(whole))]
        quality = psnr(source.pixels, decode(cut).pixels)
        found.append(float(np.log(len(cut)) - np.interp(quality, qualities, sizes)))
    return found


def main() -> None:
    """Prints a row for every rate."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="photo")
    parser.add_argument("--tune", default="psnr")
    parser.add_argument("--rates", type=float, nargs="+", default=[0.6, 1.2, 2.0], help="bits a pixel")
    parser.add_argument("--planes", type=int, default=1)
    parser.add_argument("--limit", type=int, help="take only this many images")
    args = parser.parse_args()
    images = sorted(path for path in args.folder.iterdir() if path.suffix.lower() in Image.registered_extensions())
    settings = Settings(model=args.model, tune=args.tune, planes=0, keep=frozenset())
    print("bits/pixel  " + "  ".join(f"{100 * fraction:6.0f} %" for fraction in FRACTIONS))
    for rate in args.rates:
        rows = [excess(path, settings, rate, args.planes) for path in images[: args.limit]]
        shares = 100 * np.expm1(np.mean(rows, axis=0))
        print(f"{rate:10.2f}  " + "  ".join(f"{share:+6.1f} %" for share in shares), flush=True)


if __name__ == "__main__":
    main()
