import numpy as np
import pytest

from aictui.entropy.base import Context
from aictui.entropy.tables import (
    PRECISION,
    SymbolTables,
    check,
    cost,
    from_distribution,
    normalise,
)


@pytest.mark.parametrize("distribution", ["gaussian", "laplace", "logistic"])
def test_tables_of_a_distribution_have_its_standard_deviation(distribution):
    tables = from_distribution([0.05, 1.0, 10.0], 100, distribution)
    check(tables)
    chances = tables.frequencies[2, :-1] / 2**PRECISION
    symbols = np.arange(-100, 101)
    assert (chances * symbols**2).sum() ** 0.5 == pytest.approx(10, rel=0.01)
    assert tables.frequencies[2, 60] == pytest.approx(tables.frequencies[2, 140], rel=1e-4)


def test_weights_of_nothing_make_a_uniform_row():
    assert normalise([[0, 0, 0, 0]]).tolist() == [[2**22] * 4]


@pytest.mark.parametrize("weights", [[[np.nan]], [[-1.0]], [1.0]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        normalise(weights)


def test_tables_of_a_damaged_model_are_found_out():
    good = from_distribution([1.0], 3)
    frequencies = good.frequencies.copy()
    frequencies[0, 0] += 1
    with pytest.raises(ValueError, match="sum to"):
        check(SymbolTables(frequencies, -3, good.scales))
    with pytest.raises(ValueError, match="malformed"):
        check(SymbolTables(good.frequencies[0], -3, good.scales))


def test_the_cost_of_symbols_is_the_sum_of_their_code_lengths():
    tables = from_distribution([0.5, 3.0], 4)
    lengths = tables.lengths
    symbols, index = np.array([0, -4, 5], np.int32), np.array([0, 1, 1], np.uint16)
    due = lengths[0, 4] + lengths[1, 0] + lengths[1, -1] + 1  # which says by how much the last one lies beyond
    assert cost(symbols, Context(index, tables, (3, 1))) == pytest.approx(due, abs=1e-3)
