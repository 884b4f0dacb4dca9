"""A model without training: the 16×16 DCT of each plane, with fixed scales for a prior. For tests of the codec."""

import math
from pathlib import Path

import numpy as np

from aictui.entropy.tables import SymbolTables, from_distribution, normalise
from aictui.network.base import CodingPass, Model
from aictui.network.store import ModelInfo
from aictui.progress import silent

SIDE = 16
SLICES = (1, 3, 12, 48, 192)
SCALES = np.geomspace(0.05, 200, 64)


def dct_rows():
    """(256, 256) orthonormal DCT, coarse frequencies first."""
    k, x = np.arange(SIDE)[:, None], np.arange(SIDE)[None]
    basis = np.sqrt(2 / SIDE) * np.cos(np.pi * (2 * x + 1) * k / (2 * SIDE))
    basis[0] /= math.sqrt(2)
    order = sorted(((v, u) for v in range(SIDE) for u in range(SIDE)), key=lambda vu: (vu[0] + vu[1], vu))
    return np.stack([np.outer(basis[v], basis[u]).ravel() for v, u in order]).astype(np.float32)


class LinearModel(Model):
    architecture = "linear"
    name = "linear"
    content_hash = bytes(range(8))
    chunk_size = SIDE * SIDE
    chunker = "planes16"
    latents = SIDE * SIDE
    levels = 100
    default_level = 50
    tunes = ("psnr", "visual")
    max_planes = 2
    margin = 0
    typical_rates = (0.6, 0.9, 1.3, 2.1, 3.8, 7.3, 14, 20, 25, 31)

    def __init__(self):
        self.rows = dct_rows()
        self.tables = from_distribution(SCALES, 300, "laplace")
        outer = np.geomspace(0.01, 1, 64)
        thirds = normalise(np.stack([outer, np.ones(64), outer, np.full(64, 1e-6)], 1))
        self.thirds = SymbolTables(thirds, -1, np.full(64, 0.6, np.float32))
        self.analyses = self.dialogues = 0

    def step(self, point):
        """Grey levels of a step; with bounded symbols the last level still covers every value."""
        return (16.2 if point.bounded else 1.0) / 255 * 2 ** ((self.levels - 1 - point.level) / 16)

    def analyse(self, chunks, point, progress=silent):
        self.analyses += 1
        return (chunks @ self.rows.T / np.float32(self.step(point))).astype(np.float32)

    def synthesise(self, latents, point, level=None, progress=silent):
        return (latents @ self.rows * np.float32(self.step(point))).astype(np.float32)

    def passes(self, rows, cols, point):
        self.dialogues += 1
        positions = np.arange(rows * cols)
        deviations = 0.8 / (1 + np.arange(self.latents)) / self.step(point)
        lattice = np.zeros((rows * cols, point.latents), np.int32)
        part = 0
        for plane in range(point.planes, -1, -1):
            index = np.abs(np.log(SCALES[:, None]) - np.log(deviations / 3**plane)).argmin(0).astype(np.uint16)
            base = plane == point.planes
            if not base:
                lattice *= 3
            for passed in self._slices(point.latents):
                centres = (
                    np.zeros((len(positions), passed.stop - passed.start), np.int32) if base else lattice[:, passed]
                )
                shape = centres.shape
                indices = np.broadcast_to(index[passed], shape)
                elements = None if base else np.flatnonzero(indices > 8)
                item = CodingPass(
                    part=part,
                    positions=positions,
                    latents=passed,
                    centres=centres if base else centres.ravel()[elements],
                    index=indices.copy() if base else indices.ravel()[elements],
                    tables=self.tables if base else self.thirds,
                    level=point.level,
                    step=3**plane,
                    elements=elements,
                    limits=None if base else (-1, 1),
                )
                item.place(lattice, (yield item))
                part += 1

    def _slices(self, count):
        start = 0
        for size in SLICES:
            if start < count:
                yield slice(start, min(start + size, count))
            start += size


def linear_info():
    """What the store would tell of a `LinearModel`."""
    config = {"name": "linear", "architecture": "linear", "chunker": "planes16", "chunk_size": 256, "latents": 256}
    config |= {"levels": 100, "default_level": 50, "tunes": ["psnr", "visual"], "max_planes": 2, "bounded": True}
    return ModelInfo(Path("linear.safetensors"), 0, LinearModel.content_hash, config)
