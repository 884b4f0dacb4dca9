import errno
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aictui.batch.output import check_folder, move_to_trash, write
from aictui.errors import OutputError


def nothing() -> None:
    pass


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_whole_with_its_times(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.aic"
    write(path, b"data", overwrite=False, times=(10**9, 2 * 10**9), ready=nothing)
    assert path.read_bytes() == b"data"
    assert path.stat().st_mtime_ns == 2 * 10**9
    assert names(path.parent) == ["a.aic"]


def test_an_existing_file_is_replaced_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "a.aic"
    path.write_bytes(b"old")
    with pytest.raises(OutputError, match="there already"):
        write(path, b"new", overwrite=False, times=None, ready=nothing)
    assert path.read_bytes() == b"old"
    write(path, b"new", overwrite=True, times=None, ready=nothing)
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.aic"]


def test_the_name_is_given_only_after_the_ledger_knows(tmp_path: Path) -> None:
    path = tmp_path / "a.aic"

    def ready() -> None:
        assert not path.exists()
        raise OutputError("the ledger is full")

    with pytest.raises(OutputError, match="ledger is full"):
        write(path, b"new", overwrite=True, times=None, ready=ready)
    assert names(tmp_path) == []


def test_where_links_are_not_to_be_had_nothing_is_replaced_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "a.aic"
    write(path, b"new", overwrite=False, times=None, ready=nothing)
    with pytest.raises(OutputError, match="there already"):
        write(path, b"newer", overwrite=False, times=None, ready=nothing)
    assert path.read_bytes() == b"new"


def test_a_file_system_that_keeps_no_dates_gets_its_results_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "utime", refuse)
    write(tmp_path / "a.aic", b"new", overwrite=False, times=(1, 1), ready=nothing)
    assert names(tmp_path) == ["a.aic"]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="cannot be written: the disk is full"):
        write(tmp_path / "a.aic", b"new", overwrite=False, times=None, ready=nothing)
    assert names(tmp_path) == []


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "file" / "a.aic", b"new", overwrite=False, times=None, ready=nothing)


def test_a_folder_that_takes_no_results_is_told_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_folder(tmp_path / "not" / "yet" / "there")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file is not a folder"):
        check_folder(tmp_path / "file" / "within")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="may not be written to"):
        check_folder(tmp_path)


def test_why_an_original_cannot_go_to_the_trash_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", b"/Trash")

    monkeypatch.setattr("send2trash.send2trash", refuse)
    with pytest.raises(OutputError) as raised:
        move_to_trash(tmp_path / "a.jpg")
    assert str(raised.value).endswith(
        "a.jpg was compressed but cannot be moved to the trash: /Trash: Permission denied"
    )


def test_the_trash_notes_nothing_of_an_original_whose_folder_does_not_let_it_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    monkeypatch.setattr("send2trash.send2trash", asked.append)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError) as raised:
        move_to_trash(tmp_path / "a.jpg")
    assert str(raised.value).endswith(f"cannot be moved to the trash: {tmp_path}: Permission denied")
    assert asked == []


def test_originals_of_one_name_never_take_each_others_place_in_the_trash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trash = tmp_path / "trash"
    trash.mkdir()

    def move(path: Path) -> None:
        number = len(list(trash.iterdir()))
        time.sleep(0.01)
        path.rename(trash / f"{number}{path.name}")

    monkeypatch.setattr("send2trash.send2trash", move)
    originals = [tmp_path / str(number) / "IMG_0001.JPG" for number in range(4)]
    for path in originals:
        path.parent.mkdir()
        path.write_bytes(path.parent.name.encode())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(move_to_trash, originals))
    assert sorted(path.read_bytes() for path in trash.iterdir()) == [b"0", b"1", b"2", b"3"]


def test_two_processes_never_take_the_same_place_in_the_trash(tmp_path: Path) -> None:
    script = """
import sys, time
from pathlib import Path
import send2trash
from aictui.batch.output import move_to_trash

def move(path):
    taken = len(list(trash.iterdir()))
    time.sleep(0.05)
    path.rename(trash / f"{taken}{path.name}")

send2trash.send2trash, trash = move, Path(sys.argv[1])
print("ready", flush=True)
input()
for path in sys.argv[2:]:
    move_to_trash(Path(path))
"""
    trash = tmp_path / "trash"
    trash.mkdir()
    processes = []
    for process in "ab":
        originals = [tmp_path / process / str(number) / "IMG_0001.JPG" for number in range(3)]
        for path in originals:
            path.parent.mkdir(parents=True)
            path.write_text(f"{process}{path.parent.name}")
        command = [sys.executable, "-c", script, str(trash), *map(str, originals)]
        processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for started in processes:
        assert started.stdout is not None
        started.stdout.readline()
    for started in processes:  # at once, since a process takes long to start
        assert started.stdin is not None
        started.stdin.write("\n")
        started.stdin.flush()
    for started in processes:
        started.communicate(timeout=30)
        assert started.returncode == 0
    assert sorted(path.read_text() for path in trash.iterdir()) == ["a0", "a1", "a2", "b0", "b1", "b2"]
