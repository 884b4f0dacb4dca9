"""A decoder of `range` written from docs/format.md alone, in plain integers."""

import numpy as np
import pytest

from aictui.entropy.base import Context
from aictui.entropy.range import Range
from aictui.entropy.tables import SymbolTables, from_distribution, normalise
from aictui.testing.data import latents

WORD, PRECISION = 2**32, 2**24


class Stream:
    def __init__(self, data: bytes):
        self.words = iter(np.frombuffer(data + bytes(-len(data) % 4), ">u4").tolist())
        self.low, self.width = 0, WORD**2 - 1
        self.point = (next(self.words, 0) << 32) + next(self.words, 0)

    def take(self, frequencies: list[int]) -> int:
        count, total, before = len(frequencies), sum(frequencies), 0
        bounds = [0]
        for column, frequency in enumerate(frequencies, 1):
            before += frequency
            bounds.append(before * (PRECISION - count) // total + column)
        bounds[-1] = PRECISION
        scale = self.width // PRECISION
        place = ((self.point - self.low) % WORD**2) // scale
        assert place < PRECISION
        symbol = next(column for column in range(count) if place < bounds[column + 1])
        self.low = (self.low + scale * bounds[symbol]) % WORD**2
        self.width = scale * (bounds[symbol + 1] - bounds[symbol])
        if self.width < WORD:
            self.low = self.low * WORD % WORD**2
            self.width *= WORD
            self.point = self.point * WORD % WORD**2 + next(self.words, 0)
        return symbol

    def uniform(self, size: int) -> int:
        # each value alike; what is left over of 2**24 belongs to the last
        share = PRECISION // size
        scale = self.width // PRECISION
        place = ((self.point - self.low) % WORD**2) // scale
        value = min(place // share, size - 1)
        upper = PRECISION if value == size - 1 else (value + 1) * share
        self.low = (self.low + scale * value * share) % WORD**2
        self.width = scale * (upper - value * share)
        if self.width < WORD:
            self.low = self.low * WORD % WORD**2
            self.width *= WORD
            self.point = self.point * WORD % WORD**2 + next(self.words, 0)
        return value


def decode(data: bytes, context: Context) -> list[int]:
    stream, tables = Stream(data), context.tables
    escape = tables.frequencies.shape[1] - 1
    lengths = [max(2 ** (23 - length), 1) for length in range(33)]
    lengths[0] = 2**24 - sum(lengths[1:])
    result = []
    for start in range(0, len(context.index), 4096):
        index = context.index[start : start + 4096].tolist()
        order = range(len(index)) if escape < 8 else sorted(range(len(index)), key=lambda place: index[place])
        columns = [0] * len(index)
        for place in order:
            columns[place] = stream.take(tables.frequencies[index[place]].tolist())
        escaped = [place for place, column in enumerate(columns) if column == escape]
        bits = {place: stream.take(lengths) for place in escaped}
        numbers = {place: 1 << bits[place] for place in escaped}
        for length in range(1, 33):
            for shift, size in ((16, length - 16), (0, min(length, 16))):
                for place in escaped:
                    if bits[place] == length and size > 0:
                        numbers[place] |= stream.uniform(1 << size) << shift
        for place, column in enumerate(columns):
            if place not in numbers:
                result.append(tables.minimum + column)
            else:
                half, below = divmod(numbers[place] - 1, 2)
                result.append(tables.minimum - 1 - half if below else tables.minimum + escape + half)
    return result


@pytest.mark.parametrize("columns", [6, 8, 9, 62])  # up to 8 of them symbols stay in order
def test_the_reference_reads_what_range_writes(columns):
    symbols, context = latents(700, 8)
    limit = columns // 2 - 1
    wide = from_distribution(context.tables.scales, columns, "laplace").frequencies
    frequencies = normalise(wide[:, columns - limit : 2 * columns - limit])
    context = Context(context.index, SymbolTables(frequencies, -limit, context.tables.scales), context.shape)
    symbols = symbols.copy()
    symbols[[5, 900, 4500]] = [2**31 - 1, -(2**31), 70000]
    assert decode(Range().encode(symbols, context), context) == symbols.tolist()
