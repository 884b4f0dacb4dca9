"""Symbols that a table does not hold, as Exp-Golomb numbers in a range-coded stream."""

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.stream import StreamDecoder, StreamEncoder, categorical, uniform
from aictui.entropy.tables import PRECISION, bit_length, fold, unfold

_LENGTHS = 33  # bits below the top bit of a folded distance + 1: 0 to 32
_PIECE = 16  # bits that are coded at once
_INT32 = np.iinfo(np.int32)

_FREQUENCIES = np.array([1 << max(PRECISION - 1 - length, 0) for length in range(_LENGTHS)], np.uint32)
_FREQUENCIES[0] -= _FREQUENCIES.sum() - (1 << PRECISION)
_LENGTH = categorical(_FREQUENCIES)


def put_escapes(stream: StreamEncoder, symbols: NDArray[np.signedinteger], minimum: int, maximum: int) -> None:
    """Appends symbols outside minimum..maximum: first all lengths, then the bits, those of short numbers first."""
    if not len(symbols):
        return
    numbers = fold(symbols.astype(np.int64), minimum, maximum) + 1
    lengths = bit_length(numbers) - 1
    stream.put(lengths.astype(np.int32), _LENGTH)
    for length in range(1, _LENGTHS):
        same = numbers[lengths == length]
        for shift, size in _pieces(length):
            if len(same):
                stream.put((same >> shift & size - 1).astype(np.int32), uniform(size))


def take_escapes(stream: StreamDecoder, count: int, minimum: int, maximum: int) -> NDArray[np.int32]:
    """The next ``count`` symbols outside minimum..maximum; none where a cut stream does not hold them all."""
    if not count:
        return np.zeros(0, np.int32)
    lengths = stream.take(count, _LENGTH).astype(np.int64)
    numbers = np.left_shift(1, lengths)
    for length in range(1, _LENGTHS):
        same = np.flatnonzero(lengths == length)
        for shift, size in _pieces(length):
            if len(same) and not stream.ended:
                found = stream.take(len(same), uniform(size)).astype(np.int64)
                numbers[same[: len(found)]] |= found << shift
    if stream.ended:
        return np.zeros(0, np.int32)
    symbols = unfold(numbers - 1, minimum, maximum)
    inside: NDArray[np.int32] = np.clip(symbols, _INT32.min, _INT32.max).astype(np.int32)
    return inside


def _pieces(length: int) -> list[tuple[int, int]]:
    """(shift, size) of the pieces of ``length`` bits, high ones first."""
    high = [(_PIECE, 1 << length - _PIECE)] if length > _PIECE else []
    return [*high, (0, 1 << min(length, _PIECE))]
