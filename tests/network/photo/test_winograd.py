import numpy as np
import pytest
from keras import ops

from aictui.network.photo.winograd import convolve, transformed


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 3), (5, 4), (8, 12)])
def test_a_convolution_gives_what_that_of_the_library_gives(height, width):
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (2, height, width, 6)).astype(np.float32)
    kernel = rng.normal(0, 0.2, (3, 3, 6, 5)).astype(np.float32)
    expected = ops.convert_to_numpy(ops.conv(x, kernel, padding="same"))
    found = ops.convert_to_numpy(convolve(x, transformed(kernel)))
    np.testing.assert_allclose(found, expected, atol=1e-5)
