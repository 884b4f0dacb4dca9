import json

import pytest

from aictui.json_text import json_text


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_json_cannot_write_are_null(number: float) -> None:
    assert json.loads(json_text({"a": [number, (1.5, {"b": number})]})) == {"a": [None, [1.5, {"b": None}]]}


def test_names_that_are_no_utf8_are_read_back_as_they_were() -> None:
    text = json_text(["grün", "a\udcff.png"])
    assert "grün" in text
    text.encode()
    assert json.loads(text) == ["grün", "a\udcff.png"]


def test_what_a_terminal_would_obey_is_escaped_and_read_back() -> None:
    text = json_text({"a\x9b2J": ["\x7f\u202e"]}, indent=1)
    assert text.isascii()
    assert json.loads(text) == {"a\x9b2J": ["\x7f\u202e"]}


def test_lines_are_indented_where_asked() -> None:
    assert json_text({"a": 1}, indent=1) == '{\n "a": 1\n}'
