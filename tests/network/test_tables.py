import numpy as np

from aictui.entropy.tables import PRECISION, check
from aictui.network.tables import REACH, SCALES, fit, fold, no_counts, scales, unfold


def test_tables_without_counts_are_valid_and_have_their_scales():
    tables = unfold(fit(no_counts()))
    check(tables)
    symbols = np.arange(-20, 21)
    for row in (24, 28, 32):
        mass = tables.frequencies[row, REACH - 20 : REACH + 21] / (1 << PRECISION)
        assert abs(np.sqrt((mass * symbols**2).sum() - 1 / 12) / scales()[row] - 1) < 0.15


def test_counts_outweigh_the_shape_that_tables_start_from():
    counts = no_counts()
    counts[20, [0, 1, 2]] = [70_000, 20_000, 10_000]
    tables = unfold(fit(counts))
    check(tables)
    mass = tables.frequencies[20] / (1 << PRECISION)
    np.testing.assert_allclose(mass[REACH - 2 : REACH + 3], [0.05, 0.1, 0.7, 0.1, 0.05], atol=2e-3)


def test_symbols_are_counted_by_scale_and_magnitude():
    counts = fold(np.array([[0, -1], [1, 9000]], np.int32), np.array([[3, 4], [4, 5]]))
    assert counts.shape == (SCALES, REACH + 2)
    assert counts[3, 0] == 1
    assert counts[4, 1] == 2
    assert counts[5, REACH + 1] == 1


def test_a_group_of_symbols_has_tables_of_its_own_and_leans_on_the_others_where_it_has_no_counts():
    counts = no_counts(2)
    counts[20, [0, 1]] = [90_000, 10_000]
    counts[SCALES + 20, [0, 1]] = [50_000, 50_000]
    counts[21, [0, 1]] = [90_000, 10_000]
    tables = unfold(fit(counts))
    check(tables)
    centre = tables.frequencies[[20, SCALES + 20, SCALES + 21], REACH] / (1 << PRECISION)
    np.testing.assert_allclose(centre, [0.9, 0.5, 0.9], atol=2e-3)
    np.testing.assert_array_equal(tables.scales[SCALES:], tables.scales[:SCALES])
