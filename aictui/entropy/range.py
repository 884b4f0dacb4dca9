"""The default coder: a range coder over the probabilities that the prior picks."""

from weakref import WeakKeyDictionary

import constriction
import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context, PartDecoder, PartEncoder, StreamCoder
from aictui.entropy.escapes import put_escapes, take_escapes
from aictui.entropy.stream import Distribution, StreamDecoder, StreamEncoder, categorical
from aictui.entropy.tables import SymbolTables, cost

Index = NDArray[np.unsignedinteger]

BLOCK = 4096
"""Symbols that are sorted by context together, which is also the most that a cut can lose of those partly there."""

NARROW = 8
"""Columns of the widest tables whose symbols stay in order, since a row for each is cheap to look up."""


class Range(StreamCoder):
    """Codes every symbol with the table that the prior picked, all passes of a part in one stream.

    Blocks of 4096 symbols are sorted by context, so that a few calls do the work; then come the symbols of the
    block that their tables do not hold. Tables of at most 8 columns skip the sorting.

    >>> import numpy as np
    >>> from aictui.entropy.tables import uniform_context
    >>> context = uniform_context(3, 1, limit=7)
    >>> data = Range().encode(np.array([1, -7, 1000], np.int32), context)
    >>> data.hex(" ")
    '80 ff fd df'
    >>> Range().decode(data, context).tolist()
    [1, -7, 1000]
    """

    id = "range"
    summary = "the smallest files: uses the probabilities that the model's prior expects"

    def bits(self, symbols: NDArray[np.int32], context: Context) -> float:
        """How many bits the symbols take, from the probabilities alone."""
        return cost(symbols, context)

    def encoder(self) -> PartEncoder:
        """An encoder of one stream for the passes of one part."""
        return _Encoder()

    def decoder(self, data: bytes, *, complete: bool) -> PartDecoder:
        """A decoder of one part; of a cut one, it gives what the bytes that are there decide."""
        return _Decoder(StreamDecoder(data, complete=complete))


class _Encoder(PartEncoder):
    def __init__(self) -> None:
        self._stream = StreamEncoder()

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        tables = context.tables
        escape = tables.frequencies.shape[1] - 1
        beyond = (symbols < tables.minimum) | (symbols >= tables.minimum + escape)
        columns = np.where(beyond, np.int32(escape), symbols - np.int32(tables.minimum))
        for start in range(0, len(symbols), BLOCK):
            block = slice(start, start + BLOCK)
            self._put_columns(columns[block], context.index[block], tables)
            outside = symbols[block][beyond[block]]
            put_escapes(self._stream, outside, tables.minimum, tables.minimum + escape - 1)

    def _put_columns(self, columns: NDArray[np.int32], index: Index, tables: SymbolTables) -> None:
        if tables.frequencies.shape[1] <= NARROW:
            self._stream.put(columns, _FAMILY, tables.frequencies.take(index, axis=0).astype(np.float64))
            return
        order = np.argsort(index, kind="stable")
        ordered, models = columns[order], _models(tables)
        for row, start, stop in _runs(index):
            self._stream.put(ordered[start:stop], models[row])

    def finish(self) -> bytes:
        return self._stream.finish()


class _Decoder(PartDecoder):
    def __init__(self, stream: StreamDecoder) -> None:
        self._stream = stream

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        symbols = np.zeros(len(context.index), np.int32)
        for start in range(0, len(symbols), BLOCK):
            index = context.index[start : start + BLOCK]
            found, known = self._get_block(index, context.tables)
            symbols[start : start + known] = found[:known]
            if known < len(index):
                return symbols, start + known
        return symbols, len(symbols)

    def _get_block(self, index: Index, tables: SymbolTables) -> tuple[NDArray[np.int32], int]:
        """The symbols of a block, and how many of them from the first on are known."""
        columns = self._take_columns(index, tables)
        escape = tables.frequencies.shape[1] - 1
        symbols = columns + np.int32(tables.minimum)
        escaped = np.flatnonzero(columns == escape)
        found = take_escapes(self._stream, len(escaped), tables.minimum, tables.minimum + escape - 1)
        symbols[escaped[: len(found)]] = found
        columns[escaped[len(found) :]] = _UNKNOWN
        unknown = np.flatnonzero(columns == _UNKNOWN)
        return symbols, int(unknown[0]) if len(unknown) else len(index)

    def _take_columns(self, index: Index, tables: SymbolTables) -> NDArray[np.int32]:
        columns = np.full(len(index), _UNKNOWN, np.int32)
        if tables.frequencies.shape[1] <= NARROW:
            found = self._stream.take_each(_FAMILY, tables.frequencies.take(index, axis=0).astype(np.float64))
            columns[: len(found)] = found
            return columns
        order = np.argsort(index, kind="stable")
        ordered, models = columns.copy(), _models(tables)
        for row, start, stop in _runs(index):
            found = self._stream.take(stop - start, models[row])
            ordered[start : start + len(found)] = found
            if self._stream.ended:
                break
        columns[order] = ordered
        return columns


_UNKNOWN = -1  # no column


def _runs(index: Index) -> list[tuple[int, int, int]]:
    """(value, start, stop) of the runs of equal values once ``index`` is sorted."""
    counts = np.bincount(index)
    values = np.flatnonzero(counts)
    stops = np.cumsum(counts[values]).tolist()
    return list(zip(values.tolist(), [0, *stops[:-1]], stops, strict=True))


class _Rows(dict[int, Distribution]):
    """The model of each row of tables, made when first asked for."""

    def __init__(self, frequencies: NDArray[np.uint32]) -> None:
        self._frequencies = frequencies

    def __missing__(self, row: int) -> Distribution:
        model = self[row] = categorical(self._frequencies[row])
        return model


_FAMILY = constriction.stream.model.Categorical(perfect=False)
_CACHE: "WeakKeyDictionary[SymbolTables, _Rows]" = WeakKeyDictionary()


def _models(tables: SymbolTables) -> _Rows:
    rows = _CACHE.get(tables)
    if rows is None:
        rows = _CACHE[tables] = _Rows(tables.frequencies)
    return rows
