"""Latents to the bytes of a file's parts, and back: the dialogue with a model's prior.

The prior yields a pass, which tells what it expects; the codec answers with what the symbols of that pass mean on
the prior's integer lattice. Encoder and decoder hold the same dialogue, so both know the same contexts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.base import Context, EntropyCoder, PartDecoder
from aictui.errors import FormatError
from aictui.network.base import CodingPass, Model, OperatingPoint, converse
from aictui.network.quantizing import symbols_of
from aictui.progress import Progress, silent
from aictui.quantizers.base import Quantizer

LARGE_GRID = 1 << 26
"""Latents from which on a grid is held in half precision: its 11 bits lose less than a coarse step would."""

Sink = Callable[[int, NDArray[np.int32], Context], None]
"""Takes part number, (n,) symbols and context of a pass."""


class PartError(FormatError):
    """A part with a right check sum that its entropy coder cannot read; ``part`` counts from 0."""

    def __init__(self, part: int, problem: str) -> None:
        super().__init__(f"part {part + 1} of this file {problem}")
        self.part = part


@dataclass
class Reconstruction:
    """What a decoder knows: ``values`` are (rows, cols, latents) in finest steps, ``level`` is where they look best.

    ``plane_parts`` counts the parts of the base and of each refinement; ``part_latents`` holds the first latent of each
    part and the one after its last. ``values`` is ``None`` where nobody asked.
    """

    values: NDArray[np.floating] | None
    level: int
    plane_parts: tuple[int, ...] = ()
    part_latents: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class PartData:
    """The payload of a part; ``complete`` is false where it was cut."""

    payload: bytes
    complete: bool = True


def storage_type(rows: int, cols: int, latents: int) -> type[np.floating]:
    """The type in which latents of such a grid are held."""
    return np.float16 if rows * cols * latents >= LARGE_GRID else np.float32


def quantize(
    model: Model,
    latents: NDArray[np.floating],
    point: OperatingPoint,
    quantizer: Quantizer,
    sink: Sink,
    progress: Progress = silent,
    *,
    keep: bool = False,
    note: Callable[[CodingPass], None] | None = None,
) -> Reconstruction:
    """Gives the symbols of (rows, cols, point.latents) latents to ``sink``, pass by pass.

    ``keep`` asks for the values that the decoder will know; ``note`` hears of every pass.
    """
    rows, cols, count = latents.shape
    flat = latents.reshape(rows * cols, count)
    if point.planes:  # whose passes pick single latents, which of a view would copy all of them every time
        flat = np.ascontiguousarray(flat)
    state = _State(flat.shape, flat.dtype.type if keep else None, point, progress)

    def answer(item: CodingPass) -> NDArray[np.int32]:
        symbols = symbols_of(item, flat, quantizer)
        sink(item.part, symbols.ravel(), context_of(item))
        if note is not None:
            note(item)
        state.put(item, symbols, symbols.size, quantizer)
        return quantizer.lattice(symbols, item.centres)

    converse(model.passes(rows, cols, point), answer)
    return state.result(rows, cols)


def dequantize(
    model: Model,
    rows: int,
    cols: int,
    point: OperatingPoint,
    quantizer: Quantizer,
    coder: EntropyCoder,
    parts: Sequence[PartData],
    progress: Progress = silent,
) -> Reconstruction:
    """What ``parts`` tell of the latents; those that no part tells of are where the prior expects them.

    Raises `PartError` where a complete part cannot be read.
    """
    state = _State((rows * cols, point.latents), storage_type(rows, cols, point.latents), point, progress)
    source = _Source(coder, parts)

    def answer(item: CodingPass) -> NDArray[np.int32] | None:
        base = state.base_step in {0, item.step}
        if source.exhausted(item.part) and not base:
            return state.guess(item, quantizer)
        found, known = source.get(item.part, context_of(item))
        if known == 0 and len(found) > 0 and not base:
            return state.guess(item, quantizer)
        symbols = found.reshape(item.centres.shape)
        state.put(item, symbols, len(found) if base else known, quantizer)
        return quantizer.lattice(symbols, item.centres)

    converse(model.passes(rows, cols, point), answer)
    return state.result(rows, cols)


def context_of(item: CodingPass) -> Context:
    """What both sides know about the symbols of a pass."""
    shape = (len(item.index), 1) if item.elements is not None else (item.index.shape[0], item.index.shape[1])
    return Context(item.index.ravel(), item.tables, shape)


@dataclass
class PartWriter:
    """Entropy codes passes into parts, as they come."""

    coder: EntropyCoder
    finished: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._current = self.coder.encoder()

    def put(self, part: int, symbols: NDArray[np.int32], context: Context) -> None:
        """Codes a pass; parts come in order."""
        while part > len(self.finished):
            self._next()
        self._current.put(symbols, context)

    def finish(self) -> list[bytes]:
        """The payloads of all parts."""
        self._next()
        return self.finished

    def _next(self) -> None:
        self.finished.append(self._current.finish())
        self._current = self.coder.encoder()


class _State:
    """What has been put together so far, and how much of the work is done."""

    def __init__(
        self, shape: tuple[int, int], kind: type[np.floating] | None, point: OperatingPoint, progress: Progress
    ) -> None:
        self.base_step = 0
        self._values = None if kind is None else np.zeros(shape, kind)
        self._level = point.level
        self._starts: list[int] = []
        self._latents: dict[int, tuple[int, int]] = {}
        self._step = 0
        self._done = 0
        self._total = max(1, shape[0] * shape[1] * (1 + point.planes))
        self._progress = progress
        progress(0.0, "coding")

    def put(self, item: CodingPass, symbols: NDArray[np.int32], known: int, quantizer: Quantizer) -> None:
        """Notes the ``known`` first symbols of a pass."""
        if item.step != self._step:
            self._starts.append(item.part)
            self._step = item.step
            self.base_step = self.base_step or item.step
        first, last = self._latents.get(item.part, (item.latents.start, item.latents.stop))
        self._latents[item.part] = min(first, item.latents.start), max(last, item.latents.stop)
        share = known / symbols.size if symbols.size and item.step != self.base_step else 1.0
        self._level += round(share * (item.level - self._level))
        if self._values is not None:
            values = quantizer.dequantize(symbols, item.centres, item.tables.scales.take(item.index))
            if item.rest is not None:
                values = np.where(symbols == 0, values + item.rest, values)
            if item.step != 1:
                values = values * np.float32(item.step)
            if known < symbols.size:
                there = np.arange(symbols.size).reshape(symbols.shape) < known
                values = np.where(there, values, self._guessed(item))
            item.place(self._values, values)
        self._done += symbols.size
        self._progress(min(1.0, self._done / self._total), "coding")

    def guess(self, item: CodingPass, quantizer: Quantizer) -> NDArray[np.int32] | None:
        """What to answer to a refinement of which nothing is known; ``None`` where later passes cannot matter.

        The picture looks best at the level of the pass before.
        """
        if item.guess is None:
            return None
        if self._values is not None:
            item.place(self._values, self._guessed(item))
        return quantizer.lattice(np.zeros(item.centres.shape, np.int32), item.centres)

    def _guessed(self, item: CodingPass) -> NDArray[np.floating]:
        """The values of the elements of a refinement if none of its symbols is known."""
        assert self._values is not None
        before: NDArray[np.floating] = item.pick(self._values)
        return before if item.guess is None else before + item.guess * np.float32(item.step)

    def result(self, rows: int, cols: int) -> Reconstruction:
        """Everything, once the dialogue is over."""
        values = None if self._values is None else self._values.reshape(rows, cols, -1)
        parts = max(self._latents, default=-1) + 1
        plane_parts = tuple(b - a for a, b in zip(self._starts, [*self._starts[1:], parts], strict=True))
        part_latents = tuple(self._latents.get(part, (0, 0)) for part in range(parts))
        return Reconstruction(values, self._level, plane_parts, part_latents)


class _Source:
    """Gives the symbols of passes out of parts; what is not there is zero."""

    def __init__(self, coder: EntropyCoder, parts: Sequence[PartData]) -> None:
        self._coder = coder
        self._parts = parts
        self._number = -1
        self._decoder: PartDecoder | None = None
        self._dry = False

    def exhausted(self, part: int) -> bool:
        """Whether nothing is known of this part and of later ones."""
        return part >= len(self._parts) or self._dry

    def get(self, part: int, context: Context) -> tuple[NDArray[np.int32], int]:
        """The (n,) symbols of a pass and how many are known."""
        count = len(context.index)
        if self.exhausted(part):
            return np.zeros(count, np.int32), 0
        data = self._parts[part]
        if part != self._number:
            self._number, self._decoder = part, None
        try:
            if self._decoder is None:
                self._decoder = self._coder.decoder(data.payload, complete=data.complete)
            symbols, known = self._decoder.get(context)
        except (ValueError, IndexError, ArithmeticError) as error:  # of a plugin's coder, only the first comes here
            if data.complete:
                raise PartError(part, f"cannot be read by entropy coder {self._coder.id}: {error}") from None
            symbols, known = np.zeros(count, np.int32), 0
        if known < count:
            if data.complete:
                raise PartError(part, f"ends too early for entropy coder {self._coder.id}; get the file again")
            self._dry = True
        return symbols, known
