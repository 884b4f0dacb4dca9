import numpy as np
import pytest

from aictui.errors import Cancelled
from aictui.network.base import OperatingPoint
from aictui.network.photo import refining
from tests.network.photo.small import SMALL, chunks_of


@pytest.fixture
def few_steps(monkeypatch):
    monkeypatch.setattr(refining, "STEPS", 4)


@pytest.mark.parametrize("tune", [0, 1])
def test_refining_lowers_the_loss_that_it_descends(model, tune):
    chunks, point = chunks_of(4, 5), OperatingPoint(2100, SMALL.latents, tune)
    latents = model.analyse(chunks, point)
    found = model.refined(chunks, latents, point)
    assert found.shape == latents.shape
    assert found.dtype == np.float32
    assert loss(model, chunks, found, point) < loss(model, chunks, latents, point)


def test_the_same_picture_is_refined_alike(model, few_steps):
    chunks, point = chunks_of(3, 3), OperatingPoint(2000, SMALL.latents, 1)
    latents = model.analyse(chunks, point)
    first, second = (model.refined(chunks, latents, point) for _ in range(2))
    assert (first == second).all()
    assert (first != latents).any()


def test_latents_that_are_not_kept_do_not_matter(model, few_steps):
    chunks, point = chunks_of(3, 3), OperatingPoint(2000, 4, 0)
    latents = model.analyse(chunks, point)[..., :4]
    assert model.refined(chunks, latents, point).shape == (3, 3, 4)


def test_refining_tells_how_far_it_is_and_stops_when_told(model, few_steps):
    chunks, point = chunks_of(3, 3), OperatingPoint(2000, SMALL.latents, 0)
    told = []

    def progress(fraction, phase):
        told.append((fraction, phase))
        if len(told) == 3:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        model.refined(chunks, model.analyse(chunks, point), point, progress)
    assert told == [(0.0, "refining"), (0.25, "refining"), (0.5, "refining")]


@pytest.mark.parametrize("level", [0, SMALL.levels - 1])
def test_levels_beyond_those_of_training_are_refined_too(model, few_steps, level):
    chunks, point = chunks_of(3, 3), OperatingPoint(level, SMALL.latents, 0)
    assert np.isfinite(model.refined(chunks, model.analyse(chunks, point), point)).all()


def loss(model, chunks, latents, point):
    """Bits and distortion in the mean over random roundings that hardly leave a choice."""
    refiner = model._refiner
    heat, values = np.float32(0.05), []
    rng = np.random.default_rng(1)
    base = model._prior.base(point.level, point.tune) / 128 - 2.875
    place = np.full(1, point.level / 256 - SMALL.below, np.float32)
    share = np.full(1, point.tune, np.float32)
    tables = (
        model._levels.gain(point.level, point.tune),
        model._levels.spread(point.level, point.tune),
        *model._levels.synthesis_scales(point.level, point.tune),
    )
    kept = np.ones(SMALL.latents, np.float32)
    for _ in range(4):
        noise = rng.logistic(size=(1, *latents.shape)).astype(np.float32)
        arguments = (latents[None], refiner._weights, chunks[None], base.astype(np.float32), kept, tables, place, place)
        values.append(float(refiner._loss(point.tune > 0)(*arguments, share, heat, noise)))
    return np.mean(values)
