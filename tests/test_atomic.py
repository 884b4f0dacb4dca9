import errno
import os
import stat

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
