from pathlib import Path

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("small_model")


@pytest.fixture
def file(aictui: Command, image: Path) -> Path:
    outcome = aictui("compress", image, "--ratio", "8", "--set", "quantizer.zone=0.2")
    assert outcome.code == 0, outcome.err
    return image.with_suffix(".aic")


def test_the_table_says_what_the_file_holds(aictui: Command, file: Path) -> None:
    outcome = aictui("info", file)
    assert outcome.code == 0
    for words in ["144 × 96, RGB", "linear@", "deadzone zone=0.2", "range", f"{file.stat().st_size:,} bytes"]:
        assert words in outcome.out


def test_json_is_an_object_a_line(aictui: Command, file: Path) -> None:
    outcome = aictui("info", file, file, "--json")
    first, second = outcome.json
    assert first == second
    assert first["file_bytes"] == file.stat().st_size
    assert first["quantizer"] == {"id": "deadzone", "version": 1, "package": "", "options": {"zone": 0.2}}


def test_the_tune_has_a_name(aictui: Command, image: Path) -> None:
    for tune in ("psnr", "visual"):
        assert aictui("compress", image, "--tune", tune, "--overwrite").code == 0
        assert ["tune", tune] in [line.split() for line in aictui("info", "photo.aic").out.splitlines()]
        assert aictui("info", "photo.aic", "--json").json[0]["tune_name"] == tune


def test_a_pipe_works(aictui: Command, file: Path) -> None:
    assert "144 × 96" in aictui("info", "-", stdin=file.read_bytes()).out


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no device without an end")
def test_what_is_no_aic_file_is_not_read_to_its_end(aictui: Command) -> None:
    outcome = aictui("info", "/dev/zero")
    assert outcome.code == 4
    assert outcome.err == "aictui: /dev/zero: this is not an .aic file: it starts with 00 00 00 00, not 89 41 49 43\n"


def test_a_cut_file_says_how_much_is_there(aictui: Command, file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    assert f"{len(data) // 2:,} of {len(data):,} bytes" in aictui("info", file).out


def test_another_file_is_told_in_a_line(aictui: Command, image: Path) -> None:
    outcome = aictui("info", image)
    assert outcome.code == 4
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1


def test_a_strange_name_is_told_without_harm(aictui: Command, file: Path) -> None:
    strange = file.rename(file.with_name("caf\udce9\x1b[31m\n.aic"))
    outcome = aictui("info", strange)
    assert outcome.code == 0, outcome.err
    assert r"caf\udce9\x1b[31m\n.aic" in outcome.out


def test_one_of_several_that_fails_does_not_stop_the_others(aictui: Command, file: Path, image: Path) -> None:
    outcome = aictui("info", image, "nowhere.aic", file, "--json")
    assert outcome.code == 1
    assert [(found["file"], found["state"]) for found in outcome.json] == [
        (str(image), "failed"),
        ("nowhere.aic", "failed"),
        (str(file), "done"),
    ]
    assert outcome.json[1]["reason"] == "nowhere.aic does not exist"
    assert f"aictui: {image}: " in outcome.err
    assert "aictui: nowhere.aic does not exist" in outcome.err
