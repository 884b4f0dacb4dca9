from pathlib import Path

import pytest

from aictui.tui.saves import Saves
from aictui.tui.screens.save_dialog import Destination

FIRST = Destination(Path("a.aic"), "error")
SECOND = Destination(Path("b.aic"), "error")


@pytest.fixture
def saves():
    made = Saves()
    assert made.add(FIRST)
    return made


def test_a_wish_is_written_once_however_often_files_are_made(saves):
    assert saves.begin() == [FIRST]
    assert saves.begin() == []


def test_a_wish_is_told_until_it_is_written(saves):
    assert saves.problem == "a.aic is not saved yet"
    saves.begin()
    assert saves.problem == "a.aic is not saved yet"
    saves.end(FIRST)
    assert saves.problem is None


def test_a_second_wish_leaves_the_first_as_it_is(saves):
    assert saves.add(SECOND)
    assert saves.problem == "a.aic and b.aic are not saved yet"
    assert saves.begin() == [FIRST, SECOND]


def test_the_same_wish_is_refused_while_it_waits_or_is_written(saves):
    assert not saves.add(FIRST)
    saves.begin()
    assert not saves.add(FIRST)
