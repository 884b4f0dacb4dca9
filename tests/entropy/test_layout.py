import numpy as np

from aictui.entropy.layout import Layout, find


def picture(rows: int, cols: int) -> np.ndarray:
    noise = np.random.default_rng(3).normal(size=(rows + 6, cols + 6)).cumsum(0).cumsum(1)
    return (20 * (noise - noise.mean()) / noise.std())[:rows, :cols]


def test_rows_of_a_picture_are_found():
    plane = picture(20, 30) + np.random.default_rng(1).normal(size=(20, 30))
    assert find(plane.ravel()[None].astype(np.int32)).lag in (29, 30, 31)


def test_three_planes_of_one_picture_are_found():
    plane = picture(12, 16).ravel()
    stacked = np.concatenate([plane, plane * 0.9 + 3, plane * 0.8 - 2])
    assert find(stacked[None].astype(np.int32)).planes == 3


def test_noise_has_no_layout():
    noise = np.random.default_rng(0).integers(-5, 5, (3, 999)).astype(np.int32)
    assert find(noise) == Layout(1, 0)


def test_fewer_positions_than_64_have_no_layout():
    rows = np.tile(np.random.default_rng(0).integers(-9, 9, 8), 8).astype(np.int32)
    assert find(rows[None]) == Layout(1, 8)
    assert find(rows[None, :63]) == Layout(1, 0)
