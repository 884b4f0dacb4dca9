import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aictui.partial import partial_path, remove_leftovers


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_only_leftovers_of_dead_processes_are_removed(tmp_path: Path) -> None:
    mine, other = partial_path(tmp_path / "a.aic"), tmp_path / ".aictui-notes.partial"
    dead = tmp_path / mine.name.replace(f"-{os.getpid()}-", f"-{dead_process()}-")
    for file in (dead, mine, other):
        file.touch()
    assert remove_leftovers(tmp_path) == 1
    assert names(tmp_path) == sorted([mine.name, other.name])


def test_a_file_that_another_machine_may_be_writing_is_left_to_it_for_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = tmp_path / f".aictui-ffffffff-{dead_process()}-0123abcd.partial"
    foreign.touch()
    assert remove_leftovers(tmp_path) == 0
    tomorrow = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    assert remove_leftovers(tmp_path) == 1


def test_a_folder_that_is_not_there_holds_no_leftovers(tmp_path: Path) -> None:
    assert remove_leftovers(tmp_path / "absent") == 0
