"""A model file's content, as small as can be."""

import numpy as np

CONFIG = {
    "name": "tiny",
    "architecture": "classic",
    "chunker": "planes16",
    "chunk_size": 256,
    "latents": 256,
    "levels": 901,
    "default_level": 900,
    "card": {"data": "nothing"},
}
TENSORS = {"b": np.arange(5, dtype=np.int32), "a": np.ones((2, 3), np.float16)}
