"""Arrays that the kit tries components on; the same in every run, on every machine and with every NumPy."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context
from aictui.entropy.tables import PRECISION, SymbolTables, normalise

INT32 = np.iinfo(np.int32)
CONTEXTS = 20


_start = ContextVar("start", default=2024)


def random() -> np.random.RandomState:
    """A generator with a fixed start; the old kind, since its numbers never change."""
    return np.random.RandomState(_start.get())


@contextmanager
def other_numbers(number: int) -> Iterator[None]:
    """Arrays with other numbers in them, for this thread; 0 changes nothing."""
    before = _start.set(2024 + number)
    try:
        yield
    finally:
        _start.reset(before)


def tables(limit: int = 40) -> SymbolTables:
    """Two-sided geometric tables of mean magnitudes from 1/16 to 45, made in integers."""
    rows, scales = [], []
    for context in range(CONTEXTS):
        mean = isqrt(1 << 24 + context)
        side = [1 << 40]
        for _ in range(limit):
            side.append(side[-1] * mean // (mean + (1 << 16)))
        rows.append([*side[:0:-1], *side, 2 * side[-1]])
        scales.append(mean / (1 << 16) * np.sqrt(2))
    return SymbolTables(normalise(rows), -limit, np.array(scales, np.float32))


def latents(positions: int, count: int) -> tuple[NDArray[np.int32], Context]:
    """Symbols like those of photos: most are 0, the first latents are large, and busy places stay busy."""
    known, generator = tables(), random()
    busy = np.repeat(generator.randint(-3, 4, -(-positions // 12)), 12)[:positions]
    fall = np.array([13 - 2 * (latent + 1).bit_length() for latent in range(count)], np.int64)
    index = np.clip(busy[:, None] + fall[None], 0, CONTEXTS - 1).astype(np.uint16).ravel()
    bounds = known.frequencies.astype(np.int64).cumsum(1)
    drawn = generator.randint(0, 1 << PRECISION, len(index))
    symbols = np.empty(len(index), np.int32)
    for row in range(CONTEXTS):
        symbols[index == row] = np.searchsorted(bounds[row], drawn[index == row], "right")
    return symbols + np.int32(known.minimum), Context(index, known, (positions, count))


def passes(limits: tuple[int, int] | None) -> Iterator[tuple[str, NDArray[np.int32], Context]]:
    """(name, symbols, context) of the passes that a coder must get through; symbols keep within ``limits``."""
    generator = random()
    low, high = limits or (int(INT32.min), int(INT32.max))
    wide = tables()
    narrow = tables(limit=1)

    def context(positions: int, count: int, known: SymbolTables = wide) -> Context:
        rows = generator.randint(0, CONTEXTS, positions * count)
        return Context(rows.astype(np.uint16), known, (positions, count))

    yield "an empty pass", np.zeros(0, np.int32), context(0, 0)
    yield "an empty pass with latents", np.zeros(0, np.int32), context(0, 8)
    yield "one symbol", np.array([max(low, -3)], np.int32), context(1, 1)
    yield "the extremes", np.array([low, high, 0, low, low, high], np.int32), context(3, 2)
    yield "a thousand equal symbols", np.full(1000, min(high, 5), np.int32), context(250, 4)
    yield (
        "random symbols of full range",
        generator.randint(low, high + 1, 4000, np.int64).astype(np.int32),
        context(1000, 4),
    )
    yield "symbols just outside the tables", np.tile(np.array([-41, 41, 40, -40], np.int32), 50), context(20, 10)
    yield "thirds with narrow tables", generator.randint(-1, 2, 5000).astype(np.int32), context(5000, 1, narrow)
    sparse = np.where(generator.random_sample(9000) < 0.01, 1, 0).astype(np.int32)
    yield "scattered symbols, nearly all 0", sparse, context(9000, 1)
    symbols, expected = latents(600, 24)
    yield "latents as of a photo", np.clip(symbols, low, high).astype(np.int32), expected


def images() -> Iterator[NDArray[np.uint8]]:
    """Images of awkward sizes, grey and coloured: noise, a ramp, black and white."""
    generator = random()
    for height, width in ((1, 1), (1, 50), (50, 1), (15, 17), (16, 16), (33, 47), (64, 80)):
        for channels in (1, 3):
            yield generator.randint(0, 256, (height, width, channels)).astype(np.uint8)
            ramp = np.linspace(0, 255, height * width * channels).reshape(height, width, channels)
            yield ramp.astype(np.uint8)
    yield np.zeros((40, 40, 3), np.uint8)
    yield np.full((40, 40, 1), 255, np.uint8)


def quantizer_inputs() -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]]:
    """(name, values, centres, scales): what a quantizer must get through, values within ±100 steps."""
    generator = random()
    for name, count in (("nothing", 0), ("one value", 1)):
        ones: NDArray[np.float32] = np.ones((count, 1), np.float32)
        yield name, ones * np.float32(0.4), np.zeros((count, 1), np.int32), ones
    scales: NDArray[np.float32] = np.exp(generator.normal(0, 1.5, (500, 16))).astype(np.float32).clip(0.06, 100)
    centres: NDArray[np.int32] = generator.randint(-800, 800, scales.shape).astype(np.int32)
    values: NDArray[np.float32] = (
        (generator.normal(size=scales.shape) * scales + centres / 16).clip(-100, 100).astype(np.float32)
    )
    yield "latents around their centres", values, centres, scales
    halves: NDArray[np.float32] = (np.arange(-90, 91) / 2).astype(np.float32)
    zeros: NDArray[np.int32] = np.zeros(halves.shape, np.int32)
    for name, scale in (("middles between steps", 1.0), ("scales near nothing", 1e-6)):
        same: NDArray[np.float32] = np.full(halves.shape, scale).astype(np.float32)
        yield name, halves, zeros, same
