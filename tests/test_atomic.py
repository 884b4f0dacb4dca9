import errno
import os
import signal
import stat
import subprocess
import sys

import pytest

from aictui import atomic


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_in_one_step_and_keeps_its_permissions(tmp_path):
    path = tmp_path / "a"
    atomic.write(path, b"old")
    path.chmod(0o640)
    atomic.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("number", [None, errno.ENOSYS, errno.EPERM])
def test_a_file_that_is_there_is_kept_also_without_links(tmp_path, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    if number is not None:
        monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "a"
    atomic.write(path, b"first", overwrite=False)
    with pytest.raises(FileExistsError):
        atomic.write(path, b"second", overwrite=False)
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="the system has no pipes among its files")
def test_a_pipe_or_device_is_never_replaced(tmp_path):
    path = tmp_path / "a"
    os.mkfifo(path)
    with pytest.raises(OSError, match="not an ordinary file"):
        atomic.write(path, b"data")
    assert path.is_fifo()
    assert names(tmp_path) == ["a"]


def test_what_goes_wrong_leaves_everything_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        atomic.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="Windows forces no folders to the disk")
def test_both_the_file_and_its_name_are_forced_to_the_disk(tmp_path, monkeypatch):
    forced = []
    fsync = os.fsync

    def note(descriptor):
        forced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    atomic.write(tmp_path / "a", b"data")
    assert forced == [False, True]


def test_a_folder_that_cannot_be_forced_to_the_disk_is_no_error(tmp_path):
    atomic.sync_folder(tmp_path / "nowhere")


def test_a_file_is_replaced_where_the_file_system_has_no_permissions(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr("shutil.copymode", refuse)
    path = tmp_path / "a"
    path.write_bytes(b"old")
    atomic.write(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize(
    ("source", "result"), [(0o600, 0o600), (0o640, 0o640), (0o644, 0o644), (0o444, 0o644), (0o777, 0o644)]
)
def test_a_result_is_open_to_no_more_people_than_its_source(tmp_path, monkeypatch, source, result):
    path = tmp_path / "source"
    path.write_bytes(b"data")
    path.chmod(source)
    mask = os.umask(0o022)
    try:
        monkeypatch.setattr(os, "chmod", None)  # it has them from the start, and not a moment later
        atomic.write(tmp_path / "result", b"data", permissions=atomic.permissions_like(path))
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "result").stat().st_mode) == result


def test_what_is_made_of_no_file_has_ordinary_permissions(tmp_path):
    assert atomic.permissions_like(tmp_path / "nowhere") == atomic.ORDINARY


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal, and tells of no process that it is gone")
def test_what_a_killed_process_left_behind_is_removed_by_the_next_write(tmp_path):
    script = """
import os, signal, sys
from pathlib import Path
from aictui import atomic

os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
atomic.write(Path(sys.argv[1]), b"data")
"""
    path = tmp_path / "a"
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == -signal.SIGKILL
    assert len(names(tmp_path)) == 1
    atomic.write(path, b"data")
    assert names(tmp_path) == ["a"]
