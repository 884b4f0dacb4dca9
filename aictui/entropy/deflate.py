"""The standard library's compressor: the baseline that every coder should beat."""

import zlib

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context, EntropyCoder

_ESCAPE = -128  # the byte of a symbol outside -127..127


class Deflate(EntropyCoder):
    """Bytes of the symbols, latent by latent, through Deflate (RFC 1951).

    A symbol outside -127..127 is the byte 80 (hex), and itself, four bytes little-endian, follows after all bytes.

    >>> import numpy as np
    >>> from aictui.entropy.tables import uniform_context
    >>> symbols, context = np.zeros(1000, np.int32), uniform_context(250, 4)
    >>> data = Deflate().encode(symbols, context)
    >>> len(data) < 20, bool((Deflate().decode(data, context) == symbols).all())
    (True, True)
    """

    id = "deflate"
    summary = "the standard library's compressor; needs no prior and little time"

    def encode(self, symbols: NDArray[np.int32], context: Context) -> bytes:
        """The bytes of (n,) symbols."""
        ordered = symbols.reshape(context.shape).T.ravel()
        outside = (ordered < -127) | (ordered > 127)
        packed = np.where(outside, _ESCAPE, ordered).astype(np.int8).tobytes()
        compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        return compressor.compress(packed + ordered[outside].astype("<i4").tobytes()) + compressor.flush()

    def decode(self, data: bytes, context: Context) -> NDArray[np.int32]:
        """The (n,) symbols whose bytes are ``data``; raises `ValueError` for damaged data."""
        count = len(context.index)
        decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            packed = decompressor.decompress(data, 5 * count + 1)  # bounds the memory that damaged data can take
        except zlib.error as error:
            raise ValueError(f"damaged Deflate data: {error}") from None
        ordered = np.frombuffer(packed[:count], np.int8).astype(np.int32)
        outside = ordered == _ESCAPE
        if len(packed) != count + 4 * np.count_nonzero(outside):
            raise ValueError(f"damaged Deflate data: {len(packed)} bytes for {count} symbols")
        ordered[outside] = np.frombuffer(packed[count:], "<i4")
        return np.ascontiguousarray(ordered.reshape(context.shape[::-1]).T).ravel()
