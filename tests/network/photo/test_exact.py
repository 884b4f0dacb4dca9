import numpy as np
import pytest

from aictui.network import sharing
from aictui.network.photo import exact
from aictui.network.photo.exact import Affine, ExactPrior
from aictui.network.photo.schedule import pass_of
from tests.network.photo.small import SMALL, converse


def lattice_of(seed):
    """Answers with symbols that look random but depend on place and latent only."""

    def answer(item):
        rng = np.random.default_rng(seed)
        symbols = rng.integers(-3, 4, (200, SMALL.latents))[item.positions][:, item.latents]
        return (16 * symbols + item.centres).astype(np.int32)

    return answer


def walked(prior, rows=5, cols=7, level=1700, tune=1):
    items = converse(prior.walk(rows, cols, level, tune, SMALL.latents), lattice_of(3))
    return [(item.centres, item.index) for item in items]


def test_every_partial_sum_stays_where_float32_is_exact(tensors):
    for prior in ExactPrior(tensors, SMALL).slices:
        for layer in (prior.hidden, prior.head):
            weights, bias = layer.weights / layer.factor, layer.bias / layer.factor
            assert (weights == np.rint(weights)).all()
            assert (np.abs(weights).sum(0) * exact.ACTIVATION_LIMIT + np.abs(bias)).max() <= exact.EXACT


def test_weights_whose_sums_could_be_inexact_are_refused(tensors):
    large = {**tensors, "exact/0/hidden/weights": np.full_like(tensors["exact/0/hidden/weights"], 32767)}
    with pytest.raises(ValueError, match="sums of exact/0/hidden are not exact"):
        ExactPrior(large, SMALL)


def test_the_order_of_summation_does_not_matter(tensors, monkeypatch):
    expected = walked(ExactPrior(tensors, SMALL))

    def scaled(self, x):
        order = np.random.default_rng(0).permutation(x.shape[1])
        total = np.zeros((len(x), self.weights.shape[1]), np.float32)
        for column in order:
            total += x[:, column, None] * self.weights[column]
        return total + self.bias

    monkeypatch.setattr(Affine, "scaled", scaled)
    for (centres, index), (other_centres, other_index) in zip(
        expected, walked(ExactPrior(tensors, SMALL)), strict=True
    ):
        assert (centres == other_centres).all()
        assert (index == other_index).all()


def test_bands_change_nothing(tensors, monkeypatch):
    prior = ExactPrior(tensors, SMALL)
    whole = walked(prior)
    monkeypatch.setattr(exact, "BAND", 4)
    banded = walked(prior)
    for part in (0, 1):
        assert (
            np.concatenate([w[part].ravel() for w in whole]) == np.concatenate([b[part].ravel() for b in banded])
        ).all()


def test_a_grid_that_the_cores_share_is_walked_as_one_thread_walks(tensors, monkeypatch):
    prior = ExactPrior(tensors, SMALL)
    whole = walked(prior, 12, 16)
    monkeypatch.setattr(sharing, "MOST", 5)
    monkeypatch.setattr(sharing, "LEAST", 2)
    monkeypatch.setattr(sharing, "CORES", 3)
    for (centres, index), (other_centres, other_index) in zip(whole, walked(prior, 12, 16), strict=True):
        assert (centres == other_centres).all()
        assert (index == other_index).all()


def test_the_integer_prior_says_what_the_trained_one_says(network, tensors):
    """Centres and scales of both, on what the integer prior decoded."""
    from keras import ops

    from aictui.network.photo.export import layer_inputs

    rows, cols, anchor, tune = 5, 7, 4, 1
    prior = ExactPrior(tensors, SMALL)
    shape = (rows * cols, SMALL.latents)
    values, centres, logs = np.zeros(shape), np.zeros(shape), np.zeros(shape)

    def answer(item):
        lattice = lattice_of(3)(item)
        where = item.positions, item.latents
        values[where], centres[where] = lattice / 16, item.centres / 16
        logs[where] = exact.LOG_SCALE_LOW + item.index / exact.LOG_SCALE_STEP
        return lattice

    level = (anchor + SMALL.below) * 256
    converse(prior.walk(rows, cols, level, tune, SMALL.latents), answer)
    setting = np.full(1, anchor, np.float32), np.full(1, tune, np.float32)
    base = ops.convert_to_numpy(network.at(network.log_scale, *setting))[0, 0, 0]
    grid = values.reshape(1, rows, cols, -1).astype(np.float32)
    turns = [turn for passes in SMALL.passes for turn in range(passes)]
    for turn, (i, mask, inputs) in zip(turns, layer_inputs(network, grid, *setting), strict=True):
        start, size = SMALL.starts[i], SMALL.slices[i]
        out = np.array(network.priors[i].head(inputs["head"]))
        part = slice(start, start + size)
        known = (pass_of(*np.mgrid[:rows, :cols], SMALL.passes[i]) < turn)[None, ..., None].astype(np.float32)
        _, mean = network.priors[i].look(grid[..., part] * known, known, turn)
        out[:, :size] += np.broadcast_to(mean, (1, rows, cols, size))[0][mask]
        assert np.abs(out[:, :size] - centres[mask.ravel(), part]).max() < 0.1
        expected = np.clip(base[part] + out[:, size:], exact.LOG_SCALE_LOW, 5)
        assert np.abs(expected - logs[mask.ravel(), part]).max() < 0.09


def test_errors_of_rounded_weights_cancel_on_what_was_seen():
    from aictui.network.photo.export import Seen, whole_weights

    rng = np.random.default_rng(5)
    x = rng.normal(1, 1, (2000, 3)) @ rng.normal(0, 1, (3, 40)) + rng.normal(0, 0.1, (2000, 40))
    weights = rng.normal(0, 4, (41, 8))
    seen = Seen(40)
    for part in np.split(x, 4):
        seen.add(part)
    whole = whole_weights(weights, seen.moments)
    assert (whole == np.rint(whole)).all()
    x = np.concatenate([x, np.ones((2000, 1))], axis=1)
    error, plain = (np.abs(x @ (found - weights)).mean() for found in (whole, np.rint(weights)))
    assert error < 0.3 * plain


def test_levels_past_the_anchors_go_on_growing(tensors):
    prior = ExactPrior(tensors, SMALL)
    steps = [prior.base(level, 0).mean() for level in range(0, SMALL.levels, 256)]
    assert (np.diff(steps) > 0).all()


@pytest.mark.parametrize("past", [1, 300, 768])
def test_past_the_anchors_the_prior_goes_on_in_the_steps_of_the_last_one(tensors, past):
    prior, last = ExactPrior(tensors, SMALL), (SMALL.below + SMALL.anchors - 1) * 256
    growth = np.exp(past / 256 * SMALL.anchor_ratio)
    coded = []

    def answer(item):
        coded.append(lattice_of(3)(item))
        return coded[-1]

    there = converse(prior.walk(5, 7, last, 1, SMALL.latents), answer)
    again = iter(coded)
    finer = converse(
        prior.walk(5, 7, last + past, 1, SMALL.latents), lambda _: np.rint(next(again) * growth).astype(np.int32)
    )
    for before, after in zip(there, finer, strict=True):
        np.testing.assert_allclose(after.centres, before.centres * growth, atol=1, rtol=0.01)


def test_brightness_is_predicted_from_the_nearest_however_far_it_is_from_zero(tensors):
    """A plain grid hundreds of steps bright: a pass that knows neighbours expects no other value."""
    expected = []

    def answer(item):
        if item.latents.start == 0:
            expected.append(item.centres)
            return np.full(item.centres.shape, 16 * 500, np.int32)
        return item.centres

    converse(ExactPrior(tensors, SMALL).walk(8, 8, 1700, 1, SMALL.latents), answer)
    assert np.abs(expected[0]).max() < 16 * 100
    for centres in expected[1:5]:
        assert np.abs(centres - 16 * 500).max() < 16 * 20
