"""What makes a model the same model: all that decoding needs, to the byte."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[Any]]

ENCODER = "encoder"
"""An entry of a configuration: prefixes of the paths of entries and tensors that only encoding needs."""


def content_hash(tensors: Tensors, config: Mapping[str, Any]) -> bytes:
    """The `check_sum` of what decoding needs: the same for models that only encode differently."""
    starts = tuple(config.get(ENCODER, ()))
    return check_sum(_split(tensors, starts)[0], _split(config, starts)[0])


def encoder_hash(tensors: Tensors, config: Mapping[str, Any]) -> bytes:
    """The `check_sum` of the rest, so that the two tell of every byte."""
    starts = tuple(config.get(ENCODER, ()))
    return check_sum(_split(tensors, starts)[1], _split(config, starts)[1])


def check_sum(tensors: Tensors, config: Mapping[str, Any]) -> bytes:
    """The first 8 bytes of the SHA-256 over canonical configuration and tensors, sorted by name."""
    digest = hashlib.sha256(canonical(dict(config)).encode())
    for name in sorted(tensors):
        tensor = np.ascontiguousarray(tensors[name])
        little = tensor.astype(tensor.dtype.newbyteorder("<"), copy=False)
        digest.update(canonical([name, little.dtype.str, list(little.shape)]).encode())
        digest.update(little.tobytes())
    return digest.digest()[:8]


def canonical(value: Any) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def is_encoder_list(value: Any) -> bool:
    """Whether a configuration may have this as its `ENCODER` entry."""
    return isinstance(value, list) and all(isinstance(start, str) and start for start in value)


def _split(
    entries: Mapping[str, Any], starts: tuple[str, ...], path: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Entries whose paths, such as ``network/prior``, start otherwise, and those whose paths start so."""
    rest: dict[str, Any] = {}
    chosen: dict[str, Any] = {}
    for key, value in entries.items():
        if f"{path}{key}".startswith(starts):
            chosen[key] = value
        elif isinstance(value, Mapping):
            rest[key], within = _split(value, starts, f"{path}{key}/")
            if within:
                chosen[key] = within
        else:
            rest[key] = value
    return rest, chosen
