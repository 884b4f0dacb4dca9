"""The bars of a batch, on a terminal that is none."""

import io
import sys
from pathlib import Path

import pytest

from aictui.batch import Advanced, Item, OutputPolicy, Plan, Started
from aictui.cli.batch import _bars
from aictui.codec.settings import Settings


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_what_a_plugin_calls_its_work_stands_beside_the_bar_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    item = Item(Path("[/].png"), Path("[/].aic"), Settings(), 1, 1)
    with _bars(Plan((item,), OutputPolicy()), quiet=False) as show:
        show(Started(item))
        show(Advanced(item, 0.5, "[/] turning \x1b[2J"))
    assert "[/] turning \\x1b[2J" in screen.getvalue()
    assert "\x1b[2J" not in screen.getvalue()
