"""One byte a symbol, as in the original method."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context, EntropyCoder, PartDecoder, PartEncoder


class Raw(EntropyCoder):
    """Every symbol as a byte, two's complement, one pass after the other.

    >>> import numpy as np
    >>> from aictui.entropy.tables import uniform_context
    >>> data = Raw().encode(np.array([1, -1, 127], np.int32), uniform_context(3, 1))
    >>> data.hex(" ")
    '01 ff 7f'
    >>> Raw().decode(data, uniform_context(3, 1)).tolist()
    [1, -1, 127]
    """

    id = "raw"
    summary = "one byte a symbol: the original design"
    symbol_range: ClassVar[tuple[int, int] | None] = (-128, 127)
    fixed_width: ClassVar[bool] = True

    def encode(self, symbols: NDArray[np.int32], context: Context) -> bytes:
        """The bytes of (n,) symbols; raises `ValueError` for one that does not fit a byte."""
        if symbols.size and (symbols.min() < -128 or symbols.max() > 127):
            raise ValueError("raw codes symbols from -128 to 127")
        return symbols.astype(np.int8).tobytes()

    def decode(self, data: bytes, context: Context) -> NDArray[np.int32]:
        """The (n,) symbols whose bytes are ``data``; raises `ValueError` where these are not n."""
        if len(data) != len(context.index):
            raise ValueError(f"{len(context.index)} symbols take as many bytes, not {len(data)}")
        return np.frombuffer(data, np.int8).astype(np.int32)

    def bits(self, symbols: NDArray[np.int32], context: Context) -> float:
        """Eight bits a symbol."""
        return 8 * len(symbols)

    def encoder(self) -> PartEncoder:
        """An encoder that joins the passes without anything in between."""
        return _Encoder(self)

    def decoder(self, data: bytes, *, complete: bool) -> PartDecoder:
        """A decoder that knows as many symbols as there are bytes."""
        return _Decoder(data)


class _Encoder(PartEncoder):
    def __init__(self, coder: Raw) -> None:
        self._coder = coder
        self._data = bytearray()

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        self._data += self._coder.encode(symbols, context)

    def finish(self) -> bytes:
        return bytes(self._data)


class _Decoder(PartDecoder):
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        symbols = np.zeros(len(context.index), np.int32)
        found = np.frombuffer(self._data[self._at : self._at + len(symbols)], np.int8)
        symbols[: len(found)] = found
        self._at += len(found)
        return symbols, len(found)
