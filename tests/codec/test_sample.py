import numpy as np
import pytest

from aictui.codec.sample import ENOUGH, LEAST, TILE, sampled
from tests.conftest import picture


def chunks(pixels):
    rows, cols = -(-pixels.shape[0] // 16), -(-pixels.shape[1] // 16)
    return rows * cols


def test_a_small_picture_is_not_sampled():
    assert sampled(np.zeros((16 * 22, 16 * 22, 3), np.uint8)) is None


@pytest.mark.parametrize(
    ("shape", "most"),
    [((480, 720, 3), 0.35), ((721, 483, 1), 0.35), ((16, 16 * LEAST, 3), 0.55), ((5000, 2900, 3), 0.06)],
)
def test_a_sample_is_a_small_part(shape, most):
    part = sampled(np.zeros(shape, np.uint8))
    assert part.shape[2] == shape[2]
    assert TILE <= chunks(part) <= min(most * chunks(np.empty(shape)), 1.5 * ENOUGH)


def test_a_sample_holds_whole_tiles_from_all_over_the_picture():
    rows, cols = np.mgrid[0:480, 0:720] // 16
    pixels = np.stack([rows, cols, rows], -1).astype(np.uint8)
    part = sampled(pixels)
    for axis, side in ((0, 480 // 16), (1, 720 // 16)):
        kept = np.unique(part[..., axis])
        assert (np.diff(np.flatnonzero(np.diff(kept) > 1)) == TILE).all()
        assert kept[0] < side / 4
        assert kept[-1] > side * 3 / 4


def test_a_sample_looks_like_the_picture():
    pixels = picture(512, 768)
    part = sampled(pixels)
    assert part.mean() == pytest.approx(pixels.mean(), abs=8)
    assert part.std() == pytest.approx(pixels.std(), rel=0.15)
