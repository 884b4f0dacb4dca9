import math

import pytest

from aictui.bench.point import Point
from aictui.bench.summary import mean_curve, rate_difference


def point(codec: str, image: str, setting: int, size: int, psnr: float | None) -> Point:
    scores = {} if psnr is None else {"psnr": psnr}
    return Point(image, codec, setting, size, 8000, 0.1 * setting, 0.2, scores)


POINTS = [
    point(codec, image, setting, int(factor * share * 1000 * 2**setting), 25.0 + 3 * setting)
    for codec, factor in (("jpeg", 1.0), ("ours", 0.5))
    for image, share in (("a.png", 1), ("b.png", 4))
    for setting in range(5)
]


def test_a_mean_curve_averages_the_images_at_each_setting() -> None:
    curve = mean_curve(POINTS, "jpeg")
    assert [point.setting for point in curve] == [0, 1, 2, 3, 4]
    assert curve[0].bits_per_pixel == pytest.approx(2.5)
    assert curve[2].scores == {"psnr": pytest.approx(31)}
    assert curve[2].encode_seconds == pytest.approx(0.2)


def test_a_score_that_one_image_lacks_is_left_out_of_the_mean() -> None:
    assert mean_curve([point("x", "a", 1, 10, 30.0), point("x", "b", 1, 10, None)], "x")[0].scores == {}


def test_bd_rates_are_taken_by_image_and_then_averaged() -> None:
    difference = rate_difference(POINTS, "ours", "jpeg", "psnr")
    assert difference.by_image == {"a.png": pytest.approx(-50), "b.png": pytest.approx(-50)}
    assert difference.mean == pytest.approx(-50)


def test_images_whose_curves_do_not_meet_are_left_out() -> None:
    far = [point("far", "a.png", setting, 1000, 90.0 + setting) for setting in range(3)]
    difference = rate_difference([*POINTS, *far], "far", "jpeg", "psnr")
    assert difference.by_image == {}
    assert math.isnan(difference.mean)
