import os
from pathlib import Path

import pytest
from PIL import Image

from aictui.tui.folder import judge_results, natural_order, read_header, scan
from aictui.tui.header_reader import apply
from tests.tui.browsing import WHEN, make_pictures


def listing(folder: Path, **options: bool) -> dict[str, object]:
    return {file.name: file for batch in scan(folder, **options) for file in batch}


def test_only_files_that_end_like_images_are_listed(tmp_path: Path) -> None:
    make_pictures(tmp_path / "p")
    assert set(listing(tmp_path / "p")) == {"beach.jpg", "harbour.png", "harbour.aic", "meadow 2.png", "torn.jpg"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_is_called_like_an_image_is_not_listed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert listing(tmp_path) == {}


def test_subfolders_are_listed_when_asked_for(tmp_path: Path) -> None:
    make_pictures(tmp_path / "p")
    assert str(Path("more") / "snow.png") in listing(tmp_path / "p", recursive=True)


def test_an_image_knows_the_size_of_the_aic_beside_it(tmp_path: Path) -> None:
    make_pictures(tmp_path / "p")
    found = listing(tmp_path / "p")
    assert found["harbour.png"].compressed_bytes == (tmp_path / "p" / "harbour.aic").stat().st_size
    assert found["beach.jpg"].compressed_bytes is None


def test_an_image_that_is_newer_than_the_aic_beside_it_was_not_what_that_was_made_from(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "p")
    (folder / "harbour.jpg").write_bytes((folder / "harbour.png").read_bytes())
    os.utime(folder / "harbour.jpg", (WHEN, WHEN - 3600))
    os.utime(folder / "harbour.png", (WHEN, WHEN + 60))
    found = listing(folder)
    assert found["harbour.jpg"].result == found["harbour.aic"].path
    assert (found["harbour.png"].result, found["harbour.png"].compressed_bytes) == (None, None)


def test_an_empty_aic_is_nobodys_result(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "p")
    (folder / "beach.aic").write_bytes(b"")
    found = listing(folder)
    empty = found["beach.aic"]
    apply(empty, read_header(empty.path))
    assert set(judge_results(list(found.values()), [empty])) == {empty, found["beach.jpg"]}
    assert empty.compressed_bytes is None
    assert found["beach.jpg"].compressed_bytes is None


def test_dates_that_were_rounded_apart_do_not_part_an_image_from_its_result(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "p")
    os.utime(folder / "harbour.png", (WHEN, WHEN + 1.9))
    assert listing(folder)["harbour.png"].compressed_bytes


def test_where_two_files_may_be_the_result_an_older_one_does_not_stand_before_it(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "p")
    (folder / "harbour.png.aic").write_bytes(b"c" * 70)
    os.utime(folder / "harbour.aic", (WHEN, WHEN - 60))
    assert listing(folder)["harbour.png"].result == str(folder / "harbour.png.aic")


def test_a_name_is_listed_as_a_terminal_can_show_it(tmp_path: Path) -> None:
    (tmp_path / "two\nlines.png").touch()
    (shown,) = listing(tmp_path)
    assert shown == r"two\nlines.png"
    assert listing(tmp_path)[shown].path == str(tmp_path / "two\nlines.png")


def test_a_folder_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        listing(tmp_path / "gone")


def test_a_scan_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    make_pictures(tmp_path / "p")
    assert list(scan(tmp_path / "p", cancelled=lambda: True)) == []


def test_numbers_in_names_sort_by_their_value() -> None:
    names = ["image10.png", "Image2.png", "image1.png", "10.png", "9.png"]
    assert sorted(names, key=natural_order) == ["9.png", "10.png", "image1.png", "Image2.png", "image10.png"]


def test_a_header_tells_size_and_format_as_the_picture_is_seen(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for suffix, format_name in [("jpg", "JPEG"), ("png", "PNG"), ("tiff", "TIFF"), ("webp", "WEBP")]:
        Image.new("RGB", (30, 20)).save(tmp_path / f"turned.{suffix}", exif=exif)
        header = read_header(str(tmp_path / f"turned.{suffix}"))
        assert (header.width, header.height, header.format, header.error) == (20, 30, format_name, None)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff torn", b"no image at all"])
def test_a_file_that_is_no_image_says_so_in_a_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(content)
    error = read_header(str(path)).error
    assert error
    assert "\n" not in error


def test_a_file_that_vanished_says_so(tmp_path: Path) -> None:
    assert read_header(str(tmp_path / "gone.png")).error == os.strerror(2)


def test_a_damaged_aic_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.aic").write_bytes(b"junk")
    assert read_header(str(tmp_path / "x.aic")).error
