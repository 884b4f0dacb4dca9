"""Integer probability tables that a prior picks from by index."""

from dataclasses import dataclass
from functools import cached_property
from math import erfc, sqrt
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aictui.locked import locked

if TYPE_CHECKING:
    from aictui.entropy.base import Context

PRECISION = 24
"""The frequencies of a table sum to 2**PRECISION."""


@dataclass(frozen=True, eq=False)
class SymbolTables:
    """Probabilities of symbols, one row a context, as integers.

    ``frequencies`` is (contexts, symbols + 1) uint32; column j counts symbol ``minimum + j``, the last column is
    the escape that announces a symbol outside the table. Every entry is at least 1, every row sums to
    2**PRECISION. ``scales`` is (contexts,) float32: the standard deviation that each row stands for, in steps.
    """

    frequencies: NDArray[np.uint32]
    minimum: int
    scales: NDArray[np.float32]

    def __post_init__(self) -> None:
        object.__setattr__(self, "frequencies", locked(self.frequencies))
        object.__setattr__(self, "scales", locked(self.scales))

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """(contexts, symbols + 1) bits that each entry costs, an escape without what follows it."""
        return (PRECISION - np.log2(self.frequencies.astype(np.float64))).astype(np.float32)


def check(tables: SymbolTables) -> None:
    """Raises `ValueError` for tables that no coder could use, such as those of a damaged model file."""
    rows = tables.frequencies
    if rows.ndim != 2 or rows.shape[1] < 2 or rows.dtype != np.uint32 or tables.scales.shape != rows.shape[:1]:
        raise ValueError(f"probability tables of shape {rows.shape} and type {rows.dtype} are malformed")
    if rows.size and (rows.min() < 1 or (rows.sum(1, dtype=np.int64) != 1 << PRECISION).any()):
        raise ValueError(f"the frequencies of a probability table must be at least 1 and sum to 2**{PRECISION}")


def normalise(weights: ArrayLike) -> NDArray[np.uint32]:
    """Frequencies in proportion to (contexts, n) weights: at least 1 each, summing to 2**PRECISION in each row.

    Uses floating point, so call it when a model is built and store what it returns.
    """
    rows = np.asarray(weights, np.float64)
    if rows.ndim != 2 or not np.isfinite(rows).all() or (rows < 0).any():
        raise ValueError("weights are finite, not negative and two-dimensional")
    total = rows.sum(1, keepdims=True)
    shares = np.divide(rows, total, out=np.full_like(rows, 1 / rows.shape[1]), where=total > 0)
    frequencies = np.maximum(np.floor(shares * ((1 << PRECISION) - rows.shape[1])), 0).astype(np.int64) + 1
    largest = frequencies.argmax(1)
    frequencies[np.arange(len(rows)), largest] += (1 << PRECISION) - frequencies.sum(1)
    result: NDArray[np.uint32] = frequencies.astype(np.uint32)
    return result


def from_distribution(
    scales: ArrayLike, limit: int, distribution: Literal["gaussian", "laplace", "logistic"] = "gaussian"
) -> SymbolTables:
    """Tables for symbols -limit..limit, zero-mean, with the standard deviations (contexts,) ``scales``.

    Floating point: call it when a model is built and store the tables.
    """
    deviations = np.asarray(scales, np.float64)
    edges = np.arange(-limit, limit + 2) - 0.5
    below = _cumulative(edges[None] / deviations[:, None], distribution)
    inside = np.diff(below, axis=1)
    outside = 1 - inside.sum(1, keepdims=True)
    weights = np.concatenate([inside, np.maximum(outside, 0)], axis=1)
    return SymbolTables(normalise(weights), -limit, deviations.astype(np.float32))


def _cumulative(x: NDArray[np.float64], distribution: str) -> NDArray[np.float64]:
    """Cumulative distribution of unit variance, evaluated on the side where it does not cancel."""
    tail = -np.abs(x)
    if distribution == "laplace":
        low = np.exp(np.sqrt(2) * tail) / 2
    elif distribution == "logistic":
        low = 1 / (1 + np.exp(-np.maximum(tail * np.pi / np.sqrt(3), -700)))
    else:
        low = _gaussian(tail)
    below: NDArray[np.float64] = np.where(x <= 0, low, 1 - low)
    return below


def _gaussian(x: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = [erfc(-value / sqrt(2)) / 2 for value in x.ravel().tolist()]
    return np.array(flat, np.float64).reshape(x.shape)


def escape_bits(distances: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bits after the escape of a symbol whose `fold`ed distance from the table is ``distances``."""
    return 2 * bit_length(distances + 1) - 1


def fold(symbols: NDArray[np.int64], minimum: int, maximum: int) -> NDArray[np.int64]:
    """Distances of symbols outside minimum..maximum: 0, 2, 4 … above, 1, 3, 5 … below."""
    return np.where(symbols > maximum, 2 * (symbols - maximum - 1), 2 * (minimum - 1 - symbols) + 1)


def unfold(distances: NDArray[np.int64], minimum: int, maximum: int) -> NDArray[np.int64]:
    """The symbols that `fold` to ``distances``."""
    half = distances >> 1
    return np.where(distances & 1 == 0, maximum + 1 + half, minimum - 1 - half)


def bit_length(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bits that each positive value below 2**53 takes."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def cost(symbols: NDArray[np.int32], context: "Context") -> float:
    """Bits that an ideal coder takes for the symbols of a pass."""
    tables = context.tables
    maximum = tables.minimum + tables.frequencies.shape[1] - 2
    columns = symbols.astype(np.intp) - tables.minimum
    outside = (columns < 0) | (columns > maximum - tables.minimum)
    columns[outside] = maximum + 1 - tables.minimum
    columns += context.index.astype(np.intp) * tables.lengths.shape[1]
    bits = float(tables.lengths.ravel().take(columns).sum(dtype=np.float64))
    return bits + float(escape_bits(fold(symbols[outside].astype(np.int64), tables.minimum, maximum)).sum())


def uniform_context(positions: int, latents: int, limit: int = 127) -> "Context":
    """A context that expects every symbol in -limit..limit alike: for trying a coder without a model."""
    from aictui.entropy.base import Context

    tables = SymbolTables(normalise(np.ones((1, 2 * limit + 2))), -limit, np.full(1, limit / np.sqrt(3), np.float32))
    return Context(np.zeros(positions * latents, np.uint16), tables, (positions, latents))
