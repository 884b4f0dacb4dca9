import os
from pathlib import Path

import pytest
from PIL import Image

from aictui.printable import printable
from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("small_model")


def test_a_folder_for_results_whose_name_is_too_long_is_told_once(aictui: Command, image: Path, tmp_path: Path) -> None:
    outcome = aictui("compress", tmp_path, "-o", 300 * "x")
    assert (outcome.code, outcome.err.count("\n")) == (8, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["--suffix", 300 * "x"], 2, "a suffix is part of a file name and has at most 250 bytes, not 300"),
        (["--suffix", "a/b"], 2, "a suffix is part of a file name and cannot be 'a/b'"),
        (["--latents", "9999"], 2, "model linear has 256 latents a chunk, not 9999"),
        (["--tune", "ears"], 2, "model linear has no tune 'ears'; its tunes: "),
        (["--planes", "3"], 2, "model linear has at most 2 planes of precision, and 3 were asked for"),
        (["--level", "9999"], 7, "model linear has levels 0 to 99, not 9999"),
        (["--quantizer", "deadzone", "--coder", "raw"], 6, "entropy coder raw writes symbols from -128 to 127"),
    ],
)
def test_what_no_image_of_a_folder_could_be_compressed_with_is_told_once(
    aictui: Command, image: Path, tmp_path: Path, arguments: list[str], code: int, reason: str
) -> None:
    (tmp_path / "again.png").write_bytes(image.read_bytes())
    for more in ([], ["--dry-run"]):
        outcome = aictui("compress", tmp_path, *arguments, *more)
        assert outcome.code == code
        assert outcome.err.startswith(f"aictui: {reason}")
        assert outcome.err.count("\n") == 1


def test_an_image_whose_name_is_too_long_does_not_stop_the_others(aictui: Command, image: Path) -> None:
    outcome = aictui("compress", 300 * "x", image)
    assert outcome.code == 1
    assert "cannot be read: File name too long" in outcome.err
    assert image.with_suffix(".aic").is_file()


@pytest.mark.parametrize("options", [["--new-dates"], ["--minimum-saving", "1"], ["--include", "*.png"]])
def test_a_single_file_goes_where_it_is_told_with_options_of_batches_too(
    aictui: Command, image: Path, tmp_path: Path, options: list[str]
) -> None:
    (tmp_path / "folder").mkdir()
    assert aictui("compress", image, "-o", "small.aic", *options).code == 0
    assert aictui("compress", image, "-o", "folder", *options).code == 0
    assert (tmp_path / "small.aic").is_file()
    assert (tmp_path / "folder" / "photo.aic").read_bytes() == (tmp_path / "small.aic").read_bytes()
    outcome = aictui("compress", image, "-o", "small.aic", *options)
    assert outcome.code == 8
    assert "small.aic exists; choose another name with -o, or replace it with --overwrite" in outcome.err


def test_a_dry_run_of_a_single_file_writes_nothing(aictui: Command, image: Path, tmp_path: Path) -> None:
    outcome = aictui("compress", image, "-o", "small.aic", "--dry-run")
    assert outcome.code == 0
    assert f"{image} → small.aic" in outcome.err
    assert not (tmp_path / "small.aic").exists()


def test_a_single_file_is_kept_though_larger_unless_it_shall_save(aictui: Command, tmp_path: Path) -> None:
    Image.new("RGB", (40, 40), "red").save(tmp_path / "flat.png")
    larger = ["--level", "40", "--coder", "raw", "--quantizer", "int8"]
    outcome = aictui("compress", "flat.png", *larger, "--suffix", "-web")
    assert outcome.code == 0, outcome.err
    assert (tmp_path / "flat-web.aic").stat().st_size > (tmp_path / "flat.png").stat().st_size
    (outcome,) = aictui("compress", "flat.png", *larger, "--minimum-saving", "9", "--json").json
    assert outcome["state"] == "kept"
    (outcome,) = aictui("compress", "flat.png", *larger, "--replace", "--json").json
    assert outcome["state"] == "kept"
    assert (tmp_path / "flat.png").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-o", "-", "--dry-run"], "give it alone, without --dry-run"),
        (["--measure", "--new-dates"], "single file, without --new-dates"),
        (["-o", "x.aic", "--suffix", "-web"], "names the file, so --suffix cannot go with it"),
        (["photo.png", "-o", "x.aic"], "-o x.aic is not a folder"),
    ],
)
def test_options_of_batches_that_contradict_others_are_refused(
    aictui: Command, image: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    outcome = aictui("compress", image, *arguments)
    assert outcome.code == 2
    assert says in outcome.err
    assert not (tmp_path / "x.aic").exists()


class TestManyFiles:
    @pytest.fixture(autouse=True)
    def tree(self, image: Path, tmp_path: Path) -> None:
        (tmp_path / "in" / "deep").mkdir(parents=True)
        noise = Image.effect_noise((90, 60), 60).convert("RGB")
        noise.save(tmp_path / "in" / "a.png")
        noise.rotate(180).save(tmp_path / "in" / "deep" / "b.png")
        (tmp_path / "in" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")

    def test_a_folder_goes_beside_or_into_a_mirror(self, aictui: Command, tmp_path: Path) -> None:
        outcome = aictui("compress", "-r", "in", "-o", "out", "--json")
        assert outcome.code == 0, outcome.err
        assert {result["state"] for result in outcome.json} == {"done"}
        assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.aic")} == {"out/a.aic", "out/deep/b.aic"}

    def test_without_r_folders_within_are_left_alone(self, aictui: Command, tmp_path: Path) -> None:
        assert aictui("compress", "in").code == 0
        assert {path.name for path in tmp_path.rglob("*.aic")} == {"a.aic"}

    def test_what_is_done_is_skipped_the_next_time(self, aictui: Command) -> None:
        aictui("compress", "-r", "in")
        outcome = aictui("compress", "-r", "in")
        assert outcome.code == 0
        assert "2 skipped" in outcome.err

    def test_a_dry_run_writes_nothing(self, aictui: Command, tmp_path: Path) -> None:
        outcome = aictui("compress", "-r", "in", "--dry-run")
        assert outcome.code == 0
        assert "a.png → " in outcome.err
        assert not list(tmp_path.rglob("*.aic"))

    def test_a_file_that_fails_does_not_stop_the_others(self, aictui: Command, tmp_path: Path) -> None:
        whole = (tmp_path / "in" / "a.png").read_bytes()
        (tmp_path / "in" / "cut.png").write_bytes(whole[: len(whole) // 2])
        outcome = aictui("compress", "in")
        assert outcome.code == 1
        assert "aictui: in/cut.png: " in outcome.err
        assert (tmp_path / "in" / "a.aic").exists()

    @pytest.mark.parametrize("name", [b"caf\xe9.png", b"\x1b[31mred\n.png"])
    def test_a_strange_name_is_shown_and_told_without_harm(self, aictui: Command, tmp_path: Path, name: bytes) -> None:
        strange = tmp_path / "in" / os.fsdecode(name)
        try:
            strange.write_bytes((tmp_path / "in" / "a.png").read_bytes())
        except OSError:
            pytest.skip("this file system does not take such a name")
        told = aictui("compress", "in", "-o", "out", "--json")
        assert told.code == 0, told.err
        assert str(strange.relative_to(tmp_path)) in {result["source"] for result in told.json}
        shown = aictui("compress", "in", "-o", "other")
        assert printable(str(strange.relative_to(tmp_path))) + " → " in shown.err
        assert {path.stem for path in (tmp_path / "other").iterdir()} == {"a", strange.stem}

    def test_a_file_that_is_named_and_no_image_fails(self, aictui: Command, image: Path, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("hello")
        (tmp_path / "done.aic").write_bytes(aictui("compress", image, "-o", "-").data)
        outcome = aictui("compress", "in/a.png", "notes.txt", "done.aic", "notes.txt")
        assert outcome.code == 1
        assert outcome.err.count("aictui: notes.txt is not an image") == 1
        assert "aictui: done.aic is an .aic file already" in outcome.err
        assert "1 done" in outcome.err
        assert not (tmp_path / "done.aic.aic").exists()
        for arguments in (["done.aic", "-o", "again.aic"], ["done.aic", "notes.txt"], ["notes.txt", "--dry-run"]):
            assert aictui("compress", *arguments).code == 3
        assert not (tmp_path / "again.aic").exists()

    def test_a_file_that_is_named_and_left_out_by_a_pattern_is_no_failure(
        self, aictui: Command, tmp_path: Path
    ) -> None:
        (tmp_path / "notes.txt").write_text("hello")
        assert aictui("compress", "in/a.png", "notes.txt", "--exclude", "*.TXT").code == 0

    def test_where_a_pattern_leaves_nothing_it_is_named(self, aictui: Command) -> None:
        outcome = aictui("compress", "in/a.png", "--include", "*.jpg")
        assert outcome.code == 3
        assert outcome.err == "aictui: no images in in/a.png that --include *.jpg would let through\n"

    @pytest.mark.parametrize("options", [[], ["--dry-run"], ["--json"]])
    def test_where_there_is_nothing_to_compress_that_is_told(
        self, aictui: Command, tmp_path: Path, options: list[str]
    ) -> None:
        (tmp_path / "empty" / "notes").mkdir(parents=True)
        outcome = aictui("compress", "empty", *options)
        assert outcome.code == 3
        assert outcome.err == "aictui: no images in empty; -r looks into folders within too\n"

    def test_several_names_and_standard_input_do_not_go_together(self, aictui: Command, image: Path) -> None:
        assert "give it alone" in aictui("compress", image, "-").err
        outcome = aictui("compress", image, "in/a.png", "-o", image)
        assert outcome.code == 2
        assert "is not a folder" in outcome.err
