import pytest

from aictui.printable import printable


@pytest.mark.parametrize("name", ["holiday.png", "écran 写真 👩\u200d🚀.png", "[bold]x[/bold] 100%.png"])
def test_names_that_people_give_stay_as_they_are(name):
    assert printable(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("two\nlines\t.png", r"two\nlines\t.png"),
        ("\x1b[31mred\x9b.png", r"\x1b[31mred\x9b.png"),
        ("photo\u202egpj.exe", r"photo\u202egpj.exe"),
        (b"caf\xe9.png".decode(errors="surrogateescape"), r"caf\udce9.png"),
    ],
)
def test_what_would_upset_a_terminal_is_escaped(name, shown):
    assert printable(name) == shown
    assert shown.encode()
