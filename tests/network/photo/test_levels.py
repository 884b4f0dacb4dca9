import numpy as np

from aictui.network.photo.config import STEPS_PER_ANCHOR, PhotoConfig
from aictui.network.photo.levels import Levels
from tests.network.photo.small import SMALL


def test_gains_follow_the_anchors_and_go_on_past_them(tensors):
    levels, table = Levels(SMALL, tensors), tensors["network/log_gain"]
    first = SMALL.below * STEPS_PER_ANCHOR
    np.testing.assert_allclose(np.log(levels.gain(first, 1)), table[1, 0], rtol=1e-5)
    middle = np.log(levels.gain(first + STEPS_PER_ANCHOR // 2, 0))
    np.testing.assert_allclose(middle, (table[0, 0] + table[0, 1]) / 2, rtol=1e-5)
    beyond = np.log(levels.gain(0, 0)) - np.log(levels.gain(STEPS_PER_ANCHOR, 0))
    np.testing.assert_allclose(beyond, -SMALL.anchor_ratio, rtol=1e-4)


def test_a_plane_is_a_third_of_the_step():
    config = PhotoConfig()
    assert abs(np.exp(config.levels_per_plane / STEPS_PER_ANCHOR * config.anchor_ratio) - 3) < 2e-3


def test_a_configuration_survives_json():
    import json

    assert PhotoConfig.from_json(json.loads(json.dumps(SMALL.to_json()))) == SMALL
