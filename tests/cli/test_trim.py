from pathlib import Path

import pytest

from aictui.codec.inspect import inspect
from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("small_model")


@pytest.fixture
def file(aictui: Command, image: Path) -> Path:
    outcome = aictui("compress", image, "--ratio", "4")
    assert outcome.code == 0, outcome.err
    return image.with_suffix(".aic")


def test_a_ratio_or_a_size_is_met_without_decoding(aictui: Command, file: Path, tmp_path: Path) -> None:
    outcome = aictui("trim", file, "--ratio", "8")
    assert outcome.code == 0, outcome.err
    assert inspect((tmp_path / "photo-ratio-8.aic").read_bytes()).ratio >= 8
    assert aictui("trim", file, "--size", "2kB", "-o", "small.aic").code == 0
    assert (tmp_path / "small.aic").stat().st_size <= 2000


@pytest.mark.parametrize(
    ("goal", "name"),
    [
        (["--size", "1.5MB"], "photo-size-1500000.aic"),
        (["--ratio", "4.25"], "photo-ratio-4.25.aic"),
        (["--planes", "0"], "photo-planes-0.aic"),
    ],
)
def test_the_name_says_in_plain_digits_how_it_was_cut(
    aictui: Command, file: Path, tmp_path: Path, goal: list[str], name: str
) -> None:
    assert aictui("compress", tmp_path / "photo.png", "--level", "60", "--planes", "1", "--overwrite").code == 0
    outcome = aictui("trim", file, *goal)
    assert outcome.code == 0, outcome.err
    assert (tmp_path / name).is_file()


def test_the_result_still_decodes(aictui: Command, file: Path, tmp_path: Path) -> None:
    aictui("trim", file, "--ratio", "16", "-o", "small.aic")
    assert aictui("decompress", "small.aic").code == 0
    assert (tmp_path / "small.png").exists()


def test_a_pipe_works(aictui: Command, file: Path) -> None:
    outcome = aictui("trim", "-", "--ratio", "8", stdin=file.read_bytes())
    assert inspect(outcome.data).ratio >= 8


@pytest.mark.parametrize("more", [[], ["--overwrite"]])
def test_a_file_is_not_replaced_by_its_own_result(aictui: Command, file: Path, more: list[str]) -> None:
    before = file.read_bytes()
    outcome = aictui("trim", file, "--ratio", "8", "-o", file, *more)
    assert outcome.code == 8
    assert "is the file that the result is made of" in outcome.err
    assert file.read_bytes() == before


def test_another_file_is_replaced_only_when_told(aictui: Command, file: Path, tmp_path: Path) -> None:
    (tmp_path / "small.aic").write_bytes(b"something else")
    outcome = aictui("trim", file, "--ratio", "8", "-o", "small.aic")
    assert outcome.code == 8
    assert "small.aic exists; choose another name with -o, or replace it with --overwrite" in outcome.err
    assert aictui("trim", file, "--ratio", "8", "-o", "small.aic", "--overwrite").code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["photo.aic", "--ratio", "1e300"], "ratio takes a number from 1 to 1000000, not 1e+300"),
        (["photo.aic", "--ratio", "8", "-o", "small.webp"], "small.webp is the name of an image of another format"),
        (["-", "--ratio", "8", "--json"], "--json and the file would both go to standard output"),
        (["photo.aic", "--ratio", "8", "--json", "-o", "-"], "--json and the file would both go to standard output"),
    ],
)
@pytest.mark.usefixtures("file")
def test_a_request_that_does_not_work_is_told(aictui: Command, tmp_path: Path, arguments: list[str], says: str) -> None:
    outcome = aictui("trim", *arguments, stdin=(tmp_path / "photo.aic").read_bytes())
    assert (outcome.code, outcome.data, outcome.err.count("\n")) == (2, b"", 1)
    assert says in outcome.err


def test_where_there_is_nothing_to_cut_that_is_told(aictui: Command, file: Path, tmp_path: Path) -> None:
    assert aictui("compress", tmp_path / "photo.png", "--level", "60", "--planes", "2", "--overwrite").code == 0
    assert "2 planes\n" in aictui("info", file).out
    assert aictui("trim", file, "--planes", "1", "-o", "less.aic").err.count("\n") == 1
    assert "1 of 2 planes\n" in aictui("info", "less.aic").out
    assert [found["whole_planes"] for found in aictui("info", file, "less.aic", "--json").json] == [2, 1]
    for goal in (["--planes", "2"], ["--planes", "1"], ["--size", "10MB"], ["--ratio", "1.5"]):
        outcome = aictui("trim", "less.aic", *goal, "-o", "copy.aic", "--overwrite")
        assert outcome.code == 0
        assert outcome.err.startswith("less.aic: there is nothing to cut, as the file has ")
        assert ", 1 of 2 planes; the result is a copy of it\n" in outcome.err
        assert (tmp_path / "copy.aic").read_bytes() == (tmp_path / "less.aic").read_bytes()


def test_a_damaged_file_never_becomes_a_result(aictui: Command, file: Path, tmp_path: Path) -> None:
    damaged = bytearray(file.read_bytes())
    damaged[-20] ^= 1
    for content in (b"random bytes", bytes(damaged)):
        (tmp_path / "bad.aic").write_bytes(content)
        before = file.read_bytes()
        outcome = aictui("trim", "bad.aic", "--size", "1MB", "-o", file, "--overwrite")
        assert outcome.code == 4
        assert outcome.err.startswith("aictui: bad.aic: ")
        assert file.read_bytes() == before


def test_a_name_that_is_too_long_is_told_for_what_it_names(aictui: Command, file: Path) -> None:
    outcome = aictui("trim", 300 * "x", "--ratio", "9")
    assert (outcome.code, outcome.err.count("\n")) == (3, 1)
    assert "cannot be read: File name too long" in outcome.err
    outcome = aictui("trim", file, "--ratio", "9", "-o", 300 * "x" + "/")
    assert (outcome.code, outcome.err.count("\n")) == (8, 1)
    assert "cannot be written: the name is too long" in outcome.err


@pytest.mark.parametrize("arguments", [[], ["--ratio", "8", "--size", "2kB"]])
def test_exactly_one_goal_is_asked_for(aictui: Command, file: Path, arguments: list[str]) -> None:
    outcome = aictui("trim", file, *arguments)
    assert outcome.code == 2
    assert "exactly one" in outcome.err


def test_json_tells_what_became_of_the_file_whatever_that_is(aictui: Command, file: Path) -> None:
    (done,) = aictui("trim", file, "--ratio", "8", "--json").json
    assert (done["state"], done["reason"]) == ("done", "")
    outcome = aictui("trim", "nothing.aic", "--ratio", "8", "--json")
    assert outcome.code == 3
    assert outcome.json == [{"source": "nothing.aic", "state": "failed", "reason": "nothing.aic does not exist"}]
