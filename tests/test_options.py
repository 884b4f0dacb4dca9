from typing import Any

import numpy as np
import pytest

from aictui.errors import UsageError
from aictui.options import Option, OptionKind, value_text


def test_an_option_of_a_kind_that_there_is_not_names_the_kinds() -> None:
    with pytest.raises(ValueError, match="option depth has kind 'weird'; there are bool, int, float, choice"):
        Option("depth", "weird", 3, "how deep to look")  # type: ignore[arg-type]


def test_an_option_is_named_as_an_argument_can_be() -> None:
    with pytest.raises(ValueError, match="option name 'max-depth' is not an identifier"):
        Option("max-depth", "int", 3, "how deep to look")


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("int", 1048576, "1048576"),
        ("int", 3, "3"),
        ("float", 0.25, "0.25"),
        ("float", 2.0, "2"),
        ("float", 1 / 3, None),
    ],
)
def test_a_number_is_spelt_as_it_is_parsed(kind: OptionKind, value: float, text: str | None) -> None:
    option = Option("number", kind, value, "any", minimum=0, maximum=2000000)
    assert option.parse(value_text(value)) == value
    assert text in (None, value_text(value))
    assert "from 0 to 2000000" in option.describe()


@pytest.mark.parametrize("value", [1 << 62, -(1 << 62)])
def test_a_whole_number_that_no_file_could_hold_is_refused(value: int) -> None:
    option = Option("seed", "int", 0, "any number")
    assert option.check(value // 2) == value // 2
    with pytest.raises(UsageError, match="seed takes a whole number"):
        option.check(value)


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(UsageError, match="seed takes a whole number, not a number of thousands of digits"):
        Option("seed", "int", 0, "any number").check(10**5000)


def test_a_choice_needs_choices_and_a_default_is_of_the_options_own_type() -> None:
    with pytest.raises(ValueError, match="option mood is a choice and has no choices"):
        Option("mood", "choice", "calm", "how it feels")
    assert type(Option("zone", "float", 1, "how far").default) is float


@pytest.mark.parametrize("choices", ["calm", (1, 2), ["calm", None]])
def test_choices_are_texts_and_not_the_letters_of_one(choices: Any) -> None:
    with pytest.raises(ValueError, match=r"option mood has choices .* where a tuple of texts is due"):
        Option("mood", "choice", "calm", "how it feels", choices=choices)


@pytest.mark.parametrize("bounds", [{"minimum": "0"}, {"maximum": "9"}])
def test_a_bound_is_a_number(bounds: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"option depth has '[09]' as a bound, where a number is due"):
        Option("depth", "int", 3, "how deep to look", **bounds)


@pytest.mark.parametrize("bounds", [{"maximum": 2**64 - 1}, {"minimum": -(2**62)}, {"maximum": 10**400}])
def test_a_whole_number_cannot_be_said_to_go_further_than_a_file_can_hold(bounds: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"option seed ends at .* whole numbers are below 2 to the 62nd power"):
        Option("seed", "int", 0, "any number", **bounds)
    assert Option("far", "float", 0, "any number", maximum=1e300).check(1e200) == 1e200


@pytest.mark.parametrize(("kind", "value"), [("float", np.float32(0.5)), ("int", np.int64(3)), ("bool", np.True_)])
def test_values_of_numpy_become_those_of_python(kind: OptionKind, value: Any) -> None:
    option = Option("value", kind, False if kind == "bool" else 0, "any")
    assert type(option.check(value)) in {float, int, bool}
    assert option.check(value) == value
