import pytest

from aictui.tui.text import date_text, ratio_text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(256.4, "256x"), (15.94, "15.9x"), (1, "1.0x"), (0.5, "0.5x"), (0.0405, "0.041x"), (0.0996, "0.1x"), (None, "")],
)
def test_a_ratio_has_as_many_figures_as_mean_something(ratio, text):
    assert ratio_text(ratio) == text


@pytest.mark.parametrize("seconds", [1e17, -1e17, float("inf")])
def test_a_date_that_no_calendar_has_is_unknown(seconds):
    assert date_text(seconds) == "unknown"
