"""What a `classic` model looks like: sizes, the order of its latents, its quantization steps."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

UNIT = 1024
"""Quantization steps are whole numbers of 1 / UNIT grey level, in latents of an orthonormal transform."""
LEVELS_PER_OCTAVE = 100
"""Levels after which the step has halved; one level changes the rate by less than 1 %."""
OCTAVES = 9
FINEST_STEP = UNIT
"""Of the last level: one grey level, which is next to lossless."""


@dataclass(frozen=True)
class ClassicConfig:
    """Sizes of a model: length of a chunk, latents kept of it, width of the dense nets."""

    chunk_size: int = 256
    latents: int = 256
    width: int = 96

    @cached_property
    def groups(self) -> tuple[slice, ...]:
        """The latents in groups 1, 1, 2, 4, 8, … : each doubles what is known."""
        ends = [1]
        while ends[-1] < self.latents:
            ends.append(min(2 * ends[-1], self.latents))
        return tuple(slice(start, end) for start, end in zip([0, *ends], ends, strict=False))

    @property
    def levels(self) -> int:
        """Number of levels."""
        return OCTAVES * LEVELS_PER_OCTAVE + 1


def coarsening() -> NDArray[np.int64]:
    """(levels,) factor on the finest step at each level, in 1/65536; the last is 65536."""
    below = np.arange(OCTAVES * LEVELS_PER_OCTAVE, -1, -1)
    return np.rint(65536 * 2 ** (below / LEVELS_PER_OCTAVE)).astype(np.int64)


def steps_at(level: int, finest: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) quantization steps at a level, in 1 / UNIT grey level, of latents with the steps ``finest`` at the last."""
    return np.maximum(finest * coarsening()[level] >> 16, 1)
