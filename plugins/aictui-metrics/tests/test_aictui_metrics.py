"""The metric orders pictures as people do."""

import numpy as np
import pytest
from aictui_metrics import FLIP, flip

IMAGE = (np.mgrid[0:64, 0:96].sum(0)[..., None] + [0, 40, 80]).astype(np.uint8)


def noisy(amount: int) -> np.ndarray:
    noise = np.random.default_rng(0).integers(-amount, amount + 1, IMAGE.shape)
    return np.clip(IMAGE.astype(int) + noise, 0, 255).astype(np.uint8)


def test_equal_images_have_no_error():
    assert flip(IMAGE, IMAGE) == pytest.approx(0, abs=1e-6)


def test_more_noise_is_more_error():
    assert 0 < flip(IMAGE, noisy(5)) < flip(IMAGE, noisy(40)) <= 1


def test_an_image_of_one_pixel_can_be_measured():
    assert flip(np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)) > 0.5


def test_images_of_unequal_shapes_are_refused():
    with pytest.raises(ValueError, match="cannot be compared"):
        flip(IMAGE, IMAGE[:10])


def test_less_is_better():
    assert (FLIP.id, FLIP.higher_is_better) == ("flip", False)
