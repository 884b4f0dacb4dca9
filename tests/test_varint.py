import pytest
from hypothesis import given
from hypothesis import strategies as st

from aictui.varint import LONGEST, read_varint, varint


@given(st.integers(0, 2**63 - 1), st.binary(max_size=3), st.binary(max_size=3))
def test_a_number_comes_back_with_the_place_behind_it(number, before, after):
    spelled = varint(number)
    assert read_varint(before + spelled + after, len(before)) == (number, len(before) + len(spelled))


@pytest.mark.parametrize(("number", "length"), [(0, 1), (127, 1), (128, 2), (2**14 - 1, 2), (2**63 - 1, LONGEST)])
def test_a_number_takes_a_byte_for_seven_bits(number, length):
    assert len(varint(number)) == length


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 8, b"\xff" * 20])
def test_a_number_that_is_cut_or_too_long_is_none(data):
    assert read_varint(data, 0) is None
