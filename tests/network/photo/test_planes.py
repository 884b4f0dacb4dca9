import numpy as np
import pytest

from aictui.entropy.tables import PRECISION, check
from aictui.network.photo.planes import (
    FAR,
    NOT_LOWER,
    NOT_UPPER,
    OFFSETS,
    PLACES,
    ROWS,
    STAGES,
    Refinement,
    Thirds,
    count,
    fit,
    no_counts,
)
from aictui.network.tables import SCALES


def thirds(counts=None):
    return Thirds(fit(no_counts() if counts is None else counts)[0])


def test_thirds_are_likelier_towards_the_centre_and_mirror_each_other():
    refinement = thirds()
    check(refinement.tables)
    scale, ones = np.full(3, 20), np.zeros(3, np.int32)
    index = refinement.index(scale, ones, np.array([-20, 0, 20], np.int32))
    below, middle, above = refinement.tables.frequencies[index, :3].astype(int)
    assert below[2] > below[0]
    assert middle[0] == middle[2]
    assert (below == above[::-1]).all()


def test_every_scale_and_offset_has_a_row():
    refinement = thirds()
    last = refinement.index(np.array([SCALES - 1]), np.zeros(1, np.int32), np.array([99999], np.int32))
    assert last[0] == ROWS - 1 == SCALES * (2 * OFFSETS + 1) - 1
    assert len(refinement.tables.frequencies) == 4 * ROWS


def test_what_is_unlikely_to_move_waits():
    refinement = thirds()
    index = refinement.index(np.array([4, 40]), np.zeros(2, np.int32), np.zeros(2, np.int32))
    assert refinement.likely(index, 0.4).tolist() == [False, True]
    outer = 1 - refinement.tables.frequencies[index, 1] / (1 << PRECISION)
    np.testing.assert_allclose(refinement.tables.scales[index] ** 2, outer, rtol=1e-4)


def test_counts_of_real_thirds_outweigh_the_shape():
    counts = no_counts()
    row = thirds(counts).index(np.full(10_000, 30), np.full(10_000, 8), np.zeros(10_000, np.int32))
    count(counts[0], np.repeat(np.array([-1, 0, 1], np.int32), [1000, 2000, 7000]), row)
    tables = thirds(counts).tables
    np.testing.assert_allclose(tables.frequencies[row[0], :3] / (1 << PRECISION), [0.1, 0.2, 0.7], atol=2e-3)
    mirrored = thirds(counts).index(np.array([30]), np.array([-8]), np.array([0]))
    np.testing.assert_allclose(tables.frequencies[mirrored[0], :3] / (1 << PRECISION), [0.7, 0.2, 0.1], atol=2e-3)


def test_tables_tell_the_only_refinement_from_the_first_and_from_later_ones():
    refinement = Refinement(fit(no_counts()))
    assert len(refinement.thirds) == PLACES * STAGES
    only, first, later = refinement.of(0, 1), refinement.of(1, 2), refinement.of(0, 2)
    assert len({*only, *first, *later}) == len(refinement.thirds)
    assert refinement.of(2, 3) == first
    assert refinement.of(1, 3) == refinement.of(0, 3) == later


def test_the_likeliest_to_change_come_first():
    found = thirds()
    index = found.index(np.array([4, 40, 20]), np.zeros(3, np.int32), np.zeros(3, np.int32))
    assert found.ordered(index).tolist() == [1, 2, 0]


def test_changes_are_expected_where_outer_thirds_are_likely():
    found = thirds()
    rows = found.index(np.array([[4, 40, 40]]), np.zeros(3, np.int32), np.zeros(3, np.int32))
    never, often, hidden = found.changes(rows, np.array([[True, True, False]])) / (1 << 16)
    assert never < 0.01
    assert 0.6 < often < 0.7
    assert hidden == 0


def test_an_interval_leans_towards_its_centre():
    found = thirds()
    rows = found.index(np.full(3, 24), np.zeros(3, np.int32), np.array([-16, 0, 16]))
    below, middle, above = found.lean[rows]
    assert 0 < below == -above < 0.5
    assert middle == 0


@pytest.mark.parametrize("offset", [-20, 0, 20])
def test_an_interval_in_two_steps_costs_what_it_costs_in_one(offset):
    found = thirds()
    check(found.tables)
    row = int(found.index(np.array([25]), np.zeros(1, np.int32), np.array([offset]))[0])
    side = int(found.far(np.array([row]))[0])
    assert side == (-1 if offset < 0 else 1)
    whole, flag, left = (
        found.tables.frequencies[row + kind * ROWS, :3] / (1 << PRECISION)
        for kind in (0, FAR, NOT_UPPER if side > 0 else NOT_LOWER)
    )
    np.testing.assert_allclose(flag[1 + side], whole[1 + side], atol=1e-6)
    np.testing.assert_allclose(flag[1] * left, np.where(np.arange(-1, 2) == side, 0, whole), atol=1e-6)


def test_only_thirds_of_whole_intervals_are_counted():
    counts = no_counts()[0]
    row = thirds().index(np.full(1, 30), np.zeros(1, np.int32), np.full(1, 8))
    for kind in (0, FAR, NOT_UPPER, NOT_LOWER):
        count(counts, np.ones(1, np.int32), row + kind * ROWS)
    assert counts.sum() == counts[30, 8, 2] == 2
