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


def test_the_original_is_replaced_only_when_told(aictui: Command, file: Path) -> None:
    before = file.read_bytes()
    assert aictui("trim", file, "--ratio", "8", "-o", file).code == 8
    assert file.read_bytes() == before
    assert aictui("trim", file, "--ratio", "8", "-o", file, "--overwrite").code == 0
    assert file.stat().st_size < len(before)


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
