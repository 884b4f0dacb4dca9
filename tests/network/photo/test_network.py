import numpy as np
from keras import ops

from aictui.network.photo.network import unit_mass
from tests.network.photo.small import SMALL, chunks_of


def outcome(network, keep=None, noise=None):
    chunks = np.stack([chunks_of(4, 4, seed) for seed in range(2)])
    level, tune = np.array([2, 7], np.float32), np.array([1, 0], np.float32)
    result = network.rate_distortion(chunks, level, tune, keep, visual=1, noise=noise)
    return ops.convert_to_numpy(result.chunks), ops.convert_to_numpy(result.bits)


def test_a_forward_pass_gives_chunks_and_the_bits_of_every_slice(network):
    chunks, bits = outcome(network)
    assert chunks.shape == (2, 4, 4, 768)
    assert bits.shape == (2, len(SMALL.slices))
    assert (bits > 0).all()


def test_crops_of_each_tune_go_through_the_analysis_of_that_tune(network):
    chunks = np.stack([chunks_of(3, 3)] * 2)
    level, tune = np.array([4, 4], np.float32), np.array([1, 0], np.float32)
    found = ops.convert_to_numpy(network.analyse(chunks, level, tune, 1))
    alone = [network.analyse(chunks[:1], level[:1], np.full(1, each, np.float32), each) for each in (1, 0)]
    np.testing.assert_allclose(found, np.concatenate([ops.convert_to_numpy(each) for each in alone]), atol=1e-5)
    assert np.abs(found[0] - found[1]).max() > 1e-3


def test_slices_that_are_not_kept_cost_nothing(network):
    whole, cut = outcome(network)[1], outcome(network, np.array([1, 3], np.int32))[1]
    np.testing.assert_allclose(cut[0], [whole[0, 0], 0, 0], rtol=1e-5)
    np.testing.assert_allclose(cut[1], whole[1], rtol=1e-5)


def test_noise_gives_about_the_rate_of_rounding(network):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 4, 4, SMALL.latents)).astype(np.float32)
    np.testing.assert_allclose(outcome(network, noise=noise)[1].sum(1), outcome(network)[1].sum(1), rtol=0.3)


def test_unit_masses_of_all_symbols_sum_to_one():
    distance = np.abs(np.arange(-40, 41)).astype(np.float32)
    for scale in (0.1, 1.0, 5.0):
        assert abs(float(ops.sum(unit_mass(distance, np.float32(scale)))) - 1) < 1e-4


def test_tables_are_linear_between_anchors_and_tunes(network):
    table = np.arange(2 * 10 * 3, dtype=np.float32).reshape(2, 10, 3)
    level, tune = np.array([0, 2.5, 9], np.float32), np.array([0, 0.5, 1], np.float32)
    found = ops.convert_to_numpy(network.at(table, level, tune))[:, 0, 0]
    np.testing.assert_allclose(found, [table[0, 0], (table[0, 2:4] + table[1, 2:4]).mean(0) / 2, table[1, 9]])
