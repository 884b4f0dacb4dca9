"""The quantizer seam: latents to integer symbols, and back, element by element."""

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.component import Component

CENTRE_STEPS = 16
"""Centres are whole numbers of 1/16 of a quantization step."""


class Quantizer(Component):
    """Turns latents, measured in quantization steps, into int32 symbols and back.

    All arrays of a call have one shape. ``centres`` are what the prior expects, int32 in 1/16 of a step;
    ``scales`` are the standard deviations that it expects around them, float32 in steps. Quantizing is free to
    use both (rounding towards what is cheap); what a symbol *means* to the prior is `lattice`, exact integers.

    ``symbol_range`` bounds every symbol, inclusive, for entropy coders of fixed width; ``None``: unbounded.
    """

    kind = "quantizer"
    symbol_range: ClassVar[tuple[int, int] | None] = None

    @property
    def nests(self) -> bool:
        """Whether symbols are a whole step apart, which refinements of precision split in three."""
        symbols, centres = np.array([-1, 0, 1], np.int32), np.zeros(3, np.int32)
        return bool((self.lattice(symbols, centres) == CENTRE_STEPS * symbols).all())

    @abstractmethod
    def quantize(
        self, values: NDArray[np.float32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.int32]:
        """The symbols of ``values``."""

    @abstractmethod
    def dequantize(
        self, symbols: NDArray[np.int32], centres: NDArray[np.int32], scales: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """The values that the decoder reconstructs for ``symbols``, in steps."""

    def lattice(self, symbols: NDArray[np.int32], centres: NDArray[np.int32]) -> NDArray[np.int32]:
        """What the prior is told of ``symbols``: whole 1/16 steps, ``16 * symbol + centre`` unless overridden."""
        return symbols * np.int32(CENTRE_STEPS) + centres
