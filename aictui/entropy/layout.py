"""How the positions of a pass repeat: rows of an image, stacked planes. Found by correlation, sent with the pass."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST = 64
"""Fewer positions than this have no layout."""

LONGEST = 1 << 16
"""Rows are shorter than this."""

_COLUMNS = 3  # latents that are looked at: the first, which matter most
_LIKE = 0.2  # correlation that tells a repetition from chance
_NEARLY = 0.95
_NEAREST = 4  # shorter lags correlate because neighbours do


class Layout(NamedTuple):
    """``planes`` (1..4) equal runs of positions show the same places; ``lag`` is the length of a row, 0: unknown."""

    planes: int = 1
    lag: int = 0


def find(columns: NDArray[np.int32]) -> Layout:
    """The layout of (latents, positions) symbols; any answer is right, a good one makes smaller files.

    >>> rows = np.random.default_rng(0).integers(-9, 9, (1, 10)).repeat(20, 0).ravel()
    >>> find(np.stack([rows]).astype(np.int32))
    Layout(planes=1, lag=10)
    """
    first = columns[:_COLUMNS].astype(np.float64)
    count = first.shape[1]
    if count < LEAST:
        return Layout()
    planes = 1
    if count % 3 == 0:
        near = _correlation(first)[count // 3 - 1 : count // 3 + 2]
        if near.argmax() == 1 and near[1] > _LIKE:
            planes = 3
    strength = _correlation(first.reshape(-1, count // planes))[: count // planes * 3 // 4]
    middle = strength[1:-1]
    peaks = np.flatnonzero((middle > strength[:-2]) & (middle >= strength[2:])) + 1
    peaks = peaks[(peaks > _NEAREST) & (peaks < LONGEST) & (strength[peaks] > _LIKE)]
    if not len(peaks):
        return Layout(planes)
    # the shortest of the strong ones: what repeats after one row repeats after two
    return Layout(planes, int(peaks[strength[peaks] > _NEARLY * strength[peaks].max()][0]))


def _correlation(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean autocorrelation of rows or of their magnitudes, whichever is stronger, by lag."""
    count = rows.shape[1]
    rows = np.concatenate([rows, np.abs(rows)])
    rows -= rows.mean(1, keepdims=True)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    spectrum = np.abs(np.fft.rfft(rows, 2 * count)) ** 2
    signed, sizes = np.fft.irfft(spectrum)[:, :count].reshape(2, -1, count).mean(1)
    products = np.maximum(signed, sizes)
    strength: NDArray[np.float64] = products * count / np.arange(count, 0, -1)
    return strength
