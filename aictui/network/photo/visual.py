"""SSIMULACRA 2 (Sneyers, Cloudinary, 2022) as a distortion that can be differentiated.

It is the weighted sum of error maps in XYB over six scales, before the metric's last mapping: 0 for equal images,
about 1 at a score of 84, 4 at 61, 15 at 15. Borders are reflected.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

SCALES = 6
SMALLEST_SIDE = 8
_OPSIN = (
    (0.30, 0.622, 0.078),
    (0.23, 0.692, 0.078),
    (0.24342268924547819, 0.20476744424496821, 0.5518098665095536),
)
_BIAS = 0.0037930732552754493
# One row a scale: mean of (structure, artefact, lost detail), then fourth-power mean of the same.
_WEIGHTS = (
    # channel X
    (0, 0.000737660671, 0, 0, 0.000779348168, 0),
    (0, 0.000437115573, 0, 1.10417264, 0.000662848341, 0.000152316328),
    (0, 0.00164064375, 0, 1.84224555, 11.4411726, 0),
    (0.000798910944, 0.000176816438, 0, 1.8787595, 10.9490699, 0),
    (0.000728934699, 0.967793708, 0, 0.000140034243, 0.998176698, 0.000319497559),
    (0.000455099211, 0, 0, 0.00136487662, 0, 0),
    # channel Y
    (0, 0, 0, 7.46689033, 0, 17.445834),
    (0.000623560163, 0, 0, 6.68367815, 0.00037724408, 1.02788994),
    (225.205153, 0, 0, 19.2132382, 0.00114015246, 0.00123775564),
    (176.393176, 0, 0, 24.43301, 0.285208026, 0.000448543692),
    (0, 0, 0, 34.7790634, 44.8356253, 0),
    (0, 0, 0, 0, 0, 0),
    # channel B
    (0, 0.000868055657, 0, 0, 0, 0),
    (0, 0.000531319187, 0, 0.000165338142, 0, 0),
    (0, 0, 0, 0.00041791718, 0.00172908282, 0),
    (0.00208270058, 0, 0, 8.82698276, 23.1924334, 0),
    (95.1080499, 0.986397803, 0.983438279, 0.0012286405, 171.266726, 0.980785887),
    (0, 0, 0, 0.000513006459, 0, 0.000108540579),
)
WEIGHTS = np.array(_WEIGHTS, np.float32).reshape(3, SCALES, 2, 3).transpose(1, 3, 2, 0)
"""(scale, map, norm, channel)."""


def distortion(reference: Any, test: Any) -> Any:
    """(batch,) distortions of (batch, height, width, 3) sRGB images in 0..1; 256 pixels a side see all scales."""
    linear = [_to_linear(reference), _to_linear(test)]
    total = 0.0
    for scale in range(SCALES):
        if scale:
            linear = [_halve(image) for image in linear]
        if min(linear[0].shape[1:3]) < SMALLEST_SIDE:
            break
        maps = [_norms(error) for error in _error_maps(_to_xyb(linear[0]), _to_xyb(linear[1]))]
        total = total + ops.einsum("mnbc,mnc->b", ops.stack(maps), WEIGHTS[scale])
    return total


def score(raw: Any) -> Any:
    """The metric's scale (100: identical, 90: visually lossless, 50: medium) of a distortion."""
    raw = raw * 0.9562382616834844
    mapped = 2.326765642916932 * raw - 0.020884521182843837 * raw**2 + 6.248496625763138e-05 * raw**3
    return 100 - 10 * ops.maximum(mapped, 0) ** 0.6276336467831387


def _halve(image: Any) -> Any:
    """Means of 2×2 pixels."""
    _, height, width, channels = image.shape
    image = image[:, : height // 2 * 2, : width // 2 * 2]
    return ops.mean(ops.reshape(image, (-1, height // 2, 2, width // 2, 2, channels)), axis=(2, 4))


def _to_linear(image: Any) -> Any:
    image = ops.clip(image, 0, 1)
    curved = ((ops.maximum(image, 0.04045) + 0.055) / 1.055) ** 2.4
    return ops.where(image <= 0.04045, image / 12.92, curved)


def _to_xyb(linear: Any) -> Any:
    """Linear RGB to the metric's shifted XYB."""
    mixed = ops.matmul(linear, np.array(_OPSIN, np.float32).T) + _BIAS
    roots = ops.maximum(mixed, 1e-6) ** (1 / 3) - _BIAS ** (1 / 3)
    long, middle, short = roots[..., 0], roots[..., 1], roots[..., 2]
    y = 0.5 * (long + middle)
    return ops.stack([7 * (long - middle) + 0.42, y + 0.01, short - y + 0.55], axis=-1)


def _error_maps(one: Any, two: Any) -> list[Any]:
    """What the metric counts: lost structure, artefacts, lost detail."""
    blurred = _blur(ops.concatenate([one, two, one * one, two * two, one * two], axis=-1))
    mean_one, mean_two, square_one, square_two, product = ops.split(blurred, 5, axis=-1)
    variances = square_one - mean_one**2 + square_two - mean_two**2
    similarity = (1 - (mean_one - mean_two) ** 2) * (2 * (product - mean_one * mean_two) + 9e-4) / (variances + 9e-4)
    edges = (1 + ops.abs(two - mean_two)) / (1 + ops.abs(one - mean_one)) - 1
    return [ops.relu(1 - similarity), ops.relu(edges), ops.relu(-edges)]


def _norms(error: Any) -> Any:
    """Mean and fourth-power mean of a (batch, height, width, 3) map: (2, batch, 3)."""
    fourth = ops.maximum(ops.mean(error**4, axis=(1, 2)), 1e-12) ** 0.25
    return ops.stack([ops.mean(error, axis=(1, 2)), fourth])


def _blur(x: Any) -> Any:
    """A Gaussian of 1.5 pixels along both sides, as products with banded matrices: fast on every backend."""
    x = ops.einsum("ij,bjwc->biwc", _blur_matrix(x.shape[1]), x)
    return ops.einsum("ij,bhjc->bhic", _blur_matrix(x.shape[2]), x)


@lru_cache
def _blur_matrix(size: int) -> NDArray[np.float32]:
    """(size, size), with reflected borders."""
    window = np.exp(-((np.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    columns = np.pad(np.eye(size), ((5, 5), (0, 0)), mode="reflect")
    taps = np.stack([columns[i : i + size] for i in range(11)])
    return np.tensordot(window / window.sum(), taps, 1).astype(np.float32)
