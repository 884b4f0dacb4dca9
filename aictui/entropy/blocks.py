"""The passes of a part as blocks, each behind its length: for coders that treat a pass as a unit.

The length is a LEB128 number: seven bits a byte, the low ones first, the top bit set where another byte follows.
"""

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context, EntropyCoder, PartDecoder, PartEncoder

_LONGEST = 9  # bytes of a length; no file is longer than 2**63


class BlockEncoder(PartEncoder):
    """Joins the bytes of passes.

    >>> import numpy as np
    >>> from aictui.entropy.raw import Raw
    >>> from aictui.entropy.tables import uniform_context
    >>> encoder = BlockEncoder(Raw())
    >>> for symbols in ([1, 2], [3]):
    ...     encoder.put(np.array(symbols, np.int32), uniform_context(len(symbols), 1))
    >>> encoder.finish().hex(" ")
    '02 01 02 01 03'
    """

    def __init__(self, coder: EntropyCoder) -> None:
        self._coder = coder
        self._data = bytearray()

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        """Appends a pass."""
        block = self._coder.encode(symbols, context)
        self._data += _spell(len(block)) + block

    def finish(self) -> bytes:
        """The bytes of all passes."""
        return bytes(self._data)


class BlockDecoder(PartDecoder):
    """Takes blocks off one by one; a block that the data does not hold to its end is lost, and so are later ones."""

    def __init__(self, coder: EntropyCoder, data: bytes) -> None:
        self._coder = coder
        self._data = data
        self._at = 0

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        """The next pass and how many of its symbols are known; raises `ValueError` where the coder does."""
        count = len(context.index)
        length, start = _read(self._data, self._at)
        if length is None or start + length > len(self._data):
            self._at = len(self._data)
            return np.zeros(count, np.int32), 0
        self._at = start + length
        return self._coder.decode(self._data[start : self._at], context), count


def _spell(number: int) -> bytes:
    spelled = bytearray()
    while number >= 128:
        spelled.append(number & 127 | 128)
        number >>= 7
    spelled.append(number)
    return bytes(spelled)


def _read(data: bytes, at: int) -> tuple[int | None, int]:
    number = 0
    for place, byte in enumerate(data[at : at + _LONGEST]):
        number |= (byte & 127) << 7 * place
        if byte < 128:
            return number, at + place + 1
    return None, at
