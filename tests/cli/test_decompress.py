import io
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from aictui.codec import files
from aictui.codec.container import read_container, write_container
from aictui.codec.files import Overwrite
from aictui.metrics.psnr import psnr
from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("small_model")


@pytest.fixture
def file(aictui: Command, image: Path) -> Path:
    """A compressed picture, photo.aic."""
    outcome = aictui("compress", image, "--ratio", "8")
    assert outcome.code == 0, outcome.err
    image.unlink()
    return image.with_suffix(".aic")


def test_a_file_becomes_a_png_beside_it(aictui: Command, file: Path, photo: NDArray[np.uint8]) -> None:
    outcome = aictui("decompress", file)
    assert outcome.code == 0, outcome.err
    assert outcome.out == ""
    with Image.open(file.with_suffix(".png")) as picture:
        assert picture.size == (144, 96)
        assert psnr(photo, np.asarray(picture)) > 25


@pytest.mark.parametrize(
    ("name", "format_name"),
    [("x.png", "PNG"), ("x.jpg", "JPEG"), ("x.webp", "WEBP"), ("x.tiff", "TIFF"), ("x.avif", "AVIF"), ("x.bmp", "BMP")],
)
def test_the_name_says_the_format(aictui: Command, file: Path, tmp_path: Path, name: str, format_name: str) -> None:
    assert aictui("decompress", file, "-o", name).code == 0
    with Image.open(tmp_path / name) as picture:
        assert picture.format == format_name
        assert picture.size == (144, 96)


def test_a_pipe_works_and_its_format_can_be_said(aictui: Command, file: Path) -> None:
    outcome = aictui("decompress", "-", "--format", "jpg", stdin=file.read_bytes())
    assert outcome.code == 0, outcome.err
    assert Image.open(io.BytesIO(outcome.data)).format == "JPEG"


def test_the_format_may_be_said_where_the_name_does_not_tell_and_must_not_contradict_it(
    aictui: Command, file: Path, tmp_path: Path
) -> None:
    for name in ("x", "x.new", "x.jpeg"):
        assert aictui("decompress", file, "-o", name, "--format", "jpg").code == 0
        with Image.open(tmp_path / name) as picture:
            assert picture.format == "JPEG"
    outcome = aictui("decompress", file, "-o", "x.png", "--format", "jpg")
    assert outcome.code == 2
    assert "x.png is named .png, and --format says jpg" in outcome.err
    assert not (tmp_path / "x.png").exists()


def test_a_picture_that_a_format_cannot_hold_is_told(aictui: Command, tmp_path: Path) -> None:
    Image.new("L", (16_400, 2)).save(tmp_path / "wide.png")
    assert aictui("compress", "wide.png").code == 0
    outcome = aictui("decompress", "wide.aic", "--format", "webp")
    assert outcome.code == 8
    assert "the sides of a WEBP picture have at most 16383 pixels" in outcome.err
    assert not (tmp_path / "wide.webp").exists()


@pytest.mark.parametrize("name", ["x.aic", "x.docx", "x"])
def test_a_format_that_cannot_be_written_is_told_before_any_work(
    aictui: Command, file: Path, tmp_path: Path, name: str
) -> None:
    outcome = aictui("decompress", file, "-o", name)
    if name == "x":
        assert outcome.code == 0
        return
    assert outcome.code == 2
    assert "pictures cannot be written as" in outcome.err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("suffix", ["a/b", "../x", ".", "bogus"])
def test_a_format_that_is_none_is_told_before_any_folder_is_made(
    aictui: Command, file: Path, tmp_path: Path, suffix: str
) -> None:
    outcome = aictui("decompress", tmp_path, "-o", tmp_path / "out", "--format", suffix)
    assert outcome.code == 2
    assert "pictures cannot be written as" in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tiff", "avif"])
def test_metadata_comes_back(aictui: Command, tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    profile = b"an ICC profile"
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(tmp_path / "c.jpg", exif=exif, icc_profile=profile)
    assert aictui("compress", "c.jpg").code == 0
    outcome = aictui("decompress", "c.aic", "-o", f"back.{suffix}")
    assert outcome.code == 0, outcome.err
    with Image.open(tmp_path / f"back.{suffix}") as picture:
        assert picture.getexif()[0x010F] == "Camera"
        assert picture.info["icc_profile"] == profile


def test_transparency_comes_back_or_is_laid_on_white_with_a_notice(aictui: Command, tmp_path: Path) -> None:
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[:, 16:, 3] = 255
    Image.fromarray(pixels).save(tmp_path / "half.png")
    assert aictui("compress", "half.png").code == 0
    assert aictui("decompress", "half.aic", "-o", "back.png").code == 0
    with Image.open(tmp_path / "back.png") as picture:
        assert (np.asarray(picture)[..., 3] == pixels[..., 3]).all()
    outcome = aictui("decompress", "half.aic", "-o", "back.jpg")
    assert outcome.code == 0
    assert "JPEG holds no transparency; the picture was laid on white" in outcome.err
    with Image.open(tmp_path / "back.jpg") as picture:
        assert picture.getpixel((2, 2)) == (255, 255, 255)


def test_a_cut_file_gives_a_picture_a_notice_and_success(aictui: Command, file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    outcome = aictui("decompress", file)
    assert outcome.code == 0
    assert f"{file}: " in outcome.err
    assert file.with_suffix(".png").exists()


def test_a_damaged_file_is_refused_unless_damage_is_kept(aictui: Command, file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)
    outcome = aictui("decompress", file)
    assert outcome.code == 4
    assert outcome.err.count("\n") == 1
    assert not file.with_suffix(".png").exists()
    assert aictui("decompress", file, "--keep-damaged").code == 0


@pytest.mark.parametrize("content", [b"", b"\x89AIC", b"\x89PNG\r\n\x1a\n" * 20, b"\x00" * 1000])
def test_what_is_no_aic_file_is_told_in_a_line(aictui: Command, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.aic").write_bytes(content)
    outcome = aictui("decompress", "x.aic")
    assert outcome.code == 4
    assert outcome.err.count("\n") == 1


def test_an_image_is_told_to_be_no_aic_file_although_its_result_would_be_itself(
    aictui: Command, image: Path, tmp_path: Path
) -> None:
    image.rename(tmp_path / "t.png")
    for more in ([], ["--overwrite"], ["-o", "t.png"]):
        outcome = aictui("decompress", "t.png", *more)
        assert outcome.code == 4
        assert outcome.err.startswith("aictui: t.png: this is not an .aic file")


def test_a_file_that_is_not_there_is_told(aictui: Command) -> None:
    assert aictui("decompress", "nowhere.aic").code == 3


@pytest.mark.parametrize("place", [300 * "x" + ".png", 300 * "x" + "/y.png", 300 * "x" + "/"])
def test_an_output_whose_name_is_too_long_is_told(aictui: Command, file: Path, place: str) -> None:
    outcome = aictui("decompress", file, "-o", place)
    assert (outcome.code, outcome.err.count("\n")) == (8, 1)
    assert "cannot be written: the name is too long" in outcome.err


def test_a_name_that_is_too_long_does_not_stop_the_others(aictui: Command, file: Path) -> None:
    outcome = aictui("decompress", 300 * "x", file)
    assert outcome.code == 1
    assert "cannot be read: File name too long" in outcome.err
    assert file.with_suffix(".png").is_file()


def test_many_files_go_into_a_folder(aictui: Command, file: Path, tmp_path: Path) -> None:
    (tmp_path / "other.aic").write_bytes(file.read_bytes())
    (tmp_path / "out").mkdir()
    outcome = aictui("decompress", file, "other.aic", "-o", "out", "--format", "webp", "--json")
    assert outcome.code == 0, outcome.err
    assert [Path(result["output"]).name for result in outcome.json] == ["photo.webp", "other.webp"]
    (tmp_path / "one.png").write_bytes(b"")
    assert "need one" in aictui("decompress", file, "other.aic", "-o", "one.png").err


def test_a_folder_goes_into_a_mirror_and_a_file_that_fails_does_not_stop_the_others(
    aictui: Command, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.aic").write_bytes(file.read_bytes())
    (tmp_path / "in" / "bad.aic").write_bytes(b"nothing")
    outcome = aictui("decompress", "-r", "in", "-o", "out")
    assert outcome.code == 1
    assert "aictui: in/bad.aic: " in outcome.err
    assert [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.*")] == [Path("deep/a.png")]


def test_no_result_takes_the_place_of_another_or_of_its_file(aictui: Command, file: Path, tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.aic").write_bytes(file.read_bytes())
    outcome = aictui("decompress", "x/a.aic", "y/a.aic", "-o", "out", "--overwrite")
    assert outcome.code == 1
    assert "aictui: out/a.png is the picture of x/a.aic; decompress y/a.aic into another folder" in outcome.err
    odd = file.rename(tmp_path / "odd.png")
    before = odd.read_bytes()
    outcome = aictui("decompress", odd, "--overwrite")
    assert outcome.code == 8
    assert "is the file that the result is made of" in outcome.err
    assert odd.read_bytes() == before


def test_names_that_the_file_system_does_not_tell_apart_do_not_replace_each_other(
    aictui: Command, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("A", "a"):
        (tmp_path / f"{name}.aic").write_bytes(file.read_bytes())
    write = files.write_file

    def write_without_regard_to_case(path: Path, data: bytes, overwrite: Overwrite, *, source: Path) -> Path | None:
        written = write(path, data, overwrite, source=source)
        (tmp_path / "a.png").hardlink_to(path)
        return written

    monkeypatch.setattr(files, "write_file", write_without_regard_to_case)
    outcome = aictui("decompress", "A.aic", "a.aic", "--overwrite")
    assert outcome.code == 1
    assert "aictui: a.png is the picture of A.aic" in outcome.err


def test_an_empty_folder_is_told_and_does_not_stop_the_others(aictui: Command, file: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    outcome = aictui("decompress", "none")
    assert outcome.code == 3
    assert "none holds no .aic file; -r looks into its folders too" in outcome.err
    outcome = aictui("decompress", "none", "nowhere.aic", file)
    assert outcome.code == 1
    assert "none holds no .aic file" in outcome.err
    assert "nowhere.aic does not exist" in outcome.err
    assert file.with_suffix(".png").exists()


def test_a_part_that_makes_no_sense_is_told_in_a_line_and_does_not_stop_the_others(
    aictui: Command, image: Path, tmp_path: Path
) -> None:
    assert aictui("compress", image, "--coder", "deflate", "-o", "good.aic").code == 0
    container = read_container((tmp_path / "good.aic").read_bytes())
    parts = [b"\xff" * part.length for part in container.parts]
    (tmp_path / "bad.aic").write_bytes(write_container(container.header, {}, parts))
    outcome = aictui("decompress", "bad.aic")
    assert outcome.code == 4
    assert outcome.err.startswith("aictui: bad.aic: part 1 of this file cannot be read by entropy coder deflate: ")
    assert outcome.err.count("\n") == 1
    assert aictui("decompress", "bad.aic", "good.aic").code == 1
    assert (tmp_path / "good.png").exists()
    assert not (tmp_path / "bad.png").exists()


def test_json_tells_of_every_file_that_fails(aictui: Command, file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = aictui("decompress", "nowhere.aic", "empty", file, "-o", "out", "--json")
    assert outcome.code == 1
    assert [(each["source"], each["state"]) for each in outcome.json] == [
        ("nowhere.aic", "failed"),
        ("empty", "failed"),
        (str(file), "done"),
    ]
    (alone,) = aictui("decompress", "nowhere.aic", "--json").json
    assert (alone["state"], alone["reason"]) == ("failed", "nowhere.aic does not exist")


def test_a_file_that_is_named_twice_is_taken_once(aictui: Command, file: Path, tmp_path: Path) -> None:
    outcome = aictui("decompress", file, file.name, tmp_path, "-o", "out")
    assert outcome.code == 0, outcome.err
    assert outcome.err.count("→") == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_of_a_folder_only_files_that_are_not_hidden_are_taken_whatever_the_case_of_their_names(
    aictui: Command, file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "tree.aic").mkdir(parents=True)
    os.mkfifo(folder / "pipe.aic")
    for name in ("LOUD.AIC", ".hidden.aic", "plain.aic"):
        (folder / name).write_bytes(file.read_bytes())
    outcome = aictui("decompress", folder)
    assert outcome.code == 0, outcome.err
    assert sorted(path.name for path in folder.rglob("*.png")) == ["LOUD.png", "plain.png"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read everything")
def test_a_folder_that_nobody_may_read_is_told(aictui: Command, file: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(0o000)
    outcome = aictui("decompress", tmp_path, "-r")
    assert outcome.code == 1
    assert "locked cannot be looked into (permission denied)" in outcome.err


def test_sides_that_a_format_cannot_hold_are_told(aictui: Command, tmp_path: Path) -> None:
    Image.new("L", (40_000, 8)).save(tmp_path / "long.png")
    assert aictui("compress", "long.png", "--level", "10").code == 0
    outcome = aictui("decompress", "long.aic", "-o", "long.avif")
    assert outcome.code == 8
    assert "32768" in outcome.err


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_several_files_cannot_go_to_standard_output(aictui: Command, file: Path, as_json: list[str]) -> None:
    for named in ([file, file], [file.parent]):
        outcome = aictui("decompress", *named, "-o", "-", *as_json)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err == "aictui: several pictures cannot go to standard output; name a folder with -o\n"
