import pytest

from aictui.options import Option


def test_an_option_of_a_kind_that_there_is_not_names_the_kinds() -> None:
    with pytest.raises(ValueError, match="option depth has kind 'weird'; there are bool, int, float, choice"):
        Option("depth", "weird", 3, "how deep to look")  # type: ignore[arg-type]


def test_an_option_is_named_as_an_argument_can_be() -> None:
    with pytest.raises(ValueError, match="option name 'max-depth' is not an identifier"):
        Option("max-depth", "int", 3, "how deep to look")
