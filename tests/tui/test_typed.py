import sys
from pathlib import Path

import pytest

from aictui.errors import UsageError
from aictui.tui.typed import place_at, typed_path

NOBODY = "~nobody-of-this-name"


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("USERPROFILE", "/home/someone")
    assert typed_path("~/pictures") == Path("/home/someone/pictures")
    assert typed_path("pictures") == Path("pictures")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes every name for a user's")
@pytest.mark.parametrize("read", [typed_path, place_at])
def test_a_user_that_nobody_knows_is_refused_with_a_way_out(read: object) -> None:
    with pytest.raises(UsageError, match=f"no user nobody-of-this-name; write ./{NOBODY}/x for"):
        read(f"{NOBODY}/x")  # type: ignore[operator]


def test_what_exists_is_told_apart_into_folders_and_files(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert place_at(str(tmp_path)) == (tmp_path, True)
    assert place_at(str(tmp_path / "file")) == (tmp_path / "file", False)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing", "does not exist"),
        ("file/below", "does not exist"),
        ("x" * 300, "cannot be opened"),
        ("a\0b", "cannot be opened"),
    ],
)
def test_what_cannot_be_reached_is_refused_with_a_reason(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=says):
        place_at(str(tmp_path / name))


def test_a_folder_that_may_not_be_entered_is_refused_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(UsageError, match="permission denied"):
        place_at(str(tmp_path / "locked" / "x"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no folder that is in use")
def test_what_is_named_from_a_folder_that_was_removed_is_refused_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(UsageError, match="the present folder was removed; type the path from the root"):
        place_at("pictures")
