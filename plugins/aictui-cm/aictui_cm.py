"""Context mixing as an entropy coder of aictui: many small predictors of every bit, weighed by a learning mixer."""

from collections.abc import Callable

import numpy as np
from aictui_cm_model import BLOCK, CODER, Learned, code_block, put_number, take_number
from numpy.typing import NDArray

from aictui import hookimpl
from aictui.entropy.base import Context, EntropyCoder, PartDecoder, PartEncoder, StreamCoder
from aictui.entropy.layout import LEAST, Layout, find

_PLANE_BITS, _LAG_BITS = 2, 16


class ContextMixing(StreamCoder):
    """Every symbol as binary decisions, each predicted from many sides, one stream a part.

    Predictors look at the table that the prior picked, the latent, the symbols before of this latent and of this
    position, the row above, the plane above and the pass before. After PAQ (Mahoney, 2005).

    >>> import numpy as np
    >>> from aictui.entropy.tables import uniform_context
    >>> context = uniform_context(250, 4)
    >>> data = ContextMixing().encode(np.zeros(1000, np.int32), context)
    >>> len(data) < 20, bool((ContextMixing().decode(data, context) == 0).all())
    (True, True)
    """

    id = "cm"
    summary = "context mixing: smaller than any built-in coder, at a few microseconds a symbol"

    def encoder(self) -> PartEncoder:
        """An encoder of one stream for the passes of one part."""
        return _Encoder()

    def decoder(self, data: bytes, *, complete: bool) -> PartDecoder:
        """A decoder of one part; of a cut one, it gives what the bytes that are there decide."""
        return _Decoder(data, complete)


class _Encoder(PartEncoder):
    def __init__(self) -> None:
        self._learned = Learned()
        self._layout = Layout()
        self._coder = np.array([0, (1 << 32) - 1, 0, 0, 0, 0], np.int64)
        self._data = bytearray()

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        if not len(symbols):
            return
        if context.shape[0] >= LEAST:
            found = find(np.ascontiguousarray(symbols.reshape(context.shape).T))
            self._number(int(found == self._layout), 1)
            if found != self._layout:
                self._number(found.planes - 1, _PLANE_BITS)
                self._number(found.lag, _LAG_BITS)
            self._layout = found
        self._learned.start(context, _lags(self._layout, context.shape))
        out = np.zeros(BLOCK * 96, np.uint8)
        given = symbols.astype(np.int64)
        for start in range(0, len(symbols), BLOCK):
            self._coder[CODER.place] = 0
            code_block(True, start, min(start + BLOCK, len(symbols)), given, *self._learned.arrays, self._coder, out)
            self._data += out[: self._coder[CODER.place]].tobytes()
        self._learned.finish(given)

    def finish(self) -> bytes:
        """All whole bytes, and of the numbers that are left the one with the fewest bytes."""
        low, high = int(self._coder[CODER.low]), int(self._coder[CODER.high])
        for spare in range(32, -1, -8):
            number = -(-low >> spare) << spare
            if number <= high:
                break
        return (bytes(self._data) + number.to_bytes(4, "big")).rstrip(b"\0")

    def _number(self, number: int, bits: int) -> None:
        out = np.zeros(16, np.uint8)
        self._coder[CODER.place] = 0
        put_number(number, bits, self._coder, out)
        self._data += out[: self._coder[CODER.place]].tobytes()


class _Decoder(PartDecoder):
    def __init__(self, data: bytes, complete: bool) -> None:
        self._learned = Learned()
        self._layout = Layout()
        self._data = np.frombuffer(data, np.uint8).copy()  # numba compiles for arrays that can be written
        first = data[:4].ljust(4, b"\0"), data[:4].ljust(4, b"\0" if complete else b"\xff")
        at_least, at_most = (int.from_bytes(filled, "big") for filled in first)
        self._coder = np.array([0, (1 << 32) - 1, at_least, at_most, 4, 0 if complete else 255], np.int64)
        self._ended = False

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        count = len(context.index)
        symbols = np.zeros(count, np.int64)
        if self._ended or not count:
            return symbols.astype(np.int32), 0
        if context.shape[0] >= LEAST and not self._number(1):
            layout = Layout(self._number(_PLANE_BITS) + 1, self._number(_LAG_BITS))
            self._layout = layout
        self._learned.start(context, _lags(self._layout, context.shape))
        known = 0
        while known < count and not self._ended:
            stop = min(known + BLOCK, count)
            done = code_block(False, known, stop, symbols, *self._learned.arrays, self._coder, self._data)
            self._ended = done < stop
            known = done
        symbols[known:] = 0
        self._learned.finish(symbols)
        return symbols.astype(np.int32), known

    def _number(self, bits: int) -> int:
        number = int(take_number(bits, self._coder, self._data))
        self._ended |= number < 0
        return max(number, 0)


def _lags(layout: Layout, shape: tuple[int, int]) -> tuple[int, int]:
    """How many symbols back the row above and the plane above are; 0: unknown."""
    positions, latents = shape
    if positions < LEAST:
        return 0, 0
    plane = positions // layout.planes if layout.planes > 1 else 0
    return layout.lag * latents, plane * latents


@hookimpl
def register_entropy_coders(register: Callable[[type[EntropyCoder]], None]) -> None:
    """Offers the coder to aictui."""
    register(ContextMixing)
