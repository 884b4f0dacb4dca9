import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aictui.entropy.stream import StreamDecoder, StreamEncoder, categorical, uniform


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), max_size=200), st.integers(1, 2**24 - 2))
def test_symbols_come_back_whatever_their_probabilities(symbols, first):
    model = categorical(np.array([first, 2**24 - 1 - first, 1], np.uint32))
    encoder = StreamEncoder()
    encoder.put(np.array(symbols, np.int32), model)
    assert StreamDecoder(encoder.finish(), complete=True).take(len(symbols), model).tolist() == symbols


def test_nothing_takes_no_byte_and_what_is_sure_hardly_any():
    assert StreamEncoder().finish() == b""
    encoder = StreamEncoder()
    encoder.put(np.zeros(10000, np.int32), categorical(np.array([2**24 - 1, 1], np.uint32)))
    assert len(encoder.finish()) <= 1


def test_a_cut_stream_gives_all_that_its_bytes_decide_and_then_ends():
    symbols = np.random.default_rng(0).integers(0, 256, 100).astype(np.int32)
    encoder = StreamEncoder()
    encoder.put(symbols, uniform(256))
    decoder = StreamDecoder(encoder.finish()[:50], complete=False)
    found = decoder.take(100, uniform(256))
    assert found.tolist() == symbols[: len(found)].tolist()
    assert 48 <= len(found) <= 50
    assert decoder.ended
    assert len(decoder.take(5, uniform(256))) == 0


def test_what_no_encoder_writes_is_refused():
    with pytest.raises(ValueError, match="damaged"):
        StreamDecoder(b"\xff" * 20, complete=True).take(40, categorical(np.array([1, 2**24 - 1], np.uint32)))
