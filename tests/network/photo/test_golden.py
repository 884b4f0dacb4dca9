"""What the integer prior predicts, and the bytes it leads to, never change for a given model file."""

import hashlib
import subprocess
import sys

import numpy as np

from aictui.entropy.base import Context
from aictui.entropy.range import Range
from aictui.network.base import OperatingPoint
from aictui.network.photo.exact import ExactPrior
from aictui.network.photo.passes import dialogue
from aictui.network.photo.planes import Refinement
from aictui.network.tables import no_counts, unfold
from tests.network.photo.small import SMALL, converse


def integer_tensors():
    """A prior of random integers, the same on every machine."""
    rng = np.random.default_rng(2024)
    tensors = {"exact/log_scale": rng.integers(-500, 2500, (2, SMALL.anchors, SMALL.latents)).astype(np.int16)}

    def put(name, shape, shift):
        tensors[f"{name}/weights"] = rng.integers(-40, 41, shape).astype(np.int16)
        tensors[f"{name}/bias"] = rng.integers(-2000, 2001, shape[-1]).astype(np.int32)
        tensors[f"{name}/shift"] = np.full(shape[-1], shift, np.int8)

    for i, (size, passes, done) in enumerate(zip(SMALL.slices, SMALL.passes, SMALL.starts, strict=True)):
        seen = 3 if i < SMALL.relative_slices else 2
        inputs = (SMALL.summary if done else 0) + (seen * size + 1 if passes > 1 else 0) + 2
        if done:
            put(f"exact/{i}/project", (2 * done, SMALL.summary), 4)
        put(f"exact/{i}/window", (25 if passes == 5 else 9, inputs, SMALL.prior), 7)
        put(f"exact/{i}/hidden", (SMALL.prior, SMALL.prior), 6)
        put(f"exact/{i}/head", (SMALL.prior, 2 * size), 8)
    return tensors


def frequencies():
    """Two-sided geometric tables in integers alone."""
    table = np.ones_like(no_counts(), np.uint32)
    for row in range(len(table)):
        sides = np.maximum((1 << 21) // (1 << np.minimum(np.arange(512) * 16 // (row + 1), 21)), 1)
        table[row, 1:-1] = sides
        table[row] = np.maximum(table[row].astype(np.int64) * (1 << 23) // (2 * sides.sum() + 2), 1)
        table[row, 0] = (1 << 24) - 2 * int(table[row, 1:-1].sum()) - 1
        table[row, -1] = 1
    return table


def test_predictions_and_bytes_are_those_of_the_golden_run():
    prior = ExactPrior(integer_tensors(), SMALL)
    thirds = np.full((6, 64, 385, 2), 5 << 20, np.uint32)
    symbols = np.random.default_rng(7).integers(-2, 3, (35, SMALL.latents)).astype(np.int32)
    encoder, digest = Range().encoder(), hashlib.sha256()

    def answer(item):
        found = np.clip(item.pick(symbols), *item.limits) if item.limits else item.pick(symbols)
        digest.update(item.centres.astype("<i4").tobytes() + item.index.astype("<u4").tobytes())
        encoder.put(found.ravel(), Context(item.index.ravel(), item.tables, (found.size, 1)))
        return 16 * found + item.centres

    point = OperatingPoint(2100, SMALL.latents, 1, planes=1)
    converse(dialogue(prior, unfold(frequencies()), Refinement(thirds), 5, 7, point), answer)
    data = encoder.finish()
    assert digest.hexdigest()[:32] == "f5e46202d7dfa410273c106a22ed753a"
    assert (len(data), hashlib.sha256(data).hexdigest()[:32]) == (199, "dbae6e68992540bd0093d8487eaf4d29")


def test_decoding_latents_needs_no_array_library_but_numpy():
    code = (
        "import sys, aictui.network.photo.model, aictui.network.photo.passes\n"
        "sys.exit(bool({'keras', 'jax', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
