import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from aictui.entropy.adaptive import Adaptive
from aictui.entropy.base import Context, EntropyCoder
from aictui.entropy.deflate import Deflate
from aictui.entropy.range import Range
from aictui.entropy.raw import Raw
from aictui.entropy.tables import cost, from_distribution, uniform_context
from aictui.testing import conforms
from aictui.testing.data import latents
from tests.golden import same_as_fixture

CODERS = [Adaptive, Deflate, Range, Raw]
TABLES = from_distribution([0.2, 1.0, 5.0], 12, "laplace")
SYMBOLS = st.one_of(st.integers(-3, 3), st.integers(-128, 127))
WIDE = st.one_of(SYMBOLS, st.integers(-(2**31), 2**31 - 1))


@pytest.mark.parametrize("coder", CODERS)
def test_a_built_in_coder_keeps_the_rules(coder):
    conforms(coder)
    same_as_fixture(coder, "entropy", exact=coder is not Deflate)  # zlib may learn to pack better


@pytest.mark.parametrize("coder", CODERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data(), positions=st.integers(0, 90), count=st.integers(1, 6))
def test_any_symbols_come_back(coder: type[EntropyCoder], data, positions, count):
    elements = SYMBOLS if coder.symbol_range else WIDE
    symbols = data.draw(arrays(np.int32, positions * count, elements=elements))
    index = data.draw(arrays(np.uint16, positions * count, elements=st.integers(0, 2)))
    context = Context(index, TABLES, (positions, count))
    assert coder().decode(coder().encode(symbols, context), context).tolist() == symbols.tolist()


@pytest.mark.parametrize("coder", CODERS)
@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), positions=st.integers(0, 70), complete=st.booleans())
def test_any_bytes_decode_or_are_refused(coder: type[EntropyCoder], data, positions, complete):
    context = uniform_context(positions, 3, limit=9)
    try:
        decoder = coder().decoder(data, complete=complete)
        for _ in range(2):
            found, known = decoder.get(context)
            assert found.shape == (3 * positions,)
            assert 0 <= known <= 3 * positions
    except ValueError:
        pass


@pytest.mark.parametrize("coder", CODERS)
@settings(max_examples=25, deadline=None)
@given(share=st.floats(0, 1))
def test_what_a_cut_part_gives_as_known_is_right(coder: type[EntropyCoder], share):
    symbols, context = latents(100, 6)
    symbols = np.clip(symbols, -128, 127)
    encoder = coder().encoder()
    for _ in range(3):
        encoder.put(symbols, context)
    encoded = encoder.finish()
    decoder = coder().decoder(encoded[: int(share * len(encoded))], complete=False)
    for _ in range(3):
        found, known = decoder.get(context)
        assert (found[:known] == symbols[:known]).all()
        assert not found[known:].any()


def test_range_takes_no_more_than_a_byte_beyond_the_ideal():
    rng = np.random.default_rng(0)
    for size in (1, 10, 100, 5000):
        symbols, context = latents(size, 4)
        order = rng.permutation(len(symbols))
        context = Context(context.index[order], context.tables, context.shape)
        assert len(Range().encode(symbols[order], context)) - 1.01 <= cost(symbols[order], context) / 8


def test_adaptive_beats_deflate_by_a_fifth_without_a_prior():
    symbols, context = latents(3000, 16)
    assert len(Adaptive().encode(symbols, context)) < 0.8 * len(Deflate().encode(symbols, context))


def test_raw_takes_one_byte_a_symbol_however_many_passes():
    encoder = Raw().encoder()
    for count in (3, 0, 4):
        encoder.put(np.zeros(count, np.int32), uniform_context(count, 1))
    assert len(encoder.finish()) == 7


def test_raw_refuses_what_is_no_byte():
    with pytest.raises(ValueError, match="from -128 to 127"):
        Raw().encode(np.array([128], np.int32), uniform_context(1, 1))


def test_deflate_reads_no_more_than_the_symbols_of_a_pass():
    data = Deflate().encode(np.full(10**6, 3, np.int32), uniform_context(10**6, 1))
    decoder = Deflate().decoder(data, complete=True)
    found, known = decoder.get(uniform_context(10, 1))
    assert (found.tolist(), known) == ([3] * 10, 10)
    assert len(decoder._read(10)) == 10


def test_a_deflate_stream_that_ends_before_its_part_is_damaged_and_no_endless_loop():
    decoder = Deflate().decoder(
        Deflate().encode(np.ones(10, np.int32), uniform_context(10, 1)) + b"stray", complete=True
    )
    known = [decoder.get(uniform_context(4, 1))[1] for _ in range(3)]
    assert known == [4, 4, 0]


def test_deflate_data_that_ends_early_is_refused():
    data = Deflate().encode(np.arange(100, dtype=np.int32), uniform_context(100, 1))
    with pytest.raises(ValueError, match="ends early"):
        Deflate().decode(data[:20], uniform_context(100, 1))
