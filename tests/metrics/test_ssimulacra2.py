import numpy as np
import pytest

from aictui.metrics.ssimulacra2 import ssimulacra2


def test_the_same_picture_scores_100_and_a_noisy_one_less() -> None:
    reference = np.random.default_rng(0).integers(60, 190, (64, 48, 3), dtype=np.uint8)
    noisy = reference + np.random.default_rng(1).integers(0, 20, reference.shape, dtype=np.uint8)
    assert ssimulacra2(reference, reference) == pytest.approx(100)
    assert ssimulacra2(reference, noisy) < 90
