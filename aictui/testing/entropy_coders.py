"""The rules of an entropy coder."""

import hashlib
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context, EntropyCoder
from aictui.locked import locked
from aictui.testing import data
from aictui.testing.fresh import fresh
from aictui.testing.results import Case, require
from aictui.testing.untouched import untouched

CLOSE = 0.0
"""What symbols may lie apart that mean the same."""

_PATIENCE = 10.0  # seconds that damaged data may take
_MANY = 1 << 19
"""Symbols of data that hold more than is due."""
_ROOM, _SPELLED = _MANY // 2, 16
"""Memory that such data may take, in bytes, and what comes on top for each of their own: a coder may spell out bits."""
_RIVALS = ("range", "adaptive", "deflate")


def cases(made: EntropyCoder) -> Iterator[Case]:
    """The checks of a coder with its settings."""
    for name, symbols, context in data.passes(made.symbol_range):
        yield f"{name} comes back", lambda s=symbols, c=context: _round_trip(made, s, c)  # type: ignore[misc]
    yield "several passes make one part", lambda: _several(made)
    yield "the same bytes every time", lambda: _same_twice(made)
    yield "what a cut part still holds is right", lambda: _cut(made)
    yield "damaged data is survived", lambda: _damaged(made)
    yield "data that hold far more than is due take no more memory", lambda: _overfull(made)
    yield "bits tells the size", lambda: _bits(made)


def report(made: EntropyCoder) -> Iterator[Case]:
    """Size and speed beside the built-in coders; told, not judged."""
    yield "size on latents as of a photo", lambda: _size(made)
    yield "speed on latents as of a photo", lambda: _speed(made)


def digest(made: EntropyCoder) -> str:
    """A fingerprint of everything that the coder writes."""
    joined = hashlib.sha256()
    for _, symbols, context in data.passes(made.symbol_range):
        joined.update(made.encode(symbols, context))
    return joined.hexdigest()


def written(made: EntropyCoder) -> list[NDArray[Any]]:
    """What the coder puts into a file: the bytes of each pass, and those of a part of all passes."""
    encoder, found = made.encoder(), []
    for _, symbols, context in data.passes(made.symbol_range):
        found.append(made.encode(symbols, context))
        encoder.put(symbols, context)
    return [np.frombuffer(each, np.uint8) for each in (*found, encoder.finish())]


def read(made: EntropyCoder, given: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """The symbols that the coder reads from what is `written`."""
    *blocks, part = (each.tobytes() for each in given)
    contexts = [context for _, _, context in data.passes(made.symbol_range)]
    decoder = made.decoder(part, complete=True)
    decoded = [made.decode(block, context) for block, context in zip(blocks, contexts, strict=True)]
    return [*decoded, *(decoder.get(context)[0] for context in contexts)]


def golden(made: EntropyCoder) -> dict[str, str]:
    """The bytes of short passes, in hexadecimal."""
    return {name: made.encode(symbols, context).hex() for name, symbols, context in _short(made)}


def changed(made: EntropyCoder, due: dict[str, str]) -> list[str]:
    """The passes that the coder no longer reads from the bytes that are ``due``."""
    return [
        name for name, symbols, context in _short(made) if name in due and not _reads(made, symbols, context, due[name])
    ]


def _reads(made: EntropyCoder, symbols: NDArray[np.int32], context: Context, spelled: str) -> bool:
    try:
        return np.array_equal(made.decode(bytes.fromhex(spelled), context), symbols)
    except ValueError:
        return False


def _short(made: EntropyCoder) -> Iterator[tuple[str, NDArray[np.int32], Context]]:
    for name, symbols, context in data.passes(made.symbol_range):
        rows = min(context.shape[0], 200 // max(context.shape[1], 1))
        count = rows * context.shape[1]
        yield name, symbols[:count], Context(context.index[:count], context.tables, (rows, context.shape[1]))


def _round_trip(made: EntropyCoder, symbols: NDArray[np.int32], context: Context) -> str:
    with _untouched(symbols, context):
        encoded = made.encode(locked(symbols), context)
    require(isinstance(encoded, bytes), f"encode returned {type(encoded).__name__} where bytes were due")
    with _untouched(symbols, context):
        decoded = fresh(made).decode(encoded, context)
    _require_equal(decoded, symbols)
    return f"{len(encoded)} bytes"


def _several(made: EntropyCoder) -> None:
    given = [(symbols, context) for _, symbols, context in data.passes(made.symbol_range)]
    encoder = made.encoder()
    for symbols, context in given:
        with _untouched(symbols, context):
            encoder.put(locked(symbols), context)
    encoded = encoder.finish()
    decoder = fresh(made).decoder(encoded, complete=True)
    for symbols, context in given:
        with _untouched(symbols, context):
            found, known = decoder.get(context)
        _require_equal(found, symbols)
        require(known == len(symbols), f"{known} of {len(symbols)} symbols known in a complete part")


def _same_twice(made: EntropyCoder) -> None:
    first = digest(made)
    require(digest(made) == first and digest(fresh(made)) == first, "the bytes differ between two runs")


def _cut(made: EntropyCoder) -> str:
    symbols, context = _latents(made, 300, 8)
    half = Context(context.index[: 150 * 8], context.tables, (150, 8))
    encoder = made.encoder()
    encoder.put(symbols[: 150 * 8], half)
    encoder.put(symbols, context)
    encoded = encoder.finish()
    due = [(symbols[: 150 * 8], half), (symbols, context)]
    most = 0
    for length in {0, 1, 2, 3, *range(0, len(encoded), max(len(encoded) // 16, 1)), len(encoded) - 1}:
        try:
            decoder = fresh(made).decoder(encoded[: max(length, 0)], complete=False)
            got = [decoder.get(each) for _, each in due]
        except ValueError:
            continue
        for (right, _), (found, known) in zip(due, got, strict=True):
            require(found.shape == right.shape and found.dtype == np.int32, "a cut part gives another shape")
            require(0 <= known <= len(right), f"{known} symbols known of {len(right)}")
            require(
                bool((found[:known] == right[:known]).all()), f"cut to {length} bytes, a symbol told as known is wrong"
            )
            require(not found[known:].any(), "symbols that are not known must be 0")
        if length <= len(encoded) // 2:
            most = max(most, sum(known for _, known in got))
    return f"half of the bytes hold {most / (len(symbols) * 1.5):.0%} of the symbols"


def _damaged(made: EntropyCoder) -> None:
    symbols, context = _latents(made, 120, 8)
    encoded = made.encode(symbols, context)
    generator = data.random()
    wrong = [b"", b"\0", b"\xff" * 40, generator.bytes(200), encoded[: len(encoded) // 2], encoded + encoded]
    for _ in range(40):
        flipped = bytearray(encoded or b"\0")
        flipped[int(generator.randint(len(flipped)))] ^= 1 << int(generator.randint(8))
        wrong.append(bytes(flipped))
    reader = fresh(made)
    third = Context(context.index[: 40 * 8], context.tables, (40, 8))
    for each in wrong:
        start = time.monotonic()
        with suppress(ValueError):
            _require_symbols(reader.decode(each, context), context)
        with suppress(ValueError):
            decoder = reader.decoder(each, complete=True)
            for _ in range(4):  # a pass more than an intact part would hold
                _require_symbols(decoder.get(third)[0], third)
        require(time.monotonic() - start < _PATIENCE, f"damaged data takes more than {_PATIENCE:g} s")


def _require_symbols(found: object, context: Context) -> None:
    right = isinstance(found, np.ndarray) and found.shape == context.index.shape and found.dtype == np.int32
    require(right, "damaged data gives another shape; raise ValueError instead")


def _overfull(made: EntropyCoder) -> None:
    known, zeros, index = data.tables(), np.zeros(_MANY, np.int32), np.zeros(_MANY, np.uint16)
    many, few = Context(index, known, (_MANY, 1)), Context(index[:8], known, (8, 1))
    encoder = made.encoder()
    encoder.put(zeros, many)
    block, part = made.encode(zeros, many), encoder.finish()
    reader = fresh(made)
    due = _memory(lambda: reader.decode(made.encode(zeros[:8], few), few))
    for size, read in (
        (len(block), lambda: reader.decode(block, few)),
        (len(part), lambda: reader.decoder(part, complete=True).get(few)),
    ):
        extra = _memory(read) - due
        problem = f"{size} bytes take {extra / 1e6:.1f} MB where 8 symbols are due; unpack no more than those need"
        require(extra <= _ROOM + _SPELLED * size, problem)


def _memory(work: Callable[[], object]) -> int:
    """The most bytes that Python and NumPy took at once for something, whether it ends in a `ValueError` or not."""
    tracemalloc.start()
    try:
        with suppress(ValueError):
            work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _bits(made: EntropyCoder) -> None:
    symbols, context = _latents(made, 300, 8)
    with _untouched(symbols, context):
        told = made.bits(locked(symbols), context)
    real = 8 * len(made.encode(symbols, context))
    require(abs(told - real) < 0.02 * real + 64, f"bits tells {told:.0f} where encode makes {real}")


def _size(made: EntropyCoder) -> str:
    symbols, context = _latents(made, 4000, 24)
    sizes = {each.id: len(each.encode(symbols, context)) for each in (made, *_rivals(made))}
    return ", ".join(f"{name} {size}" for name, size in sizes.items()) + " bytes"


def _speed(made: EntropyCoder) -> str:
    symbols, context = _latents(made, 4000, 24)
    told = []
    for each in (made, *_rivals(made)):
        start = time.perf_counter()
        encoded = each.encode(symbols, context)
        middle = time.perf_counter()
        each.decode(encoded, context)
        end = time.perf_counter()
        told.append(f"{each.id} {(middle - start) * 1e3:.0f} + {(end - middle) * 1e3:.0f}")
    return ", ".join(told) + f" ms to encode and decode {len(symbols)} symbols"


def _rivals(made: EntropyCoder) -> list[EntropyCoder]:
    from aictui.plugins.catalog import registry

    return [registry().entropy_coder(name)() for name in _RIVALS if name != made.id]


def _latents(made: EntropyCoder, positions: int, count: int) -> tuple[NDArray[np.int32], Context]:
    symbols, context = data.latents(positions, count)
    return np.clip(symbols, *(made.symbol_range or (data.INT32.min, data.INT32.max))).astype(np.int32), context


def _untouched(symbols: NDArray[np.int32], context: Context) -> AbstractContextManager[None]:
    return untouched(symbols, context.index, context.tables.frequencies, context.tables.scales)


def _require_equal(found: NDArray[np.int32], due: NDArray[np.int32]) -> None:
    require(isinstance(found, np.ndarray) and found.dtype == np.int32, "symbols must come back as int32")
    require(found.shape == due.shape, f"symbols come back in shape {found.shape}, not {due.shape}")
    wrong = np.flatnonzero(found != due)
    require(not len(wrong), f"{len(wrong)} symbols of {len(due)} come back wrong" if len(wrong) else "")
