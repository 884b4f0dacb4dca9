import math

import numpy as np
import pytest

from aictui.metrics.ms_ssim import decibels, ms_ssim


def noisy(sigma: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[0:192, 0:208]
    base = 128 + 60 * np.sin(rows / 9) * np.cos(columns / 14)
    reference = np.stack([base, base[::-1], base[:, ::-1]], axis=-1)
    noise = np.random.default_rng(seed).normal(0, sigma, reference.shape)
    return np.uint8(reference), np.uint8(np.clip(reference + noise, 0, 255))


def test_equal_images_score_one() -> None:
    reference, _ = noisy(1)
    assert ms_ssim(reference, reference) == pytest.approx(1)


def test_more_noise_scores_lower() -> None:
    scores = [ms_ssim(*noisy(sigma)) for sigma in (2, 8, 30)]
    assert scores == sorted(scores, reverse=True)


def test_the_score_of_a_fixed_pair_agrees_with_the_reference_implementation() -> None:
    # pytorch_msssim.ms_ssim(data_range=255) on the same arrays
    assert ms_ssim(*noisy(12)) == pytest.approx(0.929838, abs=2e-6)


def test_the_order_of_channels_does_not_matter() -> None:
    reference, test = noisy(10)
    assert ms_ssim(reference[..., ::-1], test[..., ::-1]) == pytest.approx(ms_ssim(reference, test))


def test_a_small_image_is_refused_with_the_least_side() -> None:
    small = np.zeros((175, 400, 3), np.uint8)
    with pytest.raises(ValueError, match="176 pixels"):
        ms_ssim(small, small)


def test_decibels_spread_the_upper_end() -> None:
    assert decibels(0.99) == pytest.approx(20)
    assert decibels(1.0) == math.inf


def test_pictures_of_one_colour_differ_by_their_brightness_alone() -> None:
    dark, bright = (np.full((176, 176, 3), level, np.uint8) for level in (10, 40))
    luminance = (2 * 10 * 40 + 6.5025) / (10**2 + 40**2 + 6.5025)  # with the paper's (0.01 * 255)**2
    assert ms_ssim(dark, bright) == pytest.approx(luminance**0.1333)
