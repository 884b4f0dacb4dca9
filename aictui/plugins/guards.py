"""Thin guards around plugins' components: what goes wrong inside one is told as that plugin's error."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from aictui.chunkers.base import ChunkGrid
from aictui.entropy.base import Context, PartDecoder, PartEncoder
from aictui.errors import AictuiError, PluginError
from aictui.plugins.loading import describe, way_out
from aictui.plugins.sources import PluginSource

T = TypeVar("T")


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
            return function(*arguments)
        except (Exception, SystemExit) as error:
            if isinstance(error, (AictuiError, *allowed)):
                raise
            raise self.error(f"failed in {method}: {describe(error)}") from error

    def array(self, method: str, value: Any, dtype: type[np.generic], shape: tuple[int, ...]) -> NDArray[Any]:
        if not isinstance(value, np.ndarray) or value.dtype != dtype or value.shape != shape:
            found = f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
            raise self.error(f"returned {found} from {method} where {dtype.__name__} {shape} was due")
        return value

    def error(self, problem: str) -> PluginError:
        return PluginError(f"{self._what} of plugin {self._source.name} {problem}; {way_out(self._source)}")


def _chunker(base: Any, source: PluginSource) -> Any:
    guard = _Guard(source, f"chunker {base.id}")

    class Guarded(base):  # type: ignore[misc]
        def split(self, image: NDArray[np.uint8]) -> ChunkGrid:
            grid = guard.run("split", super().split, image)
            if not isinstance(grid, ChunkGrid) or grid.values.ndim != 3 or grid.shape != image.shape:
                raise guard.error("returned no ChunkGrid of the image from split")
            guard.array("split", grid.values, np.float32, (*grid.values.shape[:2], self.chunk_size))
            return grid

        def join(self, grid: ChunkGrid) -> NDArray[np.uint8]:
            return guard.array("join", guard.run("join", super().join, grid), np.uint8, grid.shape)

    return _named_like(base, Guarded)


def _quantizer(base: Any, source: PluginSource) -> Any:
    guard = _Guard(source, f"quantizer {base.id}")

    class Guarded(base):  # type: ignore[misc]
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
        def encode(self, symbols: NDArray[np.int32], context: Context) -> bytes:
            data = guard.run("encode", super().encode, symbols, context)
            if not isinstance(data, bytes):
                raise guard.error(f"returned {type(data).__name__} from encode where bytes were due")
            return data

        def decode(self, data: bytes, context: Context) -> NDArray[np.int32]:
            # ValueError is how a coder says that the data is damaged.
            symbols = guard.run("decode", super().decode, data, context, allowed=(ValueError,))
            return guard.array("decode", symbols, np.int32, context.index.shape)

        def bits(self, symbols: NDArray[np.int32], context: Context) -> float:
            return float(guard.run("bits", super().bits, symbols, context))

        def encoder(self) -> PartEncoder:
            return _GuardedEncoder(guard, guard.run("encoder", super().encoder))

        def decoder(self, data: bytes, *, complete: bool) -> PartDecoder:
            parent = super().decoder
            return _GuardedDecoder(guard, guard.run("decoder", lambda: parent(data, complete=complete)))

    return _named_like(base, Guarded)


class _GuardedEncoder(PartEncoder):
    def __init__(self, guard: _Guard, inner: PartEncoder) -> None:
        self._guard = guard
        self._inner = inner

    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        self._guard.run("put", self._inner.put, symbols, context)

    def finish(self) -> bytes:
        data = self._guard.run("finish", self._inner.finish)
        if not isinstance(data, bytes):
            raise self._guard.error(f"returned {type(data).__name__} from finish where bytes were due")
        return data


class _GuardedDecoder(PartDecoder):
    def __init__(self, guard: _Guard, inner: PartDecoder) -> None:
        self._guard = guard
        self._inner = inner

    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        symbols, known = self._guard.run("get", self._inner.get, context, allowed=(ValueError,))
        return self._guard.array("get", symbols, np.int32, context.index.shape), int(known)


def _metric(metric: Any, source: PluginSource) -> Any:
    guard = _Guard(source, f"metric {metric.id}")

    def measure(reference: NDArray[np.uint8], test: NDArray[np.uint8]) -> float:
        return float(guard.run("measure", metric.measure, reference, test))

    return replace(metric, measure=measure)


def _named_like(base: type, made: type) -> type:
    made.__name__, made.__qualname__, made.__module__, made.__doc__ = (
        base.__name__,
        base.__qualname__,
        base.__module__,
        base.__doc__,
    )
    return made
