import numpy as np
import pytest

from aictui.network.photo.schedule import WINDOWS, nearest, pass_of, positions, surroundings, taps


@pytest.mark.parametrize("passes", [1, 2, 5])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 3), (9, 10)])
def test_every_chunk_is_coded_in_exactly_one_pass(passes, shape):
    found = np.concatenate(positions(*shape, passes))
    assert sorted(found) == list(range(shape[0] * shape[1]))


def test_five_passes_start_on_a_coarse_lattice_and_fill_it_up():
    order = pass_of(np.arange(4)[:, None], np.arange(4)[None], 5)
    assert order.tolist() == [[0, 4, 2, 4], [4, 3, 4, 3], [2, 4, 1, 4], [4, 3, 4, 3]]


@pytest.mark.parametrize("passes", [2, 5])
def test_taps_are_all_neighbours_that_an_earlier_pass_may_have_coded(passes):
    half, order = WINDOWS[passes] // 2, pass_of(np.arange(12)[:, None], np.arange(12)[None], passes)
    for row in range(half, 12 - half):
        for col in range(half, 12 - half):
            known = {
                (dy, dx)
                for dy in range(-half, half + 1)
                for dx in range(-half, half + 1)
                if order[row + dy, col + dx] < order[row, col]
            }
            assert known <= set(taps(passes)[order[row, col]])


def test_the_first_pass_knows_nothing():
    assert taps(5)[0] == taps(2)[0] == taps(1)[0] == ()


def test_the_nearest_neighbours_close_in_from_pass_to_pass():
    places = [{taps(5)[turn][i] for i in nearest(5)[turn]} for turn in range(5)]
    assert places == [
        set(),
        {(-2, -2), (-2, 2), (2, -2), (2, 2)},
        {(-2, 0), (2, 0), (0, -2), (0, 2)},
        {(-1, -1), (-1, 1), (1, -1), (1, 1)},
        {(-1, 0), (1, 0), (0, -1), (0, 1)},
    ]


def test_surroundings_tell_what_of_a_window_is_inside_the_grid():
    rows, cols = 3, 6
    kinds, inside = surroundings(rows, cols, 5)
    for chunk, kind in enumerate(kinds):
        row, col = divmod(chunk, cols)
        window = [(row + dy, col + dx) for dy in range(-2, 3) for dx in range(-2, 3)]
        assert inside[kind].tolist() == [0 <= y < rows and 0 <= x < cols for y, x in window]


def test_most_chunks_of_a_large_grid_have_the_same_surroundings():
    kinds, inside = surroundings(100, 200, 3)
    assert len(inside) == 9
    assert np.bincount(kinds).max() == 98 * 198
