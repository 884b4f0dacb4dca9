"""Files that were written once decode to the same latents on every machine and backend, forever.

The files in ``golden/`` are of ``corner.png``, a corner of a photograph of Lake Sherburne (CC0 1.0), 88×56 pixels:

    aictui compress corner.png -o one-piece.aic --ratio 8 --planes 0 --tune psnr
    aictui compress corner.png -o planes.aic --level 2650 --planes 2 --tune visual
    aictui compress corner.png -o finest.aic --level 3500 --planes 1 --tune psnr
    aictui compress corner.png -o classic.aic --model classic --ratio 16 --coder range

Next to each is the picture that it gave then. A model that decodes otherwise needs new files, and has another hash; one
whose encoder alone got better does not.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aictui.codec.coding import PartData, dequantize
from aictui.codec.components import for_file
from aictui.codec.container import read_container
from aictui.codec.decode import decode

GOLDEN = Path(__file__).parent / "golden"
FINGERPRINTS: dict[str, str] = json.loads((GOLDEN / "latents.json").read_text())


def fingerprint(data: bytes) -> str:
    """SHA-256 of the latents of a file, in 1/16 of the finest step, row by row."""
    container = read_container(data)
    header, pipeline = container.header, for_file(container.header)
    shape = header.height, header.width, 1 if header.grey else 3
    parts = [PartData(record.payload) for record in container.parts]
    grid = pipeline.chunker.grid_shape(shape)
    point = replace(header.point, stack=shape[2] if pipeline.chunker.planes else 1)
    known = dequantize(pipeline.model, *grid, point, pipeline.quantizer, pipeline.coder, parts)
    lattice = np.rint(known.values.astype(np.float64) * 16).astype("<i4")
    return hashlib.sha256(lattice.tobytes()).hexdigest()


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_a_golden_file_has_the_latents_that_it_had(name):
    assert fingerprint((GOLDEN / name).read_bytes()) == FINGERPRINTS[name]


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_a_golden_file_shows_the_picture_that_it_showed(name):
    with Image.open((GOLDEN / name).with_suffix(".png")) as picture:
        before = np.asarray(picture).astype(int)
    now = decode((GOLDEN / name).read_bytes()).pixels
    assert np.abs(now - before).max() <= 1


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_every_backend_shows_the_same_picture(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    name = next(iter(FINGERPRINTS))
    out = tmp_path / "out.png"
    command = [sys.executable, "-m", "aictui", "decompress", str(GOLDEN / name), "-o", str(out)]
    subprocess.run(command, check=True, env={**os.environ, "KERAS_BACKEND": backend}, capture_output=True, timeout=120)
    with Image.open(out) as now, Image.open((GOLDEN / name).with_suffix(".png")) as before:
        assert np.abs(np.asarray(now).astype(int) - np.asarray(before)).max() <= 1
