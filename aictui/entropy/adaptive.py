"""Context modelling in integers that needs no prior: it learns from what it has coded."""

from abc import ABC, abstractmethod
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from aictui.entropy import columns, counts, layout
from aictui.entropy.base import Context, PartDecoder, PartEncoder, StreamCoder
from aictui.entropy.escapes import put_escapes, take_escapes
from aictui.entropy.layout import Layout
from aictui.entropy.stream import Distribution, StreamDecoder, StreamEncoder, uniform


class Adaptive(StreamCoder):
    """Codes a pass latent by latent, each symbol by how large its neighbours turned out.

    Known of a symbol are how large those of its latent are on average, how large earlier latents are at this
    position and beside it, and, where planes are stacked, the same place of the plane before. Counts of what was
    seen make the probabilities; they live on from pass to pass.

    >>> import numpy as np
    >>> from aictui.entropy.tables import uniform_context
    >>> symbols, context = np.arange(-20, 20, dtype=np.int32) // 7, uniform_context(20, 2)
    >>> data = Adaptive().encode(symbols, context)
    >>> len(data) < 20, bool((Adaptive().decode(data, context) == symbols).all())
    (True, True)
    """

    id = "adaptive"
    summary = "learns from the symbols themselves; needs no prior"

    def encoder(self) -> PartEncoder:
        """An encoder of one stream for the passes of one part."""
        return _Encoder()

    def decoder(self, data: bytes, *, complete: bool) -> PartDecoder:
        """A decoder of one part; a pass that a cut leaves incomplete is lost."""
        return _Decoder(StreamDecoder(data, complete=complete))


HALF = 15
"""Symbols of a larger magnitude are escaped."""


class _Pass(ABC):
    """What both directions do: the order of things, and what is learned from each."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._symbols = counts.geometric(columns.CLASSES, HALF, columns.UNIT_CLASS)
        self._predictors = counts.flat(2, columns.PREDICTORS)
        self._scales = counts.flat(2, columns.SCALES)
        self._memories: dict[tuple[int, int], tuple[list[int], NDArray[np.int64]]] = {}
        self._before: list[int] = []
        self._activity = np.zeros((0, 0), np.int64)

    def code(self, shape: tuple[int, int], symbols: NDArray[np.int32] | None) -> NDArray[np.int32]:
        """Codes the (latents, positions) symbols, or finds them where they are not given."""
        latents, positions = shape
        self._start(positions, symbols)
        planes = self._layout.planes
        size = positions // planes
        result = np.zeros((latents, planes, size), np.int32)
        given = None if symbols is None else symbols.reshape(latents, planes, size)
        for latent in range(latents):
            beside = None
            for plane in range(planes):
                above = result[latent, plane - 1] if plane else None
                known = None if given is None else given[latent, plane]
                result[latent, plane], beside = self._column(plane, known, above, beside)
        return result.reshape(latents, positions)

    def _start(self, positions: int, symbols: NDArray[np.int32] | None) -> None:
        found = Layout() if symbols is None else layout.find(symbols)
        if positions < layout.LEAST:
            found = Layout()
        elif not self._number(found == self._layout, uniform(2)):
            planes = self._number(found.planes - 1, uniform(4)) + 1
            found = Layout(planes, self._number(found.lag, uniform(layout.LONGEST)))
        else:
            found = self._layout
        if positions % found.planes:
            raise ValueError("damaged adaptive data: planes of unequal size")
        self._layout = found
        shape = (found.planes, positions // found.planes)
        if shape not in self._memories:
            self._memories[shape] = ([columns.UNIT_SCALE] * found.planes, np.full(shape, columns.ONE, np.int64))
        self._before, self._activity = self._memories[shape]

    def _column(
        self,
        plane: int,
        symbols: NDArray[np.int32] | None,
        above: NDArray[np.int32] | None,
        beside: NDArray[np.int64] | None,
    ) -> tuple[NDArray[np.int32], NDArray[np.int64] | None]:
        """One latent of one plane, and how large what was left of it is against its mean."""
        lag, row = self._layout.lag, min(plane, 1)
        predictor, rest = (0, None) if symbols is None else columns.best_predictor(symbols, above, lag)
        predictor = self._learn(self._predictors, row, predictor)
        scale = 0 if rest is None else columns.scale_of(rest)
        change = self._learn(self._scales, row, (scale - self._before[plane]) % columns.SCALES)
        scale = self._before[plane] = (self._before[plane] + change) % columns.SCALES
        size = self._activity.shape[1]
        if scale == 0:
            return columns.undo(np.zeros(size, np.int64), predictor, above, lag), None
        classes = columns.classes(scale, self._activity[plane], beside, lag)
        rest = self._rest(classes, columns.spare_bits(scale), rest)
        relative = columns.relative(rest, scale)
        self._activity[plane] += (relative - self._activity[plane]) >> columns.FORGET
        return columns.undo(rest, predictor, above, lag), relative

    def _rest(self, classes: NDArray[np.int64], spare: int, rest: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """The (n,) differences: what lies above ``spare`` low bits by class, then these bits as they are."""
        high = None if rest is None else rest >> spare
        clipped = np.zeros(len(classes), np.int64)
        if high is not None:
            clipped = np.where(np.abs(high) > HALF, HALF + 1, high) + HALF
        present = np.unique(classes).tolist()
        for row, model in zip(present, self._symbols.models(present), strict=True):
            at = classes == row
            clipped[at] = self._code(clipped[at], model)
        self._symbols.add(classes, clipped)
        found = clipped - HALF
        escaped = np.flatnonzero(found > HALF)
        found[escaped] = self._escapes(len(escaped), None if high is None else high[escaped])
        found <<= spare
        for shift in range(0, spare, 16):
            bits = min(spare - shift, 16)
            low = np.zeros(len(classes), np.int64) if rest is None else rest >> shift & (1 << bits) - 1
            found |= self._code(low, uniform(1 << bits)) << shift
        return columns.wrap(found)

    def _learn(self, known: counts.Counts, row: int, value: int) -> int:
        value = self._number(value, known.models([row])[0])
        known.add(np.array([row]), np.array([value]))
        return value

    def _number(self, value: int, model: Distribution) -> int:
        return int(self._code(np.array([value], np.int64), model)[0])

    @abstractmethod
    def _code(self, values: NDArray[np.int64], model: Distribution) -> NDArray[np.int64]:
        """Writes the values and returns them, or reads as many."""

    @abstractmethod
    def _escapes(self, count: int, values: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """The same for values outside -HALF..HALF."""


class _Encoder(_Pass, PartEncoder):
    def __init__(self) -> None:
        super().__init__()
        self._stream = StreamEncoder()

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        if len(symbols):
            self.code(context.shape[::-1], np.ascontiguousarray(symbols.reshape(context.shape).T))

    def finish(self) -> bytes:
        return self._stream.finish()

    def _code(self, values: NDArray[np.int64], model: Distribution) -> NDArray[np.int64]:
        self._stream.put(values.astype(np.int32), model)
        return values

    def _escapes(self, count: int, values: NDArray[np.int64] | None) -> NDArray[np.int64]:
        assert values is not None
        put_escapes(self._stream, values, -HALF, HALF)
        return values


class _Decoder(_Pass, PartDecoder):
    def __init__(self, stream: StreamDecoder) -> None:
        super().__init__()
        self._stream = stream

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        count = len(context.index)
        if count == 0:
            return np.zeros(0, np.int32), 0
        try:
            found = self.code(context.shape[::-1], None)
        except _Ended:
            return np.zeros(count, np.int32), 0
        return np.ascontiguousarray(found.T).ravel(), count

    def _code(self, values: NDArray[np.int64], model: Distribution) -> NDArray[np.int64]:
        found = self._stream.take(len(values), model)
        return self._end() if len(found) < len(values) else found.astype(np.int64)

    def _escapes(self, count: int, values: NDArray[np.int64] | None) -> NDArray[np.int64]:
        found = take_escapes(self._stream, count, -HALF, HALF)
        return self._end() if len(found) < count else found.astype(np.int64)

    def _end(self) -> NoReturn:
        raise _Ended


class _Ended(Exception):  # noqa: N818 - the way out of a pass that a cut left incomplete
    pass
