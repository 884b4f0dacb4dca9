"""A small photo model with random weights: quick, and exact all the same."""

from pathlib import Path

import numpy as np

from aictui.network.photo.config import PhotoConfig
from aictui.network.photo.model import PhotoModel
from aictui.network.store import ModelInfo

SMALL = PhotoConfig(
    slices=(2, 3, 4),
    passes=(5, 2, 1),
    wide=6,
    deep=8,
    analysis_blocks=(1, 1),
    synthesis_blocks=(1, 1),
    prior=8,
    summary=6,
    fine_from=(),
)


def chunks_of(rows: int, cols: int, seed: int = 0) -> np.ndarray:
    """Chunks of a smooth random picture."""
    rng = np.random.default_rng(seed)
    coarse = rng.normal(0, 0.2, (rows * 2 + 1, cols * 2 + 1, 3))
    image = np.kron(coarse, np.ones((8, 8, 1)))[: rows * 16, : cols * 16] + rng.normal(
        0, 0.02, (rows * 16, cols * 16, 3)
    )
    image = np.clip(image, -0.5, 0.5).astype(np.float32)
    return image.reshape(rows, 16, cols, 16, 3).transpose(0, 2, 1, 3, 4).reshape(rows, cols, 768)


def make_model(tensors, config: PhotoConfig = SMALL) -> PhotoModel:
    """A model of these tensors."""
    values = {"name": "small", "architecture": "photo", "chunker": "rgb16", "chunk_size": 768, "default_level": 2000}
    values |= {"latents": config.latents, "levels": config.levels, "network": config.to_json()}
    values |= {"tunes": list(SMALL.tunes), "default_tune": 1, "free_planes_from": [[2500, 2900], [2000]]}
    return PhotoModel(ModelInfo(Path("small.safetensors"), 0, bytes(8), values), tensors)


def converse(passes, answer):
    """Holds the dialogue: ``answer`` gives the (p, l) lattice values of every pass."""
    items = []
    try:
        item = next(passes)
        while True:
            items.append(item)
            item = passes.send(answer(item))
    except StopIteration:
        return items
