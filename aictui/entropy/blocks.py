"""The passes of a part as blocks, each behind its length, a `varint`: for coders that treat a pass as a unit."""

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context, EntropyCoder, PartDecoder, PartEncoder
from aictui.varint import read_varint, varint


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
        self._data += varint(len(block)) + block

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
        found = read_varint(self._data, self._at)
        if found is not None:
            length, start = found
            end = start + length
            if end <= len(self._data):
                self._at = end
                return self._coder.decode(self._data[start:end], context), count
        self._at = len(self._data)
        return np.zeros(count, np.int32), 0
