from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aictui.codec.coding import PartData, PartWriter, dequantize, quantize
from aictui.entropy.range import Range
from aictui.network.base import OperatingPoint
from aictui.network.photo.planes import LEAN, ROWS, THRESHOLDS
from aictui.quantizers.round import Round
from tests.network.photo.small import SMALL, converse, make_model


def coded(model, latents, point):
    """Rounds latents pass by pass; gives the passes and the values that a decoder knows at the end."""
    rows, cols, _ = latents.shape
    flat = latents.reshape(rows * cols, -1)
    values = np.zeros_like(flat)

    def answer(item):
        target = item.pick(flat) / item.step
        symbols = np.rint(target - item.centres / 16).astype(np.int32)
        if item.limits is not None:
            symbols = np.clip(symbols, *item.limits)
        lattice = 16 * symbols + item.centres
        item.place(values, lattice / 16 * item.step)
        return lattice.astype(np.int32)

    return converse(model.passes(rows, cols, point), answer), values.reshape(latents.shape)


def random_latents(rows, cols, seed=0):
    return np.random.default_rng(seed).laplace(0, 3, (rows, cols, SMALL.latents)).astype(np.float32)


@pytest.mark.parametrize("far", [0, 2047, -2047.9, 2300, -7000])
@pytest.mark.parametrize("planes", [0, 1, 2])
def test_every_latent_ends_within_half_a_step(model, planes, far):
    latents = random_latents(5, 6)
    latents[::2, :, 0] += far
    point = OperatingPoint(2500, SMALL.latents, 0, planes)
    _, values = coded(model, latents, point)
    assert np.abs(values - latents).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("share", [1.0, 0.6])
def test_the_codec_holds_what_the_passes_stand_for(model, share):
    latents = random_latents(5, 6)
    point = OperatingPoint(2500, SMALL.latents, 0, 1)
    writer = PartWriter(Range())
    promised = quantize(model, latents, point, Round(), writer.put, keep=True)
    assert np.abs(promised.values - latents).max() <= 0.5 + 1e-5
    parts = [PartData(part) for part in writer.finish()]
    first = parts[2]
    parts[2:] = [replace(first, payload=first.payload[: int(share * len(first.payload))], complete=share == 1)]
    known = dequantize(model, 5, 6, point, Round(), Range(), parts)
    assert np.abs(known.values - latents).max() <= (1.0 if share == 1 else 1.5 + LEAN) + 1e-5
    assert np.abs(known.values - latents).mean() > np.abs(promised.values - latents).mean()


def test_parts_never_decrease_and_planes_come_one_after_the_other(model):
    items, _ = coded(model, random_latents(4, 4), OperatingPoint(2500, SMALL.latents, 0, 2))
    parts, steps = [item.part for item in items], [item.step for item in items]
    assert parts == sorted(parts)
    assert steps == sorted(steps, reverse=True)
    assert set(steps) == {9, 3, 1}
    assert len(set(parts)) == 2 + 2 * (1 + len(THRESHOLDS))


def test_a_refinement_takes_every_latent_once_or_in_two_steps(model):
    latents = random_latents(4, 5)
    items, _ = coded(model, latents, OperatingPoint(2500, SMALL.latents, 0, 1))
    taken, split = np.zeros((2, 20, SMALL.latents), int)
    for item in items:
        if item.elements is not None:
            item.place(taken, item.pick(taken) + 1)
            item.place(split, item.pick(split) + (item.rest is not None))
    assert split.any()
    assert (taken >= 1).all()
    assert (taken <= 1 + split).all()


def test_a_refinement_begins_with_what_is_likeliest_to_change(model):
    items, _ = coded(model, random_latents(4, 5), OperatingPoint(2500, SMALL.latents, 0, 1))
    first = next(item for item in items if item.elements is not None)
    middle = first.tables.frequencies[first.index % ROWS, 1].astype(int)
    assert len(middle) > 1
    assert (np.diff(middle >> 8) >= 0).all()


def test_the_first_walk_ends_where_few_changes_are_expected(tensors):
    certain = tensors["exact/log_scale"].copy()
    certain[..., SMALL.starts[-1] :] = -30_000
    model = make_model(tensors | {"exact/log_scale": certain})
    latents = random_latents(4, 5)
    latents[..., SMALL.starts[-1] :] = 0
    items, _ = coded(model, latents, OperatingPoint(1400, SMALL.latents, 0, 1))
    stops = [max(item.latents.stop for item in items if item.part == part) for part in range(items[-1].part + 1)]
    base, _, first, second = stops[-4:]
    assert first == SMALL.starts[-1]
    assert base == second == SMALL.latents


def test_only_the_first_latents_are_coded_where_fewer_are_kept(model):
    items = converse(model.passes(3, 3, OperatingPoint(1500, 4)), lambda item: item.centres)
    assert max(item.latents.stop for item in items) == 4
    assert sum(item.centres.size for item in items) == 9 * 4


@given(rows=st.integers(1, 6), cols=st.integers(1, 6), level=st.integers(0, SMALL.levels - 1), planes=st.integers(0, 2))
@settings(max_examples=15, deadline=None)
def test_any_grid_at_any_level_is_walked_alike_by_both_sides(model, rows, cols, level, planes):
    point = OperatingPoint(level, SMALL.latents, 1, planes)
    latents = random_latents(rows, cols, level)
    first, values = coded(model, latents, point)
    second, again = coded(model, values, point)
    assert np.abs(values - again).max() < 1e-4 * (1 + np.abs(values).max())
    for one, other in zip(first, second, strict=True):
        assert (one.index == other.index).all()
        assert (one.centres == other.centres).all()
