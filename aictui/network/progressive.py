"""The progressive loss: of one encoding, every number of first latents must decode as well as it can.

With K latents and ``loss(n)`` the squared error when the first n are kept and 0 is written to the rest, it is
``sum over n = 1..K of n * loss(n)``. `exact_loss` is that sum. `sampled_loss` draws one n for every chunk with
probability proportional to n, so that its expectation is the same sum at the cost of one decoding a chunk. Both are
divided by the sum of the weights, K (K + 1) / 2, which makes them a mean squared error.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

Decoder = Callable[[Any], Any]


def keep_first(latents: Any, kept: Any) -> Any:
    """(b, K) latents with 0 in all but the first ``kept``, (b,) int32, of each row."""
    index = ops.arange(latents.shape[-1], dtype="int32")
    return latents * ops.cast(index[None] < kept[:, None], latents.dtype)


def exact_loss(decode: Decoder, latents: Any, chunks: Any) -> Any:
    """The weighted mean of the squared errors of (b, D) ``chunks`` over n = 1..K, from their (b, K) ``latents``.

    Decodes K times as many rows as there are chunks, at once.
    """
    count, batch = latents.shape[-1], latents.shape[0]
    kept = ops.repeat(ops.arange(1, count + 1, dtype="int32"), batch)
    decoded = decode(keep_first(ops.tile(latents, (count, 1)), kept))
    errors = ops.mean(ops.square(decoded - ops.tile(chunks, (count, 1))), axis=-1)
    weights = ops.cast(kept, errors.dtype) / (count * (count + 1) / 2)
    return ops.sum(weights * errors) / batch


def sampled_loss(decode: Decoder, latents: Any, chunks: Any, kept: Any) -> Any:
    """An unbiased estimate of `exact_loss`, where `draw` gave ``kept``."""
    return ops.mean(ops.square(decode(keep_first(latents, kept)) - chunks))


def draw(rng: np.random.Generator, batch: int, count: int) -> NDArray[np.int32]:
    """(batch,) numbers in 1..count, n with probability n / (1 + … + count)."""
    weights = np.arange(1, count + 1)
    return rng.choice(weights, batch, p=weights / weights.sum()).astype(np.int32)
