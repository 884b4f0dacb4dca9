import numpy as np
import pytest

from aictui.network.backend import use_keras

use_keras()

from keras import ops  # noqa: E402

from aictui.network.photo.visual import distortion, score  # noqa: E402


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    reference = rng.random((1, 64, 64, 3)).astype(np.float32) * 0.5 + 0.2
    return reference, np.clip(reference + rng.normal(0, 0.05, reference.shape), 0, 1).astype(np.float32)


def test_equal_images_have_next_to_no_distortion(pair):
    assert float(distortion(pair[0], pair[0])[0]) < 0.3


def test_the_distortion_of_a_pair_is_known(pair):
    raw = distortion(*map(ops.convert_to_tensor, pair))
    assert float(raw[0]) == pytest.approx(12.485, abs=0.05)
    assert float(score(raw)[0]) == pytest.approx(24.77, abs=0.1)


def test_the_score_is_near_that_of_the_reference_implementation():
    from aictui.metrics.ssimulacra2 import ssimulacra2

    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:256, 0:256]
    one = (128 + 80 * np.sin(y / 9 + x / 23))[..., None] + rng.normal(0, 4, (256, 256, 3))
    one = np.clip(one, 0, 255).astype(np.uint8)
    two = np.clip(one + rng.normal(0, 6, one.shape), 0, 255).astype(np.uint8)
    ours = float(score(distortion(one[None] / np.float32(255), two[None] / np.float32(255)))[0])
    assert ours == pytest.approx(ssimulacra2(one, two), abs=2.5)
