"""Turns weights with the parameter names of a PyTorch `photo` network (.npz) into a model file.

    python tools/import_torch_weights.py WEIGHTS.npz PHOTO_FOLDER models/photo/photo.safetensors

The photos calibrate the integer prior and fill the probability tables; take those of the training set.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aictui.network.backend import use_keras

use_keras()

from aictui.network import store  # noqa: E402 - Keras must be prepared first
from aictui.network.photo.config import PhotoConfig  # noqa: E402
from aictui.network.photo.fitting import export  # noqa: E402
from aictui.network.photo.layers import ResidualBlock  # noqa: E402
from aictui.network.photo.network import PhotoNetwork  # noqa: E402
from aictui.network.training.data import PhotoFolder  # noqa: E402

Arrays = dict[str, NDArray[np.float32]]


def depth_last(weights: NDArray[np.float32], size: int, axis: int) -> NDArray[np.float32]:
    """Reorders an axis from (channel, dy, dx), as pixel_unshuffle has it, to (dy, dx, channel)."""
    shape = weights.shape
    split = weights.reshape(*shape[:axis], -1, size, size, *shape[axis + 1 :])
    return np.moveaxis(split, axis, axis + 2).reshape(shape)


def pointwise(arrays: Arrays, name: str) -> NDArray[np.float32]:
    """(in, out) kernel of a 1×1 convolution."""
    return arrays[f"{name}.weight"][:, :, 0, 0].T


def convolution(arrays: Arrays, name: str) -> list[NDArray[np.float32]]:
    """Kernel and bias of a convolution in Keras' order."""
    return [arrays[f"{name}.weight"].transpose(2, 3, 1, 0), arrays[f"{name}.bias"]]


def blocks(arrays: Arrays, net: str, channels: int) -> int:
    """How many residual blocks of so many channels a net has."""
    return sum(
        name.startswith(f"{net}.") and name.endswith(".a.weight") and len(weights) == channels
        for name, weights in arrays.items()
    )


def network_of(arrays: Arrays) -> PhotoNetwork:
    """The network whose parameters are named as in the `state_dict` of a PyTorch `photo` network."""
    wide, deep = len(arrays["enc1.1.weight"]), len(arrays["dec0.weight"])
    config = PhotoConfig(
        wide=wide,
        deep=deep,
        analysis_blocks=(blocks(arrays, "enc2", wide), blocks(arrays, "enc3", deep)),
        synthesis_blocks=(blocks(arrays, "dec1", wide), blocks(arrays, "dec1", deep)),
        prior=len(arrays["prior.c3.0.weight"]),
    )
    network = PhotoNetwork(config)
    for ours, theirs in {
        "deviation": "deviation",
        "log_gain": "log_gain",
        "log_scale": "prior.base",
        "analysis_scale8": "enc_scale1",
        "analysis_scale16": "enc_scale2",
        "synthesis_scale8": "dec_scale1",
        "synthesis_scale16": "dec_scale2",
    }.items():
        getattr(network, ours).assign(arrays[theirs])
    analysis, synthesis = network.analysis, network.synthesis
    analysis.linear.set_weights([depth_last(arrays["lin_e"], 16, 1).T])
    synthesis.linear.set_weights([depth_last(arrays["lin_d"], 16, 0).T])

    def block(layer: ResidualBlock, name: str) -> None:
        layer.first.set_weights(convolution(arrays, f"{name}.a"))
        layer.second.set_weights(convolution(arrays, f"{name}.b"))

    wide, deep = config.analysis_blocks
    analysis.entry8.set_weights([depth_last(pointwise(arrays, "enc1.1"), 8, 0), arrays["enc1.1.bias"]])
    analysis.entry16.set_weights(
        [depth_last(pointwise(arrays, f"enc2.{wide + 1}"), 2, 0), arrays[f"enc2.{wide + 1}.bias"]]
    )
    analysis.exit.set_weights([pointwise(arrays, f"enc3.{deep}"), arrays[f"enc3.{deep}.bias"]])
    for i, layer in enumerate(analysis.blocks8):
        block(layer, f"enc2.{i}")
    for i, layer in enumerate(analysis.blocks16):
        block(layer, f"enc3.{i}")
    _, deep = config.synthesis_blocks
    synthesis.entry16.set_weights([pointwise(arrays, "dec0"), arrays["dec0.bias"]])
    synthesis.entry8.set_weights(
        [depth_last(pointwise(arrays, f"dec1.{deep}"), 2, 1), depth_last(arrays[f"dec1.{deep}.bias"], 2, 0)]
    )
    synthesis.exit.set_weights([depth_last(pointwise(arrays, "dec2.0"), 8, 1), depth_last(arrays["dec2.0.bias"], 8, 0)])
    for i, layer in enumerate(synthesis.blocks16):
        block(layer, f"dec1.{i}")
    for i, layer in enumerate(synthesis.blocks8):
        block(layer, f"dec1.{deep + 2 + i}")
    for i, prior in enumerate(network.priors):
        if prior.done:
            prior.project.set_weights([pointwise(arrays, f"prior.proj.{i}"), arrays[f"prior.proj.{i}.bias"]])
        prior.window.set_weights(convolution(arrays, f"prior.c3.{i}"))
        prior.hidden.set_weights([pointwise(arrays, f"prior.head.{i}.1"), arrays[f"prior.head.{i}.1.bias"]])
        prior.head.set_weights([pointwise(arrays, f"prior.head.{i}.3"), arrays[f"prior.head.{i}.3.bias"]])
    return network


def read_arrays(path: Path) -> Arrays:
    """The arrays of an .npz as float32."""
    with np.load(path) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def main() -> None:
    """Imports, calibrates, fits tables and saves."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("photos", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--card", type=Path, help="JSON object with what people should know of the model")
    parser.add_argument("--crops", type=int, default=32, help="crops of 256 pixels that fill the tables")
    args = parser.parse_args()

    started = time.monotonic()
    network = network_of(read_arrays(args.weights))

    def report(line: str) -> None:
        print(line, file=sys.stderr)

    photos = PhotoFolder(args.photos, report)
    card = json.loads(args.card.read_text()) if args.card else {}
    tensors, config = export(network, photos.crops, card=card, crops=args.crops, report=report)
    info = store.save(args.out, tensors, config)
    print(f"{info.reference}: {info.size} bytes, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
