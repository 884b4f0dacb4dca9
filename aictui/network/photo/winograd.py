"""3×3 convolutions with fewer products: Winograd's F(2×2, 3×3) (Lavin & Gray, "Fast Algorithms for ConvNets", 2016).

Blocks of 2×2 outputs come from blocks of 4×4 inputs by 16 products a channel instead of 36. Input blocks, kernels and
products go through small transforms of nothing but sums and halves, so the result differs by roundings alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

BLOCK = 2
TAPS = BLOCK + 2


def transformed(kernel: NDArray[np.float32]) -> list[list[NDArray[np.float32]]]:
    """What `convolve` needs of a (3, 3, channels, filters) kernel: 4 × 4 matrices (channels, filters)."""
    return [_of_kernel(list(row)) for row in _of_kernel(list(kernel))]


def convolve(x: Any, kernel: Sequence[Sequence[Any]]) -> Any:
    """(b, h, w, channels) with a `transformed` kernel, zeros around: (b, h, w, filters)."""
    _, height, width, channels = x.shape
    tall, wide = height + height % BLOCK, width + width % BLOCK
    padded = ops.pad(x, ((0, 0), (1, 1 + tall - height), (1, 1 + wide - width), (0, 0)))
    pairs = []  # of columns that are next to each other, a row of products each
    for rows, matrices in zip(_of_input([padded[:, i : i + tall : BLOCK] for i in range(TAPS)]), kernel, strict=True):
        blocks = _of_input([rows[:, :, j : j + wide : BLOCK] for j in range(TAPS)])
        products = [
            ops.matmul(ops.reshape(block, (-1, channels)), matrix)
            for block, matrix in zip(blocks, matrices, strict=True)
        ]
        pairs.append(ops.concatenate(_of_products(products), axis=1))
    lines = [ops.reshape(line, (-1, tall // BLOCK, 1, wide, kernel[0][0].shape[1])) for line in _of_products(pairs)]
    out = ops.concatenate(lines, axis=2)
    return ops.reshape(out, (-1, tall, wide, out.shape[-1]))[:, :height, :width]


def _of_input(d: Sequence[Any]) -> list[Any]:
    return [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]]


def _of_kernel(g: Sequence[Any]) -> list[Any]:
    even, odd = (g[0] + g[2]) * 0.5, g[1] * 0.5
    return [g[0], even + odd, even - odd, g[2]]


def _of_products(m: Sequence[Any]) -> list[Any]:
    return [m[0] + m[1] + m[2], m[1] - m[2] - m[3]]
