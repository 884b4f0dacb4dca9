import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aictui.errors import UsageError
from aictui.quantizers.deadzone import Deadzone
from aictui.quantizers.int8 import Int8
from aictui.quantizers.round import Round
from aictui.testing import conforms
from tests.golden import same_as_fixture

CENTRES = arrays(np.int32, 20, elements=st.integers(-(2**20), 2**20))
VALUES = arrays(np.float32, 20, elements=st.floats(-(2**16), 2**16, width=32))
ONES = np.ones(20, np.float32)


@pytest.mark.parametrize("quantizer", [Deadzone, Int8, Round])
def test_a_built_in_quantizer_keeps_the_rules(quantizer):
    conforms(quantizer)
    same_as_fixture(quantizer, "quantizers")


@given(VALUES, CENTRES)
def test_rounding_is_never_more_than_half_a_step_off(values, centres):
    symbols = Round().quantize(values, centres, ONES)
    assert np.abs(Round().dequantize(symbols, centres, ONES) - values).max() <= 0.52  # float32 has 1/128 at 2**16


@given(VALUES, CENTRES)
def test_a_dead_zone_never_moves_a_value_away_from_its_centre(values, centres):
    assert (np.abs(Deadzone().quantize(values, centres, ONES)) <= np.abs(Round().quantize(values, centres, ONES))).all()


@given(arrays(np.float32, 20, elements=st.floats(-127, 127, width=32)), CENTRES)
def test_int8_keeps_every_byte_whatever_the_centre(values, centres):
    symbols = Int8().quantize(values, centres, ONES)
    assert symbols.min() >= -128
    assert symbols.max() <= 127
    assert (Int8().dequantize(symbols, centres, ONES) == np.rint(values)).all()
    assert (Int8().lattice(symbols, centres) == 16 * np.rint(values)).all()


def test_int8_symbols_are_small_where_the_centre_is_right():
    centres = np.array([160, -320], np.int32)
    assert Int8().quantize(np.array([10.4, -19.0], np.float32), centres, ONES[:2]).tolist() == [0, 1]


def test_a_zone_of_half_a_step_or_more_is_refused():
    with pytest.raises(UsageError, match=r"zone takes a number from 0 to 0\.5, not 0\.7"):
        Deadzone(zone=0.7)


def test_only_symbols_a_whole_step_apart_nest_in_coarser_ones():
    class Half(Round):
        def lattice(self, symbols, centres):
            return symbols * np.int32(8) + centres

    assert Round().nests
    assert Deadzone().nests
    assert not Half().nests
