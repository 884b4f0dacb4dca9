"""Fits the integer prior and the probability tables of a `photo` model to photos again.

    python tools/refit_model.py MODEL.safetensors PHOTO_FOLDER OUT.safetensors --card models/photo/card.json

For networks that something else than `aictui train` has trained, which need no more than their ``network/`` tensors.
Take the photos of the training set.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from aictui.network.backend import use_keras

use_keras()

from aictui.network import store  # noqa: E402 - Keras must be prepared first
from aictui.network.photo.config import PhotoConfig  # noqa: E402
from aictui.network.photo.fitting import export  # noqa: E402
from aictui.network.photo.network import restored  # noqa: E402
from aictui.network.training.data import PhotoFolder  # noqa: E402


def main() -> None:
    """Calibrates, fits tables and saves."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("photos", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--card", type=Path, help="JSON object with what people should know of the model")
    parser.add_argument("--crops", type=int, default=32, help="crops of 256 pixels that fill the tables")
    args = parser.parse_args()

    def report(line: str) -> None:
        print(line, file=sys.stderr)

    def progress(fraction: float, phase: str) -> None:
        report(f"{100 * fraction:.0f} % {phase}")

    started = time.monotonic()
    info, tensors = store.read(args.model)
    network = restored(PhotoConfig.from_json(info.config["network"]), tensors)
    photos = PhotoFolder(args.photos, report)
    card = json.loads(args.card.read_text()) if args.card else {}
    tensors, config = export(
        network, photos.crops, name=info.name, card=card, crops=args.crops, report=report, progress=progress
    )
    info = store.save(args.out, tensors, config)
    print(f"{info.reference}: {info.size} bytes, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
