"""Zstandard (RFC 8878) as an entropy coder of aictui."""

from collections.abc import Callable
from io import BytesIO
from typing import ClassVar

import numpy as np
import zstandard
from numpy.typing import NDArray

from aictui import hookimpl
from aictui.entropy.base import Context, EntropyCoder, PartDecoder, PartEncoder, StreamCoder
from aictui.entropy.packing import pack, unpack
from aictui.options import Option

WINDOW = 1 << 27
"""Bytes that a decoder looks back at most; damaged data cannot ask for more memory."""


class Zstd(StreamCoder):
    """Bytes of the symbols, packed as `deflate` packs them, all passes of a part through one Zstandard frame.

    The frame has neither magic number, size nor checksum: the file knows all of that.

    >>> import numpy as np
    >>> from aictui.entropy.tables import uniform_context
    >>> context = uniform_context(250, 4)
    >>> data = Zstd().encode(np.zeros(1000, np.int32), context)
    >>> len(data) < 20, bool((Zstd().decode(data, context) == 0).all())
    (True, True)
    """

    id = "zstd"
    summary = "Zstandard: smaller than deflate, and quicker to read; needs no prior"
    options: ClassVar[tuple[Option, ...]] = (
        Option("level", "int", 19, "how hard to try; more is slower to write", minimum=1, maximum=22),
    )

    def encoder(self) -> PartEncoder:
        """An encoder of one frame for the passes of one part."""
        return _Encoder(int(self.settings["level"]))

    def decoder(self, data: bytes, *, complete: bool) -> PartDecoder:
        """A decoder of one part; a pass that a cut leaves incomplete is lost."""
        return _Decoder(data)


class _Encoder(PartEncoder):
    def __init__(self, level: int) -> None:
        self._level = level
        self._packed = bytearray()

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        self._packed += pack(symbols, context.shape)

    def finish(self) -> bytes:
        parameters = zstandard.ZstdCompressionParameters.from_level(
            self._level,
            source_size=max(len(self._packed), 1),  # high levels take gigabytes where they do not know
            format=zstandard.FORMAT_ZSTD1_MAGICLESS,
            write_content_size=False,
            write_checksum=False,
        )
        return zstandard.ZstdCompressor(compression_params=parameters).compress(bytes(self._packed))


class _Decoder(PartDecoder):
    def __init__(self, data: bytes) -> None:
        decompressor = zstandard.ZstdDecompressor(max_window_size=WINDOW, format=zstandard.FORMAT_ZSTD1_MAGICLESS)
        self._reader = decompressor.stream_reader(BytesIO(data))

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        symbols = unpack(self._read, context.shape)
        return (np.zeros(len(context.index), np.int32), 0) if symbols is None else (symbols, len(symbols))

    def _read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer at the end."""
        try:
            return self._reader.read(size)
        except zstandard.ZstdError as error:
            raise ValueError(f"damaged Zstandard data: {error}") from None


@hookimpl
def register_entropy_coders(register: Callable[[type[EntropyCoder]], None]) -> None:
    """Offers the coder to aictui."""
    register(Zstd)
