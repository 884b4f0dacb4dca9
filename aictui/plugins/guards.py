"""Thin guards around plugins' components: what goes wrong inside one is told as that plugin's error."""

from collections.abc import Callable
from dataclasses import replace
from numbers import Integral
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import Chunker, ChunkGrid
from aictui.component import Component
from aictui.entropy.base import Context, EntropyCoder, PartDecoder, PartEncoder
from aictui.errors import PluginError
from aictui.locked import locked
from aictui.options import OptionValue
from aictui.plugins.loading import describe, is_interrupt, is_own, way_out
from aictui.plugins.sources import PluginSource
from aictui.printing import prints_aside

T = TypeVar("T")

_MOST_BITS = 1 << 50
"""More bits than any pass takes; sums of less keep every digit that matters."""


def guarded(kind: str, item: Any, source: PluginSource) -> Any:
    """The item with its methods guarded; models and panels are given back as they are."""
    guards = {
        "chunker": _chunker,
        "quantizer": _quantizer,
        "entropy coder": _entropy_coder,
        "metric": _metric,
    }
    return guards[kind](item, source) if kind in guards else item


class _Guard:
    """Runs one component's methods and checks what they give back."""

    def __init__(self, source: PluginSource, what: str) -> None:
        self._source = source
        self._what = what

    def run(self, method: str, function: Callable[..., T], *arguments: Any, allowed: tuple[type, ...] = ()) -> T:
        try:
            with prints_aside():
                return function(*map(_locked, arguments))
        except BaseException as error:
            if is_own(error) or isinstance(error, allowed) or is_interrupt(error):
                raise
            raise self.error(f"failed in {method}: {describe(error)}") from error

    def initialise(self, component: Component, parent: Callable[..., None], settings: dict[str, OptionValue]) -> None:
        self.run("__init__", lambda: parent(**settings))
        if not isinstance(getattr(component, "settings", None), dict):
            raise self.error("has an __init__ that does not call that of its base class, which keeps the options")

    def instance(self, method: str, value: Any, wanted: type) -> Any:
        if not isinstance(value, wanted):
            raise self.error(f"returned {type(value).__name__} from {method}, not {wanted.__name__}")
        return value

    def array(self, method: str, value: Any, dtype: type[np.generic], shape: tuple[int, ...]) -> NDArray[Any]:
        if not isinstance(value, np.ndarray) or value.dtype != dtype or value.shape != shape:
            found = f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
            raise self.error(f"returned {found} from {method} where {dtype.__name__} {shape} was due")
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise self.error(f"returned numbers from {method} that are not finite")
        return value

    def error(self, problem: str) -> PluginError:
        return PluginError(f"{self._what} of plugin {self._source.name} {problem}; {way_out(self._source)}")


def _chunker(base: Any, source: PluginSource) -> Any:
    guard = _Guard(source, f"chunker {base.id}")

    class Guarded(base):  # type: ignore[misc]
        def __init__(self, **settings: OptionValue) -> None:
            guard.initialise(self, super().__init__, settings)

        def split(self, image: NDArray[np.uint8]) -> ChunkGrid:
            grid: ChunkGrid = guard.instance("split", guard.run("split", super().split, image), ChunkGrid)
            if grid.shape != image.shape:
                raise guard.error("returned the grid of an image of another shape from split")
            guard.array("split", grid.values, np.float32, (*Chunker.grid_shape(self, image.shape), self.chunk_size))
            return grid

        def join(self, grid: ChunkGrid) -> NDArray[np.uint8]:
            return guard.array("join", guard.run("join", super().join, grid), np.uint8, grid.shape)

    return _named_like(base, Guarded)


def _quantizer(base: Any, source: PluginSource) -> Any:
    guard = _Guard(source, f"quantizer {base.id}")

    class Guarded(base):  # type: ignore[misc]
        def __init__(self, **settings: OptionValue) -> None:
            guard.initialise(self, super().__init__, settings)

        def quantize(
            self, values: NDArray[np.float32], centres: NDArray[np.int32], scales: NDArray[np.float32]
        ) -> NDArray[np.int32]:
            returned = guard.run("quantize", super().quantize, values, centres, scales)
            symbols = guard.array("quantize", returned, np.int32, values.shape)
            if self.symbol_range is not None and symbols.size:
                low, high = self.symbol_range
                if symbols.min() < low or symbols.max() > high:
                    raise guard.error(f"returned symbols outside {low}..{high} from quantize")
            return symbols

        def dequantize(
            self, symbols: NDArray[np.int32], centres: NDArray[np.int32], scales: NDArray[np.float32]
        ) -> NDArray[np.float32]:
            values = guard.run("dequantize", super().dequantize, symbols, centres, scales)
            return guard.array("dequantize", values, np.float32, symbols.shape)

        def lattice(self, symbols: NDArray[np.int32], centres: NDArray[np.int32]) -> NDArray[np.int32]:
            lattice = guard.run("lattice", super().lattice, symbols, centres)
            return guard.array("lattice", lattice, np.int32, symbols.shape)

    return _named_like(base, Guarded)


def _entropy_coder(base: Any, source: PluginSource) -> Any:
    guard = _Guard(source, f"entropy coder {base.id}")

    class Guarded(base):  # type: ignore[misc]
        def __init__(self, **settings: OptionValue) -> None:
            guard.initialise(self, super().__init__, settings)

        def encode(self, symbols: NDArray[np.int32], context: Context) -> bytes:
            data: bytes = guard.instance("encode", guard.run("encode", super().encode, symbols, context), bytes)
            return data

        def decode(self, data: bytes, context: Context) -> NDArray[np.int32]:
            # ValueError is how a coder says that the data is damaged.
            symbols = guard.run("decode", super().decode, data, context, allowed=(ValueError,))
            return guard.array("decode", symbols, np.int32, context.index.shape)

    def bits(self: EntropyCoder, symbols: NDArray[np.int32], context: Context) -> float:
        told = guard.run("bits", lambda *given: float(base.bits(self, *given)), symbols, context)
        if not 0 <= told < _MOST_BITS:  # false for NaN too
            raise guard.error(f"tells of {told:g} bits in bits")
        return told

    def encoder(self: EntropyCoder) -> PartEncoder:
        made = guard.run("encoder", base.encoder, self)
        return _GuardedEncoder(guard, guard.instance("encoder", made, PartEncoder))

    def decoder(self: EntropyCoder, data: bytes, *, complete: bool) -> PartDecoder:
        made = guard.run("decoder", lambda: base.decoder(self, data, complete=complete), allowed=(ValueError,))
        return _GuardedDecoder(guard, guard.instance("decoder", made, PartDecoder))

    # What a coder leaves to its base class tells what it can, and needs no guard beside those above.
    for method in (bits, encoder, decoder):
        if getattr(base, method.__name__) is not getattr(EntropyCoder, method.__name__):
            setattr(Guarded, method.__name__, method)
    return _named_like(base, Guarded)


class _GuardedEncoder(PartEncoder):
    def __init__(self, guard: _Guard, inner: PartEncoder) -> None:
        self._guard = guard
        self._inner = inner

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        self._guard.run("put", self._inner.put, symbols, context)

    def finish(self) -> bytes:
        data: bytes = self._guard.instance("finish", self._guard.run("finish", self._inner.finish), bytes)
        return data


class _GuardedDecoder(PartDecoder):
    def __init__(self, guard: _Guard, inner: PartDecoder) -> None:
        self._guard = guard
        self._inner = inner

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        pair = self._guard.run("get", self._inner.get, context, allowed=(ValueError,))
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise self._guard.error("returned no pair of symbols and how many are known from get")
        symbols, known = self._guard.array("get", pair[0], np.int32, context.index.shape), pair[1]
        if not isinstance(known, Integral) or not 0 <= known <= symbols.size:
            told = known if isinstance(known, Integral) else type(known).__name__
            raise self._guard.error(f"knows {told} of {symbols.size} symbols in get")
        return symbols, int(known)


def _metric(metric: Any, source: PluginSource) -> Any:
    guard = _Guard(source, f"metric {metric.id}")

    def measure(reference: NDArray[np.uint8], test: NDArray[np.uint8]) -> float:
        return guard.run("measure", lambda *pair: float(metric.measure(*pair)), reference, test)

    return replace(metric, measure=measure)


def _locked(argument: Any) -> Any:
    """An array that can be read only: what a plugin changed in place would change for everybody."""
    if isinstance(argument, ChunkGrid):
        return replace(argument, values=locked(argument.values))
    return locked(argument) if isinstance(argument, np.ndarray) else argument


def _named_like(base: type, made: type) -> type:
    made.__name__, made.__qualname__, made.__module__, made.__doc__ = (
        base.__name__,
        base.__qualname__,
        base.__module__,
        base.__doc__,
    )
    return made
