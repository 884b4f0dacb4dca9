import pytest

from aictui.tui.terminal import Terminal, detect, interpret

SIXEL = "\x1b[?62;4;22c"
PLAIN = "\x1b[?62;22c"
KITTY = "\x1b_Gi=31;OK\x1b\\"
CELLS = "\x1b[6;32;16t"


@pytest.mark.parametrize(
    ("answer", "protocol"),
    [(SIXEL, "sixel"), (PLAIN, "half-cell"), (KITTY + PLAIN, "kitty"), (KITTY + SIXEL, "sixel"), ("", "half-cell")],
)
def test_the_best_protocol_that_the_terminal_reports_is_used(answer: str, protocol: str) -> None:
    assert interpret(answer, (8, 16)).protocol == protocol


def test_the_size_of_a_cell_comes_from_the_kernel_or_else_from_the_terminal() -> None:
    assert interpret(CELLS + PLAIN, (8, 17)) == Terminal("half-cell", 8, 17)
    assert interpret(CELLS + PLAIN, None) == Terminal("half-cell", 16, 32)
    assert interpret(PLAIN, None) == Terminal("half-cell", 10, 20)


@pytest.mark.parametrize(
    ("setting", "protocol"), [("auto", "sixel"), ("off", "off"), ("kitty", "kitty"), ("x", "sixel")]
)
def test_a_setting_overrides_what_was_found(setting: str, protocol: str) -> None:
    assert Terminal("sixel", 9, 18).with_setting(setting) == Terminal(protocol, 9, 18)


def test_without_a_terminal_there_are_half_cells() -> None:
    assert detect() == Terminal()
