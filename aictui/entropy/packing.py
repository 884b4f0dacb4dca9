"""Symbols as bytes for compressors that know nothing of symbols."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_ESCAPE = -128  # the byte of a symbol outside -127..127


def pack(symbols: NDArray[np.int32], shape: tuple[int, int]) -> bytes:
    """The (positions, latents) symbols as bytes, latent by latent; then the large ones, four bytes each.

    >>> pack(np.array([1, -1, 1000, 2], np.int32), (2, 2)).hex(" ")
    '01 80 ff 02 e8 03 00 00'
    """
    ordered = symbols.reshape(shape).T.ravel()
    outside = (ordered < -127) | (ordered > 127)
    packed = np.where(outside, _ESCAPE, ordered).astype(np.int8).tobytes()
    return packed + ordered[outside].astype("<i4").tobytes()


def unpack(read: Callable[[int], bytes], shape: tuple[int, int]) -> NDArray[np.int32] | None:
    """The (n,) symbols of `pack`; ``read`` gives the next bytes. ``None`` where there are too few."""
    positions, latents = shape
    count = positions * latents
    packed = read(count) if count else b""
    if len(packed) < count:
        return None
    ordered = np.frombuffer(packed, np.int8).astype(np.int32)
    outside = ordered == _ESCAPE
    if outside.any():
        size = 4 * int(np.count_nonzero(outside))
        large = read(size)
        if len(large) < size:
            return None
        ordered[outside] = np.frombuffer(large, "<i4")
    return np.ascontiguousarray(ordered.reshape(latents, positions).T).ravel()
