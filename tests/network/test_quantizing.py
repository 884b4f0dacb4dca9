import numpy as np
import pytest

from aictui.entropy.tables import from_distribution
from aictui.network.base import CodingPass
from aictui.network.quantizing import symbols_of
from aictui.quantizers.round import Round

SIDES = np.array([-1, 0, -1, -1]), np.array([1, 1, 0, 1])


@pytest.mark.parametrize(("limits", "due"), [(None, [0, 1, 2, 11]), ((-1, 1), [0, 1, 1, 1]), (SIDES, [0, 1, 0, 1])])
def test_symbols_are_of_32_bits_whatever_limits_them(limits, due):
    item = CodingPass(
        part=0,
        positions=np.arange(4),
        latents=slice(0, 3),
        elements=np.array([0, 1, 2, 11]),
        centres=np.zeros(4, np.int32),
        index=np.zeros(4, np.uint16),
        tables=from_distribution([1.0], 3),
        level=0,
        limits=limits,
    )
    symbols = symbols_of(item, np.arange(12, dtype=np.float32).reshape(4, 3), Round())
    assert symbols.dtype == np.int32
    assert symbols.tolist() == due
