import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aictui.metrics.psnr import psnr


def test_equal_images_are_infinitely_alike() -> None:
    image = np.zeros((4, 4, 3), np.uint8)
    assert psnr(image, image) == math.inf


@given(st.integers(1, 255), st.integers(1, 600))
def test_a_constant_error_gives_the_formula_at_any_height(error: int, height: int) -> None:
    reference = np.zeros((height, 3, 3), np.uint8)
    assert psnr(reference, reference + np.uint8(error)) == pytest.approx(20 * math.log10(255 / error))


def test_the_mean_runs_over_all_samples_and_not_over_the_channels_decibels() -> None:
    reference = np.zeros((1, 1, 3), np.uint8)
    test = np.array([[[3, 0, 0]]], np.uint8)
    assert psnr(reference, test) == pytest.approx(10 * math.log10(255**2 / 3))


def test_images_of_unequal_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        psnr(np.zeros((2, 2, 3), np.uint8), np.zeros((2, 3, 3), np.uint8))
