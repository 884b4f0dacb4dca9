import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from aictui import config
from aictui.codec import encode, export
from aictui.codec.inspect import inspect
from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("small_model")


def test_a_picture_becomes_a_file_beside_it(aictui: Command, image: Path) -> None:
    outcome = aictui("compress", image)
    assert outcome.code == 0, outcome.err
    assert outcome.out == ""
    assert f"{image} → {image.with_suffix('.aic')}" in outcome.err
    assert inspect(image.with_suffix(".aic").read_bytes()).ratio >= 16


def test_a_result_is_dated_like_its_original(aictui: Command, image: Path) -> None:
    os.utime(image, ns=(10**18, 981_173_106 * 10**9))
    assert aictui("compress", image).code == 0
    assert image.with_suffix(".aic").stat().st_mtime_ns == 981_173_106 * 10**9
    assert aictui("compress", image, "--new-dates", "--overwrite").code == 0
    assert image.with_suffix(".aic").stat().st_mtime_ns > 1_700_000_000 * 10**9


def test_a_name_that_begins_like_a_home_folder_is_one_as_any_other(aictui: Command, image: Path) -> None:
    image.rename("~photo.png")
    assert aictui("compress", "./~photo.png").code == 0
    assert Path("~photo.aic").exists()
    assert aictui("compress", ".", "--suffix", "-again").code == 0


def test_quiet_says_nothing(aictui: Command, image: Path) -> None:
    assert aictui("compress", image, "--quiet").err == ""


def test_the_output_may_be_a_file_or_a_folder(aictui: Command, image: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert aictui("compress", image, "-o", tmp_path / "folder").code == 0
    assert aictui("compress", image, "-o", tmp_path / "other.aic").code == 0
    assert (tmp_path / "folder" / "photo.aic").read_bytes() == (tmp_path / "other.aic").read_bytes()


def test_an_image_that_is_called_like_its_result_is_never_replaced(
    aictui: Command, image: Path, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    odd = image.rename(tmp_path / "in" / "x.aic")
    before = odd.read_bytes()
    for arguments in ([odd], [odd, "-o", "in"], ["in"], [odd, "--suffix", ""], ["in", "--allow-larger"]):
        outcome = aictui("compress", *arguments, "--overwrite")
        assert outcome.code == 0, outcome.err
        assert odd.read_bytes() == before
        assert inspect((tmp_path / "in" / "x.aic.aic").read_bytes()).ratio >= 16


def test_an_image_is_not_replaced_by_its_own_result(aictui: Command, image: Path, tmp_path: Path) -> None:
    before = image.read_bytes()
    (tmp_path / "link.aic").symlink_to(image)
    for output in (image, tmp_path / "link.aic"):
        for more in ([], ["--minimum-saving", "1"]):
            outcome = aictui("compress", image, "-o", output, "--overwrite", *more)
            assert outcome.code == 8
            assert f"{output} is the file that the result is made of" in outcome.err
    assert image.read_bytes() == before


def test_standard_input_goes_to_standard_output(aictui: Command, image: Path) -> None:
    outcome = aictui("compress", "-", "--ratio", "8", stdin=image.read_bytes())
    assert outcome.code == 0, outcome.err
    assert inspect(outcome.data).ratio >= 8


@pytest.mark.parametrize(
    ("target", "check"),
    [
        (["--ratio", "32"], lambda result: result["ratio"] >= 32),
        (["--size", "2kB"], lambda result: 1950 <= result["bytes"] <= 2000),
        (["--psnr", "38"], lambda result: result["psnr"] >= 38),
        (["--quality", "50"], lambda result: result["bytes"] > 100),
        (["--level", "3"], lambda result: result["bytes"] > 100),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_every_way_to_say_how_small(aictui: Command, image: Path, target: list[str], check) -> None:
    outcome = aictui("compress", image, *target, "--measure", "--json")
    assert outcome.code == 0, outcome.err
    (result,) = outcome.json
    assert check(result)
    assert result["bytes"] == Path(result["output"]).stat().st_size


def test_json_of_one_file_and_of_several_has_the_same_names(aictui: Command, image: Path, tmp_path: Path) -> None:
    (alone,) = aictui("compress", image, "--measure", "--json").json
    (tmp_path / "other.png").write_bytes(image.read_bytes())
    several = aictui("compress", "other.png", "nowhere.png", "--json")
    failed, done = several.json
    assert list(alone) == list(done)
    assert {"width", "height", "bytes", "ratio", "bits_per_pixel", "psnr", "target", "state"} < set(done)
    same = ("state", "reason", "width", "height", "source_bytes", "output_bytes", "bytes", "ratio", "bits_per_pixel")
    assert [alone[name] for name in same] == [done[name] for name in same]
    assert (done["psnr"], alone["psnr"] > 20) == (None, True)
    assert (failed["source"], failed["state"]) == ("nowhere.png", "failed")
    assert failed["reason"] == "nowhere.png does not exist"
    assert several.code == 1


@pytest.mark.usefixtures("image")
@pytest.mark.parametrize("more", [[], ["--new-dates"], ["photo.png"]])
def test_json_tells_of_every_file_that_fails(aictui: Command, tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    outcome = aictui("compress", "notes.txt", *more, "--json")
    told = [(each["source"], each["reason"]) for each in outcome.json if each["state"] == "failed"]
    assert told == [("notes.txt", "notes.txt is not an image, or of a format that Pillow does not know")]
    assert outcome.code != 0


def test_a_picture_without_any_error_is_told_in_json_that_everybody_reads(aictui: Command, tmp_path: Path) -> None:
    Image.new("L", (32, 32), 128).save(tmp_path / "flat.png")
    outcome = aictui("compress", "flat.png", "--level", "99", "--allow-larger", "--measure", "--json")
    (told,) = (json.loads(line, parse_constant=pytest.fail) for line in outcome.out.splitlines())
    assert told["psnr"] is None


def test_a_name_is_drawn_without_harm_while_there_are_bars(
    aictui: Command, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = image.rename(image.with_name("\x1b]0;title\a.png"))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    for arguments in (["-o", "a.aic"], ["--suffix", "-b"]):
        outcome = aictui("compress", strange, *arguments)
        assert outcome.code == 0, outcome.err
        assert r"\x1b]0;title" in outcome.err
        assert "\x1b]0;" not in outcome.err


@pytest.mark.parametrize(
    "arguments", [["-o", 300 * "x"], ["-o", 300 * "x" + "/"], ["-o", 2500 * "x/" + "y.aic"], ["--suffix", 248 * "x"]]
)
def test_an_output_whose_name_is_too_long_is_told(aictui: Command, image: Path, arguments: list[str]) -> None:
    outcome = aictui("compress", image, *arguments)
    assert (outcome.code, outcome.err.count("\n")) == (8, 1)
    assert "cannot be written: the name is too long" in outcome.err


def test_an_existing_file_stays_unless_told(aictui: Command, image: Path) -> None:
    result = image.with_suffix(".aic")
    result.write_bytes(b"precious")
    outcome = aictui("compress", image)
    assert outcome.code == 8
    assert "exists" in outcome.err
    assert result.read_bytes() == b"precious"
    assert aictui("compress", image, "--overwrite").code == 0
    assert result.read_bytes() != b"precious"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--ratio", "8", "--psnr", "30"], 2, "--ratio and --psnr exclude each other"),
        (["--ratio", "0"], 2, "ratio takes a number from 1"),
        (["--level", "-1"], 2, "level takes a number from 0, not -1"),
        (["--level", "3.7"], 2, "level takes a whole number, not 3.7"),
        (["--size", "big"], 2, "'big' is not a size"),
        (["--planes", "9"], 2, "planes is a whole number from 0 to 3"),
        (["--planes", "many"], 2, "planes takes a number from 0 to 3 or auto, not 'many'"),
        (["--coder", "zip"], 5, "entropy coder 'zip' is not installed; there are"),
        (["--model", "nowhere"], 5, "needs model nowhere, which is not installed"),
        (["--chunker", "rgb16"], 6, "take chunker"),
        (["--size", "20B"], 7, "20"),
        (["--set", "zone=1"], 2, "--set takes KIND.OPTION=VALUE"),
        (["--set", "quantizer.colour=1"], 2, "quantizer deadzone has no option 'colour'; its options: zone"),
        (["--set", "quantizer.zone=1"], 2, "option zone takes a number from 0 to 0.5"),
        (["--quantizer-zone", "9"], 2, "option zone takes a number from 0 to 0.5"),
        (["--quantizer-colour", "9"], 2, "No such option '--quantizer-colour'"),
        (["--keep", "exif,smell"], 2, "metadata to keep is exif, icc or xmp, all or none, not 'smell'"),
        (["--preset", "web"], 2, "there is no preset 'web'"),
        (["-o", "small.JPG"], 2, "small.JPG is the name of an image of another format, and the result is an .aic file"),
        (["-o", "nowhere/photo.aic"], 8, "there is no folder"),
        (["-o", "-", "--json"], 2, "--json and the file would both go to standard output"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_request_that_does_not_work_is_told_in_a_line_and_leaves_nothing(
    aictui: Command, image: Path, arguments: list[str], code: int, says: str
) -> None:
    outcome = aictui("compress", image, *arguments)
    assert says in outcome.err
    assert outcome.code == code
    assert outcome.err.count("\n") == 1
    assert outcome.data == b""
    assert [path.name for path in image.parent.iterdir() if not path.name.startswith(".")] == ["photo.png"]


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_image_is_told_in_a_line(aictui: Command, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.png").write_bytes(content)
    outcome = aictui("compress", "broken.png")
    assert outcome.code == 3
    assert outcome.err.startswith("aictui: broken.png")
    assert outcome.err.count("\n") == 1


def test_the_flag_of_an_option_is_the_same_as_setting_it(aictui: Command, image: Path) -> None:
    def compressed(*arguments: str) -> bytes:
        outcome = aictui("compress", image, "-o", "-", "--level", "20", *arguments)
        assert outcome.code == 0, outcome.err
        return outcome.data

    assert compressed("--quantizer-zone", "0.3") == compressed("--set", "quantizer.zone=0.3")
    assert compressed("--quantizer-zone", "0.3") != compressed()
    assert inspect(compressed("--quantizer-zone", "0.3")).quantizer.options == {"zone": 0.3}


def test_help_shows_the_options_of_a_chosen_component(aictui: Command) -> None:
    assert "--quantizer-zone VALUE" in aictui("compress", "--quantizer", "deadzone", "--help").out
    assert "--quantizer-zone VALUE" not in aictui("compress", "--help").out


def test_the_flags_are_those_of_the_quantizer_that_goes_with_the_coder(aictui: Command, image: Path) -> None:
    assert "--quantizer-zone" in aictui("compress", image, "--quantizer-zone", "0.1", "--help").out
    outcome = aictui("compress", image, "--coder", "raw", "--quantizer-zone", "0.1")
    assert outcome.code == 2
    assert "No such option '--quantizer-zone'" in outcome.err
    outcome = aictui("compress", image, "--coder", "raw", "--set", "quantizer.zone=0.1")
    assert outcome.code == 2
    assert "quantizer int8 has no option 'zone'" in outcome.err


def test_a_preset_is_a_start_that_options_override(aictui: Command, image: Path) -> None:
    config.update("presets.web", {"target": "32x", "coder": "deflate", "quantizer": "deadzone"})
    config.update("presets.web", {"options": {"quantizer": {"zone": 0.2}}})
    found = inspect(aictui("compress", image, "-o", "-", "--preset", "web").data)
    assert (found.coder.id, found.quantizer.options) == ("deflate", {"zone": 0.2})
    assert found.ratio >= 32
    found = inspect(
        aictui("compress", image, "-o", "-", "--preset", "web", "--quantizer", "round", "--ratio", "8").data
    )
    assert (found.coder.id, found.quantizer.id, found.quantizer.options) == ("deflate", "round", {})
    assert 8 <= found.ratio < 9


def test_metadata_is_kept_or_left_out(aictui: Command, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(tmp_path / "camera.jpg", exif=exif)
    assert inspect(aictui("compress", "camera.jpg", "-o", "-").data).metadata.keys() == {"exif"}
    assert inspect(aictui("compress", "camera.jpg", "-o", "-", "--keep", "none").data).metadata == {}
    assert inspect(aictui("compress", "camera.jpg", "-o", "-", "--keep", "icc,xmp").data).metadata == {}


def test_a_terminal_gets_no_binary_data(aictui: Command, image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    outcome = aictui("compress", image, "-o", "-")
    assert outcome.code == 2
    assert "would go to the terminal" in outcome.err
    assert outcome.data == b""


def test_ctrl_c_leaves_nothing_half_written(aictui: Command, image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("aictui.codec.encode.encode", interrupted)
    outcome = aictui("compress", image)
    assert (outcome.code, outcome.err) == (130, "aictui: cancelled\n")
    assert [path.name for path in image.parent.iterdir() if not path.name.startswith(".")] == ["photo.png"]


def test_an_image_on_standard_input_that_is_none_is_told(aictui: Command) -> None:
    for content, says in ((b"nothing", "not an image"), (b"", "standard input is empty")):
        outcome = aictui("compress", "-", stdin=content)
        assert outcome.code == 3
        assert says in outcome.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_what_is_made_of_a_private_file_is_private(aictui: Command, image: Path, tmp_path: Path) -> None:
    image.chmod(0o600)
    for arguments in ([image], [tmp_path, "--suffix", "-batch"]):
        assert aictui("compress", *arguments).code == 0
    assert aictui("trim", "photo.aic", "--ratio", "100").code == 0
    assert aictui("decompress", "photo.aic", "-o", "back.png").code == 0
    made = [tmp_path / name for name in ("photo.aic", "photo-batch.aic", "photo-ratio-100.aic", "back.png")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o600] * 4


@pytest.mark.parametrize("place", [["", "--replace"], ["photo.png", "", "--replace"], ["photo.png", "-o", ""]])
def test_an_empty_name_is_no_folder(aictui: Command, image: Path, tmp_path: Path, place: list[str]) -> None:
    outcome = aictui("compress", *place)
    assert outcome.code == 2
    assert "'' names no file and no folder" in outcome.err
    assert image.is_file()
    assert not list(tmp_path.glob("*.aic"))


@pytest.mark.parametrize("choice", ["--model", "--coder", "--quantizer", "--chunker", "--tune"])
def test_an_empty_choice_is_refused(aictui: Command, image: Path, choice: str) -> None:
    outcome = aictui("compress", image, choice, "")
    assert outcome.code != 0
    assert not image.with_suffix(".aic").exists()


def test_a_folder_in_the_place_of_a_result_is_told(aictui: Command, image: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.aic").mkdir()
    assert "photo.aic is there already, a folder" in aictui("compress", tmp_path).err


def test_results_go_where_was_asked_though_a_plugin_leaves_the_working_folder(
    aictui: Command, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def wandering(work: Callable[..., Any]) -> Callable[..., Any]:
        def wander(*arguments: Any, **named: Any) -> Any:
            os.chdir(elsewhere)
            return work(*arguments, **named)

        return wander

    monkeypatch.setattr(encode, "encode", wandering(encode.encode))
    monkeypatch.setattr(export, "export_picture", wandering(export.export_picture))
    assert aictui("compress", image.name, "-o", "small.aic").code == 0
    assert aictui("decompress", "small.aic").code == 0
    assert (tmp_path / "small.aic").exists()
    assert (tmp_path / "small.png").exists()
    assert list(elsewhere.iterdir()) == []
