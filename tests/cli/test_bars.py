"""The bars of every command, on a terminal that is none."""

import io
import sys

import pytest

from aictui.cli.bars import bars


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_cursor_is_never_hidden_from_a_shell_to_which_one_goes_back_with_ctrl_z(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with bars("{task.description}") as shown:
        shown.add_task("turning", total=1.0)
        shown.refresh()
    assert "turning" in screen.getvalue()
    assert "\x1b[?25l" not in screen.getvalue()
