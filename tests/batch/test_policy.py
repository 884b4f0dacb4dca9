from pathlib import Path

import pytest

from aictui.batch import OutputPolicy
from aictui.errors import UsageError


def test_a_result_must_be_smaller_unless_larger_ones_are_allowed() -> None:
    assert OutputPolicy().objection(100, 99) is None
    assert "not be smaller" in str(OutputPolicy().objection(100, 100))
    assert OutputPolicy(allow_larger=True).objection(100, 500) is None


def test_a_minimum_saving_is_kept_to() -> None:
    policy = OutputPolicy(minimum_saving=0.2)
    assert policy.objection(100, 80) is None
    assert policy.objection(100, 81) == "saves 19%, less than the 20% asked for"
    assert OutputPolicy(minimum_saving=0.8745).objection(10000, 1258) == "saves 87.42%, less than the 87.45% asked for"


def test_a_suffix_may_be_as_long_as_leaves_room_for_a_name() -> None:
    assert OutputPolicy(suffix=125 * "é").suffix


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": "mirror"},
        {"folder": Path("out")},
        {"minimum_saving": 1.0},
        {"minimum_saving": -0.1},
        {"suffix": "a/b"},
        {"suffix": "a\0"},
        {"suffix": "a\n"},
        {"suffix": 126 * "é"},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(wrong: dict) -> None:
    with pytest.raises(UsageError):
        OutputPolicy(**wrong)
