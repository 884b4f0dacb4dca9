import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aictui.codec.rate import (
    EXTRA_TRIES,
    Axis,
    Search,
    latent_axis,
    position_for_psnr,
    position_for_size,
    rehearse,
    size_guess,
)

AXIS = Axis(tuple(math.log(0.05) + position * 0.0015 for position in range(3000)), 0)


class Photo:
    """Bytes by level of a picture that is not quite an ordinary one."""

    def __init__(self, complexity=1.0, slope=1.0, bend=0.0):
        self.shape = complexity, slope, bend
        self.asked = []

    def size(self, position):
        complexity, slope, bend = self.shape
        self.asked.append(position)
        u = AXIS.value(position)
        return complexity * 50_000 * math.exp(slope * u + bend * u * u)

    def psnr(self, position):
        return 10 + 4.3 * math.log(self.size(position) + 500)


@given(st.floats(0.2, 4), st.floats(0.75, 1.3), st.floats(-0.03, 0.03), st.floats(0.1, 2))
@settings(max_examples=80)
def test_a_size_is_met_within_two_percent_in_four_tries(complexity, slope, bend, bits):
    photo = Photo(complexity, slope, bend)
    goal = bits * 400_000 / 8
    if not photo.size(0) < goal < photo.size(AXIS.last):
        return
    photo.asked.clear()
    position = position_for_size(Search(AXIS), goal, size_guess(AXIS, goal, 0, 400_000, 0.0), photo.size, 4)
    tries = len(photo.asked)
    assert tries <= 4
    assert 0.98 * goal <= photo.size(position) <= 1.03 * goal
    assert photo.size(position) <= goal or tries == 4


@pytest.mark.parametrize("overhead", [60, 6_000])
@pytest.mark.parametrize("bits", [0.1, 0.5, 2])
def test_what_every_file_has_beside_the_picture_takes_no_more_tries(overhead, bits):
    photo = Photo(complexity=1.5, slope=1.1)
    goal = overhead + bits * 5_000 / 8
    guess = size_guess(AXIS, goal, overhead, 5_000, 0.0)

    def size(position):
        return overhead + photo.size(position) / 80

    found = position_for_size(Search(AXIS), goal, guess, size, 4, overhead=overhead)
    assert len(photo.asked) <= 3
    assert 0.98 * goal <= size(found) <= goal


def test_no_more_tries_go_into_a_file_that_is_cut_by_next_to_nothing():
    asked = []

    def size(position):
        asked.append(position)
        return 1002 if position > 1000 else 900  # no position has between 900 and 1002 bytes

    assert size(position_for_size(Search(AXIS), 1000, 1500, size, 4)) == 1002
    assert len(asked) == 5  # one of them for the comparison


@given(st.floats(0.3, 3), st.floats(0.8, 1.2), st.floats(45, 55))
@settings(max_examples=60)
def test_a_psnr_is_reached_with_little_excess(complexity, slope, goal):
    photo = Photo(complexity, slope)
    position = position_for_psnr(Search(AXIS, 4.5), goal, 1000, photo.psnr, 4)
    tries = len(photo.asked)
    if position is None:
        assert photo.psnr(AXIS.last) < goal
    else:
        assert tries <= 4
        assert goal <= photo.psnr(position)
        assert photo.psnr(position) <= goal + 0.13 or position == 0


def test_a_goal_below_the_coarsest_position_gives_that_one_to_be_cut():
    photo = Photo()
    assert position_for_size(Search(AXIS), photo.size(0) / 2, 500, photo.size, 4) == 0


def test_a_goal_above_the_finest_position_gives_that_one():
    photo = Photo()
    assert position_for_size(Search(AXIS), photo.size(AXIS.last) * 2, 500, photo.size, 4) == AXIS.last


@pytest.mark.parametrize(("cuttable", "position"), [(True, 6), (False, 5)])
def test_a_coarse_scale_is_cut_from_above_where_the_coder_allows_it(cuttable, position):
    axis = latent_axis(256, 1 / 32)
    assert position_for_size(Search(axis), 570, 6, lambda latents: 100.0 * latents, 4, cuttable=cuttable) == position


@pytest.mark.parametrize(("spare", "tries"), [(0.0, 2), (0.01, 1)])
def test_a_file_that_can_spare_its_end_needs_no_other_try(spare, tries):
    photo, asked = Photo(complexity=1.4, slope=1.1), []

    def measure(position):
        asked.append(position)
        return photo.size(position)

    goal = photo.size(500) / 1.005
    found = position_for_size(Search(AXIS), goal, 500, measure, 4, spare=lambda position: spare)
    assert (found == 500) == bool(spare)
    assert len(asked) == tries


def test_a_small_tolerance_comes_closer():
    for goal in (20_000, 50_000, 90_000):
        photo = Photo(complexity=1.4, slope=1.1)
        found = photo.size(position_for_size(Search(AXIS), goal, 300, photo.size, 8, tolerance=0.003))
        assert 0.997 * goal <= found <= goal


@given(st.lists(st.floats(0, 2), min_size=40, max_size=40), st.integers(0, 39), st.floats(0.5, 45), st.integers(3, 5))
@settings(max_examples=100)
def test_a_psnr_is_reached_nearly_whatever_the_curve(steps, start, goal, tries):
    values, asked = np.cumsum(steps).tolist(), []

    def measure(position):
        asked.append(position)
        return values[position]

    axis = Axis(tuple(position / 10 for position in range(40)), 0)
    found = position_for_psnr(Search(axis, 4.5), goal, start, measure, tries)
    assert len(asked) <= tries + EXTRA_TRIES
    assert (found is None) == (values[-1] < goal)
    if found is not None:
        assert values[found] >= goal
        assert values[found] <= goal + 0.15 or found == 0 or values[found - 1] < goal or len(asked) > tries


@given(st.lists(st.floats(0, 0.3), min_size=40, max_size=40), st.integers(0, 39), st.floats(0.1, 100))
@settings(max_examples=100)
def test_a_size_is_met_nearly_whatever_the_curve(steps, start, goal):
    sizes, asked = np.exp(np.cumsum(steps)).tolist(), []

    def measure(position):
        asked.append(position)
        return sizes[position]

    axis = Axis(tuple(position / 10 for position in range(40)), 0)
    found = position_for_size(Search(axis), goal, start, measure, 4)
    assert len(asked) <= 4 + EXTRA_TRIES
    assert found in asked
    if sizes[0] <= goal and len(asked) < 4 + EXTRA_TRIES:
        nearest = max(size for size in sizes if size <= goal)
        assert sizes[found] > goal or sizes[found] >= min(0.97 * goal, nearest)


@pytest.mark.parametrize("step", [400, 1300, 2600])
def test_a_curve_with_a_cliff_takes_more_tries_rather_than_end_far_away(step):
    def size(position):
        return 1000 * math.exp(0.0002 * position + (3 if position > step else 0))

    def psnr(position):
        return 20 + 0.001 * position + (20 if position > step else 0)

    below = 0.95 * size(step)
    assert 0.97 * below <= size(position_for_size(Search(AXIS), below, 1500, size, 4)) <= below
    goal = psnr(step + 1) + 0.1
    assert goal <= psnr(position_for_psnr(Search(AXIS, 4.5), goal, 1500, psnr, 4)) <= goal + 0.15


def test_a_sample_teaches_the_curve_of_its_picture():
    picture, sample = Photo(complexity=1.5, slope=1.2, bend=0.02), Photo(complexity=0.3, slope=1.2, bend=0.02)
    goal = 40_000
    expected = rehearse(Search(AXIS), math.log(goal / 5), 400, 0.03, lambda at: math.log(sample.size(at)))
    assert len(sample.asked) <= 3
    start = expected.position(math.log(goal / 5))
    found = position_for_size(Search(expected), goal, start + 60, picture.size, 2)
    assert 0.98 * goal <= picture.size(found) <= goal
