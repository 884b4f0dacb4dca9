import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aictui.metrics.bd_rate import bd_rate

CURVE = [(0.1, 27.0), (0.2, 29.2), (0.4, 31.9), (0.8, 35.1), (1.6, 38.7)]


def test_a_curve_against_itself_is_zero() -> None:
    assert bd_rate(CURVE, CURVE) == pytest.approx(0, abs=1e-12)


@given(st.floats(0.2, 5))
def test_a_curve_at_a_multiple_of_the_rate_gives_that_multiple(factor: float) -> None:
    test = [(rate * factor, quality) for rate, quality in CURVE]
    assert bd_rate(CURVE, test) == pytest.approx(100 * (factor - 1), rel=1e-6, abs=1e-6)


def test_only_the_range_of_quality_that_both_have_counts() -> None:
    longer = [(0.001, 5.0), *CURVE, (50.0, 60.0)]
    halved = [(rate / 2, quality) for rate, quality in CURVE]
    assert bd_rate(longer, halved) == pytest.approx(-50, abs=1.5)


def test_the_order_of_points_and_dominated_points_change_nothing() -> None:
    worse = [*reversed(CURVE), (0.9, 35.0), (0.8, 34.0)]
    assert bd_rate(CURVE, worse) == pytest.approx(0, abs=1e-12)


def test_curves_that_share_no_quality_have_no_difference() -> None:
    assert math.isnan(bd_rate(CURVE, [(1, 60.0), (2, 70.0)]))
    assert math.isnan(bd_rate(CURVE, [(1, 30.0)]))


def test_infinite_quality_is_left_out() -> None:
    assert bd_rate(CURVE, [*CURVE, (5.0, math.inf)]) == pytest.approx(0, abs=1e-12)


def test_the_interpolation_is_that_of_scipy() -> None:
    interpolate = pytest.importorskip("scipy.interpolate")
    test = [(0.07, 26.0), (0.15, 28.9), (0.45, 33.1), (0.7, 34.9), (2.0, 40.0)]
    low, high = 27.0, 38.7
    integrals = []
    for curve in (CURVE, test):
        rates, quality = zip(*curve, strict=True)
        integrals.append(interpolate.PchipInterpolator(quality, [math.log(r) for r in rates]).integrate(low, high))
    expected = 100 * math.expm1((integrals[1] - integrals[0]) / (high - low))
    assert bd_rate(CURVE, test) == pytest.approx(float(expected))


def test_of_points_of_one_quality_the_cheapest_counts() -> None:
    anchor, test = [(1.0, 30.0), (2.0, 35.0), (4.0, 40.0)], [(0.9, 30.0), (1.8, 35.0), (3.6, 40.0)]
    assert bd_rate(anchor, [*test, (2.5, 35.0), (9.0, 40.0)]) == bd_rate(anchor, test)
