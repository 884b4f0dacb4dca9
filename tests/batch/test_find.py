import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from aictui.batch.find import find_images
from aictui.errors import InputError

Picture = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path, picture: Picture) -> Path:
    root = tmp_path / "tree"
    picture(root / "b.png")
    picture(root / "A.JPG")
    picture(root / "deep" / "er" / "c.jpg")
    picture(root / ".hidden" / "d.jpg")
    picture(root / "no_suffix")
    (root / "notes.txt").write_text("hello")
    (root / "liar.png").write_text("not a picture")
    (root / "done.aic").write_bytes(b"\x89AIC\x01rest")
    (root / "empty.jpg").touch()
    return root


def names(root: Path, **choice: object) -> list[str]:
    return [found.path.relative_to(root).as_posix() for found in find_images([root], **choice)]


def test_images_are_told_by_their_content_and_everything_else_is_left_alone(tree: Path) -> None:
    assert names(tree) == ["A.JPG", "b.png", "no_suffix"]


def test_folders_inside_are_searched_only_when_asked_and_hidden_ones_never(tree: Path) -> None:
    assert names(tree, recursive=True) == ["A.JPG", "b.png", "no_suffix", "deep/er/c.jpg"]


def test_patterns_match_name_or_path_without_regard_to_case(tree: Path) -> None:
    assert names(tree, recursive=True, include=["*.jpg"]) == ["A.JPG", "deep/er/c.jpg"]
    assert names(tree, recursive=True, include=["*.jpg"], exclude=["deep/*"]) == ["A.JPG"]


def test_a_file_that_is_named_twice_counts_once(tree: Path) -> None:
    found = list(find_images([tree / "b.png", tree, tree / "b.png"]))
    assert [each.path.name for each in found] == ["b.png", "A.JPG", "no_suffix"]


def test_of_a_file_and_links_to_it_the_file_is_taken(tree: Path, tmp_path: Path) -> None:
    (tree / "a link.png").symlink_to(tree / "b.png")
    (tree / "elsewhere.png").symlink_to(tree / "deep" / "er" / "c.jpg")
    assert names(tree) == ["A.JPG", "b.png", "no_suffix", "elsewhere.png"]
    assert [each.path.name for each in find_images([tree / "a link.png", tree / "b.png"])] == ["b.png"]


def test_hard_links_are_files_of_their_own(tree: Path) -> None:
    os.link(tree / "b.png", tree / "z.png")
    assert [each.path.name for each in find_images([tree, tree])] == ["A.JPG", "b.png", "no_suffix", "z.png"]


def test_files_are_told_apart_where_they_have_no_numbers(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def unnumbered(path: Path, **choice: bool) -> os.stat_result:
        mode, _, *rest = stat(path, **choice)
        return os.stat_result((mode, 0, *rest))

    monkeypatch.setattr(Path, "stat", unnumbered)
    assert names(tree) == ["A.JPG", "b.png", "no_suffix"]


def test_the_size_comes_from_the_header(tree: Path) -> None:
    (found,) = find_images([tree / "b.png"])
    assert (found.width, found.height, found.root) == (40, 30, tree)


def test_what_may_not_be_read_is_not_passed_over_in_silence(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = str(tree / "deep")
    (tree / "paper.pdf").write_bytes(b"%PDF")
    (tree / "done.aic").write_bytes(b"\x89AIC")
    scandir, opened = os.scandir, Path.open

    def locked_folder(path: str) -> object:
        if str(path) == deep:
            raise PermissionError(13, "Permission denied", deep)
        return scandir(path)

    def locked_file(path: Path, *mode: str) -> object:
        if path.name in {"b.png", "notes.txt", "paper.pdf", "done.aic", "deep"}:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *mode)

    monkeypatch.setattr(os, "scandir", locked_folder)
    monkeypatch.setattr(Path, "open", locked_file)
    found = {each.path.name: (each.width, each.height) for each in find_images([tree], recursive=True)}
    assert found == {"A.JPG": (40, 30), "b.png": (1, 1), "no_suffix": (40, 30), "deep": (1, 1)}


def test_an_image_that_pillow_finds_too_large_is_an_image(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert [(each.path.name, each.width, each.height) for each in find_images([tree])] == [
        (name, 1, 1) for name in ("A.JPG", "b.png", "no_suffix")
    ]


def test_an_image_with_more_text_than_pillow_unpacks_is_an_image(tmp_path: Path) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("history", "a" * (PngImagePlugin.MAX_TEXT_CHUNK + 1), zip=True)
    Image.new("RGB", (40, 30)).save(tmp_path / "a.png", pnginfo=text)
    assert [(each.path.name, each.width, each.height) for each in find_images([tmp_path])] == [("a.png", 1, 1)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(InputError, match="not a regular file"):
        list(find_images([tmp_path / "pipe.png"]))


def test_a_source_that_vanishes_while_others_are_searched_is_left_to_whoever_opens_it(
    tree: Path, picture: Picture
) -> None:
    gone, folder = picture(tree / "gone.png"), tree / "folder"
    folder.mkdir()
    search = find_images([tree / "b.png", gone, folder, tree / "A.JPG"])
    assert next(search).path.name == "b.png"
    gone.unlink()
    folder.rmdir()
    assert [(each.path.name, each.size) for each in search] == [
        ("gone.png", 0),
        ("folder", 0),
        ("A.JPG", (tree / "A.JPG").stat().st_size),
    ]


@pytest.mark.parametrize("call", ["stat", "is_file", "open"])
def test_what_cannot_be_looked_at_is_an_image_where_its_name_says_so(
    tree: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    real = getattr(Path, call)

    def broken(path: Path, *arguments: object, **choice: object) -> object:
        if path.name in {"b.png", "notes.txt"}:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, *arguments, **choice)

    monkeypatch.setattr(Path, call, broken)
    assert names(tree) == ["A.JPG", "b.png", "no_suffix"]


@pytest.mark.parametrize(("name", "why"), [("gone", "no such file"), (300 * "x", "cannot be read: File name too long")])
def test_a_source_that_is_not_there_is_an_error_before_anything_is_searched(tree: Path, name: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        next(find_images([tree / "b.png", tree / name]))


def test_a_link_that_goes_round_in_circles_is_not_followed(tree: Path) -> None:
    (tree / "deep" / "loop").symlink_to(tree, target_is_directory=True)
    (tree / "nowhere.jpg").symlink_to(tree / "absent.jpg")
    assert names(tree, recursive=True) == ["A.JPG", "b.png", "no_suffix", "deep/er/c.jpg"]
