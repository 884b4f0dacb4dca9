import numpy as np
import pytest

from aictui.network.backend import use_keras

use_keras()

from keras import ops  # noqa: E402

from aictui.network.progressive import draw, exact_loss, keep_first, sampled_loss  # noqa: E402


@pytest.fixture
def tiny():
    """Latents, chunks and a decoder that is not linear."""
    rng = np.random.default_rng(0)
    latents, chunks = rng.normal(size=(3, 6)).astype(np.float32), rng.normal(size=(3, 4)).astype(np.float32)
    weights = rng.normal(size=(6, 4)).astype(np.float32)
    return latents, chunks, lambda x: ops.tanh(ops.matmul(x, weights))


def loss_of(n, latents, chunks, decode):
    """The definition, in NumPy: keep the first n values, write 0 to the rest, decode, squared error."""
    cut = latents.copy()
    cut[:, n:] = 0
    return float(np.mean((np.asarray(ops.convert_to_numpy(decode(cut))) - chunks) ** 2))


def test_the_first_n_are_kept():
    kept = keep_first(np.ones((2, 4), np.float32), np.array([1, 3], np.int32))
    assert ops.convert_to_numpy(kept).tolist() == [[1, 0, 0, 0], [1, 1, 1, 0]]


def test_the_exact_loss_is_the_weighted_sum_over_every_n(tiny):
    latents, chunks, decode = tiny
    expected = sum(n * loss_of(n, latents, chunks, decode) for n in range(1, 7)) / (6 * 7 / 2)
    assert float(exact_loss(decode, ops.convert_to_tensor(latents), chunks)) == pytest.approx(expected, rel=1e-5)


def test_the_sampled_loss_has_the_exact_loss_as_its_expectation(tiny):
    latents, chunks, decode = tiny
    every = [float(sampled_loss(decode, latents, chunks, np.full(3, n, np.int32))) for n in range(1, 7)]
    expectation = sum(n / 21 * loss for n, loss in zip(range(1, 7), every, strict=True))
    assert expectation == pytest.approx(float(exact_loss(decode, ops.convert_to_tensor(latents), chunks)), rel=1e-5)


def test_numbers_are_drawn_in_proportion_to_themselves():
    drawn = draw(np.random.default_rng(0), 210_000, 6)
    counts = np.bincount(drawn, minlength=7)
    assert counts[0] == 0
    assert counts[1:] == pytest.approx(10_000 * np.arange(1, 7), rel=0.05)


def test_the_mean_of_samples_is_the_exact_loss(tiny):
    latents, chunks, decode = tiny
    rng, many = np.random.default_rng(1), 20_000
    repeated = np.tile(latents, (many, 1)), np.tile(chunks, (many, 1))
    mean = float(sampled_loss(decode, *repeated, draw(rng, 3 * many, 6)))
    assert mean == pytest.approx(float(exact_loss(decode, ops.convert_to_tensor(latents), chunks)), rel=0.02)
