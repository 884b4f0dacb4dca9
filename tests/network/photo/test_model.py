from dataclasses import replace

import numpy as np
import pytest
from keras import ops

from aictui.errors import Cancelled
from aictui.network.base import OperatingPoint
from tests.network.photo.small import SMALL, chunks_of, make_model

POINT = OperatingPoint(2000, SMALL.latents, 1)
FINE = OperatingPoint(3200, SMALL.latents, 1)


@pytest.mark.parametrize("point", [POINT, FINE], ids=["usual", "fine"])
def test_a_tile_with_its_surround_gives_what_the_whole_grid_gives(model, point):
    chunks = chunks_of(20, 11)
    whole = model.analyse(chunks, point)
    tile = model.analyse(chunks[2:19, 1:], point)

    def kept(margin):
        return slice(margin, 17 - margin), slice(margin, None)

    inner = kept(model.analysis_margin(point))
    np.testing.assert_allclose(tile[inner], whole[2:19, 1:][inner], atol=2e-4)
    shown, part = model.synthesise(whole, point), model.synthesise(whole[2:19, 1:], point)
    inner = kept(model.margin)
    assert np.abs(part[inner] - shown[2:19, 1:][inner]).max() * 255 < 1


def test_transforms_without_the_latents_that_a_level_lacks_are_those_of_all(model, tensors):
    coarse = make_model(tensors, replace(SMALL, fine_from=(12.0,)))
    chunks, fewer = chunks_of(6, 6), OperatingPoint(2000, 5, 1)
    whole, part = model.analyse(chunks, POINT), coarse.analyse(chunks, fewer)
    assert part.shape == (6, 6, 5)
    np.testing.assert_allclose(part, whole[..., :5], atol=1e-4)
    padded = np.zeros_like(whole)
    padded[..., :5] = part
    np.testing.assert_allclose(coarse.synthesise(padded, fewer), model.synthesise(padded, POINT), atol=1e-5)


def test_fine_latents_hold_what_coarse_ones_leave_to_the_nets(model):
    chunks = chunks_of(6, 6)
    errors = []
    for point in (POINT, FINE):
        missing = (chunks - model.synthesise(model.analyse(chunks, point), point)) @ model._inverse
        errors.append(np.sqrt(np.mean(np.square(missing))))
    assert errors[1] < errors[0] / 3


def test_latents_are_in_steps_that_shrink_as_the_level_grows(model):
    chunks = chunks_of(3, 3)
    sizes = [
        np.abs(model.analyse(chunks, OperatingPoint(level, SMALL.latents))).mean() for level in range(0, 3800, 400)
    ]
    assert (np.diff(sizes) > 0).all()


def test_synthesis_undoes_the_linear_part_of_analysis(model):
    chunks = chunks_of(4, 4)
    shown = model.synthesise(model.analyse(chunks, POINT), POINT)
    assert shown.shape == chunks.shape
    assert shown.dtype == np.float32


def test_work_can_be_stopped_at_several_moments_of_either_transform(model):
    moments = []

    def told(fraction, phase):
        moments.append((phase, fraction))

    model.synthesise(model.analyse(chunks_of(4, 4), POINT, told), POINT, progress=told)
    phases, fractions = zip(*moments, strict=True)
    assert phases == ("analysis",) * 5 + ("synthesis",) * 5
    assert list(fractions) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8] * 2)
    for work in (model.analyse, model.synthesise):
        grid = chunks_of(4, 4) if work == model.analyse else np.zeros((4, 4, SMALL.latents), np.float32)
        with pytest.raises(Cancelled):
            work(grid, POINT, progress=stop_late)


def test_a_preview_does_without_the_correction(model):
    near = model.nearby(FINE)
    assert (near.level, near.rough) == (3072, True)
    assert model.nearby(near) == near
    assert not model.nearby(POINT).rough
    assert model.analysis_margin(near) < model.analysis_margin(replace(near, rough=False))


@pytest.mark.parametrize(("largest", "count"), [(0.0, 5), (0.49, 5), (0.9, 5), (3.0, SMALL.latents)])
def test_a_last_slice_of_next_to_nothing_is_not_worth_coding(model, largest, count):
    latents = np.ones((40, 20, SMALL.latents), np.float32)
    latents[..., 5:] = 0
    latents[3, 4, 6] = largest
    assert model.worthwhile(latents) == count
    assert model.worthwhile(latents[..., :4]) == 4


def test_correction_is_part_of_the_analysis_that_is_told_of(model):
    moments = []
    model.analyse(chunks_of(4, 4), FINE, lambda fraction, phase: moments.append(fraction))
    assert moments == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])


def stop_late(fraction, phase):
    if fraction > 0:
        raise Cancelled("overtaken")


@pytest.mark.parametrize("least", [1, 1024])
def test_the_stages_of_a_transform_give_what_the_layer_gives(model, network, monkeypatch, least):
    monkeypatch.setattr("aictui.network.photo.inference.LEAST", least)
    latents = np.random.default_rng(0).normal(0, 2, (3, 5, SMALL.latents)).astype(np.float32)
    gain, spread = model._levels.gain(POINT.level, POINT.tune), model._levels.spread(POINT.level, POINT.tune)
    whole = network.synthesis((latents / gain)[None], spread, *model._levels.synthesis_scales(POINT.level, POINT.tune))
    np.testing.assert_allclose(model.synthesise(latents, POINT), ops.convert_to_numpy(whole)[0], atol=1e-3)


def test_each_tune_has_an_analysis_of_its_own(tensors, model):
    name = "network/analysis_visual/exit/kernel"
    other = make_model({**tensors, name: tensors[name] + np.float16(0.1)})
    chunks = chunks_of(4, 4)
    changed = [(model.analyse(chunks, at) != other.analyse(chunks, at)).any() for at in (replace(POINT, tune=0), POINT)]
    assert changed == [False, True]


def test_unfinished_latents_keep_their_units_at_a_lower_level(model):
    latents = model.analyse(chunks_of(4, 4), POINT)
    whole, early = model.synthesise(latents, POINT), model.synthesise(latents, POINT, POINT.level - 300)
    assert 0 < np.abs(whole - early).mean() < 0.1


def test_tunes_and_planes_come_from_the_configuration(model):
    assert model.tunes == ("psnr", "visual")
    assert model.default_tune == 1
    assert model.max_planes == SMALL.max_planes


def test_a_file_that_lacks_a_tensor_is_told_so(tensors):
    from tests.network.photo.small import make_model

    with pytest.raises(KeyError, match="exact/log_scale"):
        make_model({name: value for name, value in tensors.items() if name != "exact/log_scale"})


def test_latents_of_a_point_nearby_are_almost_those_of_the_point(model):
    chunks = chunks_of(4, 4)
    near = model.nearby(POINT)
    assert 0 < abs(near.level - POINT.level) <= 128
    assert model.nearby(near) == near
    own, carried = model.analyse(chunks, POINT), model.carried(model.analyse(chunks, near), near, POINT)
    assert np.abs(carried - own).mean() < 0.1 * np.abs(own).mean()
    assert model.carried(own[..., :8], POINT, POINT).shape == own[..., :8].shape


@pytest.mark.parametrize(("level", "tune", "planes"), [(2499, 0, 0), (2500, 0, 1), (2900, 0, 2), (2900, 1, 1)])
def test_planes_come_by_themselves_from_the_levels_where_a_tune_has_them_for_nearly_nothing(model, level, tune, planes):
    assert model.auto_planes(replace(POINT, level=level, tune=tune)) == planes
