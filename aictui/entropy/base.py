"""The entropy coder seam: integer symbols with a context each to bytes, and back."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.component import Component
from aictui.entropy.tables import SymbolTables
from aictui.locked import locked


@dataclass(frozen=True)
class Context:
    """What encoder and decoder both know about the symbols of one pass before they are coded.

    ``index`` is (n,) uint16 or uint32, which can only be read: for every symbol the row of ``tables`` that the prior
    picked; it mostly grows with the expected magnitude. ``shape`` is (positions, latents) with product n: symbols come
    position by position, the latents of a position side by side; (n, 1) where the pass codes a scattered subset.
    """

    index: NDArray[np.unsignedinteger]
    tables: SymbolTables
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", locked(self.index))


class EntropyCoder(Component):
    """Codes the int32 symbols of one pass into bytes, losslessly.

    `encode` and `decode` treat a pass as a unit. Several passes make a part of a file; `encoder` and `decoder`
    join them, by default as blocks with a length each. A coder that goes on from pass to pass in one stream is a
    `StreamCoder`.

    ``symbol_range`` is what the coder can represent, inclusive; ``None``: every int32. With ``fixed_width`` every
    symbol takes one byte, so that a ratio follows from the number of latents alone.
    `decode` of damaged data may return anything of the right shape or raise `ValueError`, as may `decoder` and what it
    gives; they never hang.
    """

    kind = "entropy coder"
    symbol_range: ClassVar[tuple[int, int] | None] = None
    fixed_width: ClassVar[bool] = False

    @property
    def counts_by_coding(self) -> bool:
        """Whether `bits` encodes, so that whoever asks for both had better encode at once."""
        return type(self).bits is EntropyCoder.bits

    @property
    def in_blocks(self) -> bool:
        """Whether every pass is a block, all of which a cut loses, and not a piece of one stream."""
        return type(self).decoder is EntropyCoder.decoder

    @abstractmethod
    def encode(self, symbols: NDArray[np.int32], context: Context) -> bytes:
        """The bytes of (n,) symbols."""

    @abstractmethod
    def decode(self, data: bytes, context: Context) -> NDArray[np.int32]:
        """The (n,) symbols whose bytes are ``data``; n is the length of ``context.index``."""

    def bits(self, symbols: NDArray[np.int32], context: Context) -> float:
        """How many bits the symbols take; encodes them unless a coder can tell faster."""
        return 8 * len(self.encode(symbols, context))

    def encoder(self) -> "PartEncoder":
        """An encoder for the passes of one part."""
        from aictui.entropy.blocks import BlockEncoder

        return BlockEncoder(self)

    def decoder(self, data: bytes, *, complete: bool) -> "PartDecoder":
        """A decoder of one part; ``complete`` is false where the file was cut inside it."""
        from aictui.entropy.blocks import BlockDecoder

        return BlockDecoder(self, data)


class StreamCoder(EntropyCoder):
    """Codes all passes of a part in one stream, so that a subclass has `encoder` and `decoder` alone."""

    def encode(self, symbols: NDArray[np.int32], context: Context) -> bytes:
        """The bytes of (n,) symbols: those of a part with one pass."""
        encoder = self.encoder()
        encoder.put(symbols, context)
        return encoder.finish()

    def decode(self, data: bytes, context: Context) -> NDArray[np.int32]:
        """The (n,) symbols whose bytes are ``data``; raises `ValueError` for data that no encoder writes."""
        symbols, known = self.decoder(data, complete=True).get(context)
        if known < len(symbols):
            raise ValueError(f"damaged {self.id} data: it ends early")
        return symbols

    @abstractmethod
    def encoder(self) -> "PartEncoder":
        """An encoder of one stream for the passes of one part."""

    @abstractmethod
    def decoder(self, data: bytes, *, complete: bool) -> "PartDecoder":
        """A decoder of one part; ``complete`` is false where the file was cut inside it."""


class PartEncoder(ABC):
    """Collects the passes of one part."""

    @abstractmethod
    def put(self, symbols: NDArray[np.int32], context: Context) -> None:
        """Appends a pass."""

    @abstractmethod
    def finish(self) -> bytes:
        """The bytes of all passes."""


class PartDecoder(ABC):
    """Gives back the passes of one part in order."""

    @abstractmethod
    def get(self, context: Context) -> tuple[NDArray[np.int32], int]:
        """The next pass: (n,) symbols, and how many of them are known; the rest, lost to a cut, are 0."""
