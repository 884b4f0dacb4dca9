from dataclasses import replace

import numpy as np
import pytest

from aictui.codec.components import for_settings
from aictui.codec.image import SourceImage
from aictui.codec.settings import Settings
from aictui.codec.workbench import Workbench


@pytest.fixture
def bench(linear, photo):
    settings = Settings(model="linear", planes=0)
    return Workbench(SourceImage(photo), for_settings(settings), settings)


def test_at_its_own_point_it_gives_what_the_passes_gave(bench):
    point = bench.point(50)
    trial = bench.attempt(point, keep=True, expect=True)
    again = bench.glance(trial.expectation, point)
    np.testing.assert_allclose(again.reconstruction.values, trial.reconstruction.values, atol=1e-5)


def test_fewer_latents_are_the_first_ones(bench):
    trial = bench.attempt(bench.point(50), keep=True, expect=True)
    few = bench.glance(trial.expectation, bench.point(50, 16))
    np.testing.assert_allclose(few.reconstruction.values, trial.reconstruction.values[..., :16], atol=1e-5)


def test_it_serves_no_other_tune_no_planes_no_more_latents_and_no_level_far_away(bench, linear, monkeypatch):
    monkeypatch.setattr(linear, "expecting_levels", 4)
    point = bench.point(50, 100)
    expectation = bench.attempt(point, expect=True).expectation
    near = [replace(point, level=54), replace(point, latents=99)]
    far = [replace(point, level=55), replace(point, latents=101), replace(point, tune=1), replace(point, planes=1)]
    assert [expectation.serves(linear, other) for other in (*near, *far)] == [True] * 2 + [False] * 4
