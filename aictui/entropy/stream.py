"""A range-coded stream: what the coders that work with probabilities share.

The stream is one number between 0 and 1, written as bytes with the highest first. Trailing zero bytes are left
out, since whoever reads past the end reads zeros; so the end costs a byte or so.
"""

from typing import Any

import constriction
import numpy as np
from numpy.typing import NDArray

Distribution = Any
"""A distribution of constriction: `categorical` or `uniform`."""

_WORD = 32
_STATE_BYTES = 8
_ONES = 4 * b"\xff\xff\xff\xff"  # more than the coder's state holds, so that they stand for ones without end


def categorical(frequencies: NDArray[np.uint32]) -> Distribution:
    """The distribution with one row of a table; float64 holds its sums exactly."""
    return constriction.stream.model.Categorical(frequencies.astype(np.float64), perfect=False)


def uniform(size: int) -> Distribution:
    """The distribution of 0..size - 1, each alike; size is 2 to 2**24."""
    return constriction.stream.model.Uniform(size)


class StreamEncoder:
    """Appends symbols to a stream.

    >>> encoder = StreamEncoder()
    >>> encoder.put(np.array([1, 0, 3], np.int32), uniform(4))
    >>> encoder.finish().hex()
    '4c'
    """

    def __init__(self) -> None:
        self._coder = constriction.stream.queue.RangeEncoder()

    def put(self, symbols: NDArray[np.int32], model: Distribution, *parameters: NDArray[np.float64]) -> None:
        """Appends (n,) symbols, 0 .. size of the model - 1; ``parameters`` as constriction's model families take."""
        self._coder.encode(np.ascontiguousarray(symbols, np.int32), model, *parameters)

    def finish(self) -> bytes:
        """The stream: of all numbers that decode alike, one with the fewest bytes."""
        words: NDArray[np.uint32] = self._coder.get_compressed()
        if not len(words):
            return b""
        position, (lower, width) = self._coder.pos()
        number = int.from_bytes(words[: position + 1].astype(">u4").tobytes(), "big") << _WORD
        # constriction rounds the lower end of its interval up to a whole word; go back to that end itself
        number -= (int(words[position]) << _WORD) - lower & (1 << 2 * _WORD) - 1
        for spare in range(_STATE_BYTES, -1, -1):
            rounded = -(-number >> 8 * spare) << 8 * spare
            if rounded < number + width:
                break
        stream: bytes = rounded.to_bytes(_STATE_BYTES // 2 * (position + 2), "big")
        return stream.rstrip(b"\0")


class StreamDecoder:
    """Takes symbols off a stream.

    Of a stream that was cut, a symbol is known where the bytes that are there decide it, whatever followed them:
    where filling up with zeros and with ones gives the same. ``ended`` tells that such a stream is used up.

    >>> StreamDecoder(bytes.fromhex("4c"), complete=True).take(3, uniform(4)).tolist()
    [1, 0, 3]
    >>> StreamDecoder(bytes.fromhex("4c"), complete=False).take(7, uniform(4)).tolist()
    [1, 0, 3]
    """

    def __init__(self, data: bytes, *, complete: bool) -> None:
        fill = -len(data) % 4
        self._low = _decoder(data + bytes(fill))
        self._high: Any = None if complete else _decoder(data + fill * b"\xff" + _ONES)
        self.ended = False

    def take(self, count: int, model: Distribution) -> NDArray[np.int32]:
        """The next ``count`` symbols, fewer where a cut stream ends; raises `ValueError` for a damaged one."""
        if self.ended or count == 0:
            return np.zeros(0, np.int32)
        return self._take(count, lambda decoder, first, last: decoder.decode(model, last - first))

    def take_each(self, family: Distribution, parameters: NDArray[np.float64]) -> NDArray[np.int32]:
        """As `take`, one symbol a row of ``parameters``, which a model family of constriction takes."""
        if self.ended or len(parameters) == 0:
            return np.zeros(0, np.int32)
        return self._take(len(parameters), lambda decoder, first, last: decoder.decode(family, parameters[first:last]))

    def _take(self, count: int, decode: Any) -> NDArray[np.int32]:
        if self._high is None:
            try:
                symbols: NDArray[np.int32] = decode(self._low, 0, count)
            except AssertionError:  # how constriction says that no encoder writes this
                raise ValueError("damaged range-coded data") from None
            return symbols
        known: list[NDArray[np.int32]] = []
        first, size = 0, count
        while first < count:
            found = self._agreed(first, min(first + size, count), decode)
            if found is not None:
                known.append(found)
                first += len(found)
            elif size > 1:  # closer to the symbol where the two part, or where one of them is out of bounds
                size = (size + 1) // 2
            else:
                self.ended = True
                break
        return np.concatenate([np.zeros(0, np.int32), *known])

    def _agreed(self, first: int, last: int, decode: Any) -> NDArray[np.int32] | None:
        """Symbols first..last - 1 where both fillings give the same, else ``None`` and nothing is taken."""
        low, high = self._low.clone(), self._high.clone()
        try:
            symbols: NDArray[np.int32] = decode(low, first, last)
            if not np.array_equal(symbols, decode(high, first, last)):
                return None
        except AssertionError:
            return None
        self._low, self._high = low, high
        return symbols


def _decoder(data: bytes) -> Any:
    return constriction.stream.queue.RangeDecoder(np.frombuffer(data, ">u4").astype(np.uint32))
