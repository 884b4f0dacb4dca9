import numpy as np
import pytest

from aictui.printable import printable, shown


@pytest.mark.parametrize("name", ["holiday.png", "écran 写真 👩\u200d🚀.png", "[bold]x[/bold] 100%.png"])
def test_names_that_people_give_stay_as_they_are(name):
    assert printable(name) == name


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("two\nlines\t.png", r"two\nlines\t.png"),
        ("\x1b[31mred\x9b.png", r"\x1b[31mred\x9b.png"),
        ("photo\u202egpj.exe", r"photo\u202egpj.exe"),
        (b"caf\xe9.png".decode(errors="surrogateescape"), r"caf\udce9.png"),
    ],
)
def test_what_would_upset_a_terminal_is_escaped(name, escaped):
    assert printable(name) == escaped
    assert escaped.encode()


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("16", "'16'"),
        (np.eye(2), "array([[1., 0.], [0., 1.]])"),
        pytest.param(10**5000, "a number of thousands of digits", id="many digits"),
        (300 * "a", "'" + 199 * "a" + "…"),
    ],
)
def test_a_value_is_shown_in_one_line_that_is_not_too_long(value, line):
    assert shown(value) == line
