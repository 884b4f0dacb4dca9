"""What the codec asks of a model; no array library but numpy is imported here."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from aictui.entropy.tables import SymbolTables
from aictui.network.products import one_thread_each
from aictui.progress import Progress, silent


@dataclass(frozen=True)
class OperatingPoint:
    """Where on its rate–distortion curve a model runs; all whole numbers, since they go into the file.

    ``level`` is 0..model.levels - 1, finer steps as it grows; ``latents`` is how many of a chunk's ordered latents
    are kept; ``tune`` indexes ``model.tunes``; ``planes`` counts refinements of precision; ``bounded`` tells that
    symbols must fit one byte, for which a model widens its steps, so that the last level covers its range.
    ``stack`` is how many grids of equal size lie one above the other: the channels, where the chunker has ``planes``;
    it follows from image and chunker and need not be in the file. ``rough`` asks for an analysis that does for a
    preview, and is never in a file.
    """

    level: int
    latents: int
    tune: int = 0
    planes: int = 0
    bounded: bool = False
    stack: int = 1
    rough: bool = False


@dataclass(frozen=True)
class CodingPass:
    """Symbols that are coded together: they depend on earlier passes only.

    - ``part``: the part of the file it belongs to, from 0, never decreasing.
    - ``positions``: (p,) intp, flat indices into the grid (row * cols + col); ``latents``: the slice of latents.
    - ``elements``: (n,) intp, flat indices into that (p, l) block, in coding order; ``None``: all of it, row by row.
    - ``centres``: int32 in 1/16 step; ``index``: rows of ``tables``; both (n,), or (p, l) for a whole block.
    - ``step``: size of this pass's quantization step in steps of the finest plane (1 without planes).
    - ``limits``: the least and the greatest symbol, (n,) each or one for all; ``None``: any.
    - ``level``: the level at which `Model.synthesise` looks best when decoding ends after this pass.
    - ``rest``: (n,) float32, what symbol 0 adds to a latent, in steps of the pass, where it leaves more than a step to
      know; ``guess``: the same for symbols that a cut took away; ``None``: nothing.
    """

    part: int
    positions: NDArray[np.intp]
    latents: slice
    centres: NDArray[np.int32]
    index: NDArray[np.unsignedinteger]
    tables: SymbolTables
    level: int
    step: int = 1
    elements: NDArray[np.intp] | None = None
    limits: tuple[int | NDArray[np.int32], int | NDArray[np.int32]] | None = None
    rest: NDArray[np.float32] | None = None
    guess: NDArray[np.float32] | None = None

    def pick(self, grid: NDArray[Any]) -> NDArray[Any]:
        """The elements of this pass out of a (rows * cols, latents) array, in the shape of ``centres``."""
        if self.elements is None:
            return grid[self.positions, self.latents]
        return grid.reshape(-1).take(self._flat(self.elements, grid.shape[1]))

    def place(self, grid: NDArray[Any], values: NDArray[Any]) -> None:
        """Puts what `pick` gives, or other values in its place, into a contiguous array."""
        if self.elements is None:
            grid[self.positions, self.latents] = values
        else:
            grid.reshape(-1)[self._flat(self.elements, grid.shape[1])] = values

    def _flat(self, elements: NDArray[np.intp], width: int) -> NDArray[np.intp]:
        """Where elements are in an array with rows of ``width``: to ask for row and column takes six times as long."""
        row, column = np.divmod(elements, self.latents.stop - self.latents.start)
        return self.positions.take(row) * width + (column + self.latents.start)


Passes = Generator[CodingPass, NDArray[np.int32], None]
"""A dialogue: the prior yields a pass and is sent its lattice values, int32 in 1/16 of that pass's step."""


def converse(passes: Passes, answer: Callable[[CodingPass], NDArray[np.int32] | None]) -> None:
    """Holds the dialogue until either side ends it: the prior with its last pass, ``answer`` with ``None``."""
    with one_thread_each(), closing(passes), suppress(StopIteration):
        item = next(passes)
        while (reply := answer(item)) is not None:
            item = passes.send(reply)


class Model(ABC):
    """An autoencoder with its prior, loaded from one file.

    Latents are float32 (rows, cols, latents), in finest quantization steps of the operating point, ordered by
    importance. `analyse` and `synthesise` accept any grid; each output chunk depends on the chunks at most
    ``margin`` away, so the caller may run tiles with that much surround and get the same values.
    """

    architecture: ClassVar[str]
    name: str
    content_hash: bytes
    """First 8 bytes of the SHA-256 of configuration and weights."""
    chunk_size: int
    chunker: str
    """Id of the chunker it was trained with."""
    latents: int
    levels: int
    default_level: int
    tunes: tuple[str, ...] = ()
    default_tune: int = 0
    max_planes: int = 0
    margin: int = 0
    carries_exactly: bool = False
    """Whether `carried` latents are as good as those of an analysis of their own: levels differ by steps alone."""
    carried_levels: int = 0
    """Between how many levels they are nearly as good: within about half a percent of the bytes, either way."""
    expecting_levels: int = 0
    """Between how many levels what the prior expects, `carried` like latents, does for a preview."""
    refining_window: int = 0
    """Side of the windows, in chunks, that `refined` works on; 0 where a model cannot refine."""
    typical_rates: tuple[float, ...] = ()
    """Bits a pixel of ordinary photos at levels spread evenly from the first to the last: where rate control starts."""

    def analysis_margin(self, point: OperatingPoint) -> int:
        """The ``margin`` of `analyse` at a point, where that is not the one of `synthesise`."""
        del point
        return self.margin

    @abstractmethod
    def analyse(
        self, chunks: NDArray[np.float32], point: OperatingPoint, progress: Progress = silent
    ) -> NDArray[np.float32]:
        """(rows, cols, chunk_size) chunks to (rows, cols, n) latents, at least as many as the point has.

        Work that takes long asks ``progress`` in between whether it should stop.
        """

    def nearby(self, point: OperatingPoint) -> OperatingPoint:
        """A point whose analysis, `carried` to this one, does for a preview.

        Points are few that are nearby to others, so most of the analyses that a moving slider needs are done already.
        """
        return point

    def carried(
        self, latents: NDArray[np.float32], before: OperatingPoint, after: OperatingPoint
    ) -> NDArray[np.float32]:
        """Latents of a point near to another in steps of the latter; shapes as in `analyse`."""
        del before, after
        return latents

    def refined(
        self,
        chunks: NDArray[np.float32],
        latents: NDArray[np.float32],
        point: OperatingPoint,
        progress: Progress = silent,
    ) -> NDArray[np.float32]:
        """Latents that need fewer bits or give a better picture than those of `analyse`; shapes as there.

        For a user with time to spare, who asks for the highest effort.
        """
        del chunks, point, progress
        return latents

    @abstractmethod
    def synthesise(
        self,
        latents: NDArray[np.float32],
        point: OperatingPoint,
        level: int | None = None,
        progress: Progress = silent,
    ) -> NDArray[np.float32]:
        """(rows, cols, latents) latents, in steps of ``point``, to (rows, cols, chunk_size) chunks.

        ``level`` is the precision to which they are known, as the last `CodingPass` says; ``None``: that of ``point``.
        ``progress`` as in `analyse`.
        """

    @abstractmethod
    def passes(self, rows: int, cols: int, point: OperatingPoint) -> Passes:
        """The coding order of a grid, with the prior's expectation of every symbol."""

    def latents_at(self, level: int) -> int:
        """How many of a chunk's latents are worth coding at a level, where nobody asks for another number."""
        del level
        return self.latents

    def worthwhile(self, latents: NDArray[np.floating]) -> int:
        """How many of (rows, cols, n) latents, in steps, are worth coding where nobody asks for another number.

        The last ones may come to next to nothing in this picture.
        """
        return latents.shape[2]

    def auto_planes(self, point: OperatingPoint) -> int:
        """How many planes of precision cost next to nothing at this level; 0 where a model has none."""
        del point
        return 0
