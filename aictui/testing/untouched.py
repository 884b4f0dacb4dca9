"""Whether a component leaves what it is given as it is, even where it goes around what makes arrays read-only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from aictui.testing.results import require


@contextmanager
def untouched(*arrays: NDArray[Any]) -> Iterator[None]:
    """Raises `AssertionError` where one of the arrays is another afterwards."""
    before = [array.tobytes() for array in arrays]
    yield
    same = [array.tobytes() == kept for array, kept in zip(arrays, before, strict=True)]
    require(all(same), "it changes an array that it was given")
