import errno
import os
import stat
from pathlib import Path

import pytest

from aictui.codec import files
from aictui.codec.files import check_name, is_folder, keep_source, output_path, read_file, write_file
from aictui.errors import InputError, OutputError


def test_a_file_is_written_with_ordinary_permissions(tmp_path):
    path = tmp_path / "a.aic"
    assert write_file(path, b"data") == path
    assert path.read_bytes() == b"data"
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.aic", "plain"]


def test_a_file_that_does_not_begin_as_it_should_is_not_read_on(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"image and more")
    assert read_file(path) == read_file(path, b"image") == b"image and more"
    assert read_file(path, b"video") == b"image"


def test_an_existing_file_is_dealt_with_as_asked(tmp_path):
    path = tmp_path / "a.aic"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with pytest.raises(OutputError, match=r"a\.aic exists; choose another name"):
        write_file(path, b"new")
    assert write_file(path, b"new", "skip") is None
    assert path.read_bytes() == b"old"
    assert write_file(path, b"new", "rename") == tmp_path / "a-2.aic"
    assert write_file(path, b"new", "rename") == tmp_path / "a-3.aic"
    assert write_file(path, b"new", "overwrite") == path
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path, monkeypatch):
    path = tmp_path / "a.aic"
    link = os.link

    def race(source, target):
        if not path.exists():
            path.write_bytes(b"theirs")
        link(source, target)

    monkeypatch.setattr(os, "link", race)
    with pytest.raises(OutputError, match="exists"):
        write_file(path, b"ours")
    assert path.read_bytes() == b"theirs"
    assert [p.name for p in tmp_path.iterdir()] == ["a.aic"]


def test_without_links_a_file_that_is_there_is_not_overwritten_either(tmp_path, monkeypatch):
    path = tmp_path / "a.aic"

    def race(source, target):
        if not path.exists():
            path.write_bytes(b"theirs")
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(os, "link", race)
    with pytest.raises(OutputError, match="exists"):
        write_file(path, b"ours")
    assert write_file(path, b"ours", "rename") == tmp_path / "a-2.aic"
    assert path.read_bytes() == b"theirs"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a-2.aic", "a.aic"]


def test_a_result_does_not_take_the_place_of_what_it_is_made_of(tmp_path):
    source, link = tmp_path / "a.png", tmp_path / "a.aic"
    source.touch()
    link.symlink_to(source)
    for path in (source, link):
        with pytest.raises(OutputError, match="is the file that the result is made of"):
            keep_source(path, source)
    keep_source(tmp_path / "b.aic", source)
    keep_source(source, tmp_path / "gone.png")


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_file(tmp_path / "link", b"new", "overwrite")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_full_disk_leaves_everything_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "a.aic"
    path.write_bytes(b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        write_file(path, b"new", "overwrite")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.aic", b"old")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_device_is_written_to_and_not_replaced():
    with pytest.raises(OutputError, match="the disk is full"):
        write_file(Path("/dev/full"), b"data" * 10000)
    assert write_file(Path(os.devnull), b"data") == Path(os.devnull)
    assert not Path(os.devnull).is_file()


def test_places_that_cannot_be_written_are_told_before_the_work(tmp_path):
    with pytest.raises(OutputError, match="is a folder; name a file"):
        output_path(tmp_path, "error")
    with pytest.raises(OutputError, match="there is no folder"):
        output_path(tmp_path / "no" / "a.aic", "error")
    with pytest.raises(OutputError, match="name is too long"):
        write_file(tmp_path / ("a" * 300), b"data")


@pytest.mark.parametrize("name", [300 * "a", 300 * "a" + "/b", "a\0b"])
def test_what_cannot_be_a_name_is_told(tmp_path, name):
    with pytest.raises(OutputError, match=r"cannot be written: (the name is too long|embedded null)"):
        check_name(tmp_path / name)
    with pytest.raises(OutputError, match=r"cannot be written: (the name is too long|embedded null)"):
        write_file(tmp_path / name, b"data")
    with pytest.raises(InputError, match=r"cannot be read: (File name too long|embedded null)"):
        read_file(tmp_path / name)


def test_names_that_are_free_or_taken_can_be_looked_up(tmp_path):
    (tmp_path / "file").write_bytes(b"data")
    for name in ("file", "free", "no folder/free", "file/free"):
        check_name(tmp_path / name)
        assert not is_folder(tmp_path / name)
    assert is_folder(tmp_path)
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        is_folder(tmp_path / (300 * "a"))


def test_a_link_that_leads_back_to_itself_is_replaced_where_that_is_asked_for(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OutputError, match="exists"):
        write_file(tmp_path / "loop", b"data")
    write_file(tmp_path / "loop", b"data", "overwrite")
    assert (tmp_path / "loop").read_bytes() == b"data"


def test_a_folder_without_permission_is_told(tmp_path, monkeypatch):
    def refuse(*arguments, **keywords):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "open", refuse)
    with pytest.raises(OutputError, match="permission denied"):
        write_file(tmp_path / "a.aic", b"data")


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_file(tmp_path / "none")
    with pytest.raises(InputError, match="is a folder"):
        read_file(tmp_path)
