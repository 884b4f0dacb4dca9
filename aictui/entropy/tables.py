"""Integer probability tables that a prior picks from by index."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRECISION = 24
"""The frequencies of a table sum to 2**PRECISION."""


@dataclass(frozen=True)
class SymbolTables:
    """Probabilities of symbols, one row a context, as integers.

    ``frequencies`` is (contexts, symbols + 1) uint32; column j counts symbol ``minimum + j``, the last column is
    the escape that announces a symbol outside the table. Every entry is at least 1, every row sums to
    2**PRECISION. ``scales`` is (contexts,) float32: the standard deviation that each row stands for, in steps.
    """

    frequencies: NDArray[np.uint32]
    minimum: int
    scales: NDArray[np.float32]
