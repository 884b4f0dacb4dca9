"""The standard library's compressor: the baseline that every coder should beat."""

import zlib

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context, PartDecoder, PartEncoder, StreamCoder
from aictui.entropy.packing import pack, unpack

_LEVEL = 9


class Deflate(StreamCoder):
    """Bytes of the symbols, latent by latent, all passes of a part through one Deflate stream (RFC 1951).

    A symbol outside -127..127 is the byte 80 (hex); after the bytes of a pass follow such symbols themselves,
    four bytes each, little-endian.

    >>> import numpy as np
    >>> from aictui.entropy.tables import uniform_context
    >>> symbols, context = np.zeros(1000, np.int32), uniform_context(250, 4)
    >>> data = Deflate().encode(symbols, context)
    >>> len(data) < 20, bool((Deflate().decode(data, context) == symbols).all())
    (True, True)
    """

    id = "deflate"
    summary = "the standard library's compressor; needs no prior and little time"

    def encoder(self) -> PartEncoder:
        """An encoder of one stream for the passes of one part."""
        return _Encoder()

    def decoder(self, data: bytes, *, complete: bool) -> PartDecoder:
        """A decoder of one part; a pass that a cut leaves incomplete is lost."""
        return _Decoder(data)


class _Encoder(PartEncoder):
    def __init__(self) -> None:
        self._compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._data = bytearray()

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        self._data += self._compressor.compress(pack(symbols, context.shape))

    def finish(self) -> bytes:
        return bytes(self._data + self._compressor.flush())


class _Decoder(PartDecoder):
    def __init__(self, data: bytes) -> None:
        self._decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
        self._data = data

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        symbols = unpack(self._read, context.shape)
        if symbols is None:
            self._data = b""
            return np.zeros(len(context.index), np.int32), 0
        return symbols, len(symbols)

    def _read(self, size: int) -> bytes:
        """The next ``size`` bytes, never more memory than that; fewer at the end."""
        found = bytearray()
        try:
            while len(found) < size:
                part = self._decompressor.decompress(self._data, size - len(found))
                self._data = self._decompressor.unconsumed_tail
                found += part
                if self._decompressor.eof or not (part or self._data):
                    break
        except zlib.error as error:
            raise ValueError(f"damaged Deflate data: {error}") from None
        return bytes(found)
