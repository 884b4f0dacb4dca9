import numpy as np

from aictui.entropy.blocks import BlockDecoder, BlockEncoder
from aictui.entropy.deflate import Deflate
from aictui.entropy.tables import uniform_context


def test_passes_come_back_and_a_cut_loses_the_last_only():
    rng = np.random.default_rng(0)
    passes = [rng.integers(-9, 9, size).astype(np.int32) for size in (0, 5, 4000, 7)]
    encoder = BlockEncoder(Deflate())
    for symbols in passes:
        encoder.put(symbols, uniform_context(len(symbols), 1))
    data = encoder.finish()
    for cut, whole in ((len(data), 4), (len(data) - 1, 3)):
        decoder = BlockDecoder(Deflate(), data[:cut])
        for number, symbols in enumerate(passes):
            found, known = decoder.get(uniform_context(len(symbols), 1))
            assert known == (len(symbols) if number < whole else 0)
            assert found.tolist() == (symbols.tolist() if number < whole else [0] * len(symbols))


def test_a_length_beyond_the_data_is_a_lost_block():
    found, known = BlockDecoder(Deflate(), b"\xff" * 30).get(uniform_context(3, 1))
    assert (found.tolist(), known) == ([0, 0, 0], 0)
